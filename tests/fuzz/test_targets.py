"""A short run of what `make fuzz` does for as long as one likes: seeds, and what can be made of them by
chance. The chance is the same each time, so a failure comes again."""

import random

import pytest

from server.core.realtime import peer
from tests.fuzz.targets import SEEDS, targets

RUNS = 2_000


@pytest.fixture(autouse=True)
def allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The targets lift it; here it is put back."""
    monkeypatch.setattr(peer, "BURST", peer.BURST)
    monkeypatch.setattr(peer, "PER_SECOND", peer.PER_SECOND)


def mutated(chance: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at:at] = chance.randbytes(chance.randint(1, 8))
            case 1:
                del data[at : at + chance.randint(1, 8)]
            case 2 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 3:
                other = chance.choice(seeds)
                data[at:at] = other[chance.randrange(len(other)) :]
            case _:
                data[at:at] = data[at : at + chance.randint(1, 40)]
    return bytes(data[:4000])


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_nothing_that_comes_in_breaks_anything(name: str) -> None:
    chance = random.Random(name)
    with targets() as all_:
        for data in SEEDS[name]:
            all_[name](data)
        for _ in range(RUNS):
            data = mutated(chance, SEEDS[name])
            try:
                all_[name](data)
            except Exception as error:
                raise AssertionError(f"{name}: {data!r}") from error

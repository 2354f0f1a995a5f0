import msgspec
import pytest
from itsdangerous import URLSafeSerializer

from server.core.auth import Grant, Passes, hash_password, password_matches
from server.core.errors import Unauthorized
from tests.infra.clock import HeldClock

SECRET = "s" * 40
GRANT = Grant(kind="viewer", shop="shop_a", viewer="viewer_a", expires_at=2_000, origin="https://a.example")


@pytest.fixture
def passes() -> Passes:
    return Passes(SECRET, HeldClock(1_000))


def test_what_was_signed_can_be_read(passes: Passes) -> None:
    assert passes.read(passes.sign(GRANT)) == GRANT


def test_it_ends_at_its_time() -> None:
    clock = HeldClock(1_999)
    passes = Passes(SECRET, clock)
    token = passes.sign(GRANT)
    assert passes.read(token) == GRANT
    clock.at = 2_000
    with pytest.raises(Unauthorized) as refused:
        passes.read(token)
    assert refused.value.details == {"reason": "expired"}
    assert passes.read(token, expired_too=True) == GRANT


@pytest.mark.parametrize(
    "token", [None, "", 7, True, b"x", [], {}, "x", "." * 5, "a.b.c", "é", "x" * 2048, "x" * 2049, "\0"]
)
def test_what_is_no_pass_is_refused(passes: Passes, token: object) -> None:
    for expired_too in (False, True):
        with pytest.raises(Unauthorized):
            passes.read(token, expired_too=expired_too)


def test_every_changed_character_is_noticed(passes: Passes) -> None:
    token = passes.sign(GRANT)
    for place, letter in enumerate(token):
        forged = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        try:
            # The last bits of base 64 may be padding: then it is the same pass still.
            assert passes.read(forged) == GRANT
        except Unauthorized:
            continue


@pytest.mark.parametrize(
    "forger",
    [
        URLSafeSerializer("t" * 40, salt="proofcast.pass.1"),
        URLSafeSerializer(SECRET, salt="another purpose"),
        URLSafeSerializer(SECRET),
    ],
)
def test_another_secret_or_another_purpose_signs_nothing(passes: Passes, forger: URLSafeSerializer) -> None:
    with pytest.raises(Unauthorized):
        passes.read(forger.dumps(msgspec.to_builtins(GRANT)))


@pytest.mark.parametrize(
    "content",
    [
        {}, [], "x", {"kind": "owner", "shop": "s", "viewer": "v", "expires_at": 9},
        {**msgspec.to_builtins(GRANT), "x": 1},
    ],
)  # fmt: skip
def test_well_signed_nonsense_is_refused(passes: Passes, content: object) -> None:
    with pytest.raises(Unauthorized):
        passes.read(URLSafeSerializer(SECRET, salt="proofcast.pass.1").dumps(content))


async def test_passwords() -> None:
    hashed = await hash_password("correct horse")
    assert hashed.startswith("$argon2id$")
    assert hashed != await hash_password("correct horse")
    assert await password_matches(hashed, "correct horse")
    assert not await password_matches(hashed, "wrong horse")
    assert not await password_matches("no hash at all", "correct horse")

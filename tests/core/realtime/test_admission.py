"""In what order viewers come in when there are more than a node can take. Time is a number here."""

import random

from hypothesis import given
from hypothesis import strategies as st

from server.core.realtime.admission import LONGEST_S, MOST_LAG_S, PLACE_KEPT_S, PULSE_S, Admission


def test_a_rush_up_to_the_rate_waits_for_nothing() -> None:
    door = Admission(per_second=100, viewers=10_000)
    assert [door.wait_s(str(n), n, 1000.0) for n in range(100)] == [0] * 100
    assert door.wait_s("one more", 100, 1000.0) == 0  # a second's worth, and the one whose turn it is
    assert door.wait_s("yet one more", 101, 1000.0) > 0


def test_who_comes_back_in_time_is_let_in_though_others_came_meanwhile() -> None:
    door = Admission(per_second=10, viewers=10_000)
    waits = {str(n): door.wait_s(str(n), 0, 0.0) for n in range(60)}
    told = {who: wait for who, wait in waits.items() if wait > 0}
    assert len(told) == 49
    assert sorted(told.values()) == list(told.values()), "who asked first comes first"
    for who, wait in told.items():
        for late in range(3):  # newcomers in the meantime, all sent behind the others
            assert door.wait_s(f"late {who} {late}", 0, wait - 0.01) > 0
        assert door.wait_s(who, 0, wait + 0.001) == 0


def test_who_comes_too_early_keeps_its_turn() -> None:
    door = Admission(per_second=1, viewers=10_000)
    wait = [door.wait_s(f"v{n}", 0, 0.0) for n in range(5)][-1]
    assert wait > 1
    for earlier in (0.1, 0.2, 0.3):
        assert abs(door.wait_s("v4", 0, earlier) - (wait - earlier)) < 1e-9
    assert door.wait_s("v4", 0, wait) == 0


def test_places_are_forgotten_and_bounded() -> None:
    door = Admission(per_second=10, viewers=10_000)
    waits = [door.wait_s(str(n), 0, 0.0) for n in range(5000)]
    assert len(door) <= LONGEST_S * 10 + 1
    assert max(waits) <= LONGEST_S * 1.5
    later = LONGEST_S + PLACE_KEPT_S + 2
    for n in range(20):
        door.wait_s(f"later {n}", 0, later + n)
    assert len(door) <= 10


def test_a_full_node_takes_nobody_and_a_place_is_kept_for_the_one_who_has_it() -> None:
    door = Admission(per_second=1000, viewers=10)
    waits = [door.wait_s(str(n), 10, 0.0) for n in range(50)]
    assert min(waits) > 0
    assert len({round(wait, 6) for wait in waits}) > 40, "they would come back as one wave"
    assert door.wait_s("0", 9, 0.0) == 0


def test_a_late_loop_takes_nobody_until_it_has_recovered() -> None:
    door = Admission(per_second=1000, viewers=1000)
    now = 0.0
    door.beat(now)
    for _ in range(20):
        now += PULSE_S + 1.0
        door.beat(now)
    assert door.lag > MOST_LAG_S
    assert door.wait_s("ada", 0, now) > 0
    for _ in range(20):
        now += PULSE_S
        door.beat(now)
    assert door.lag < MOST_LAG_S
    assert door.wait_s("ada", 0, now) == 0


def test_one_late_beat_is_no_lag() -> None:
    door = Admission(per_second=1000, viewers=1000)
    for now in (0.0, PULSE_S, 2 * PULSE_S + 1.0):
        door.beat(now)
    assert door.lag < MOST_LAG_S


@given(rate=st.integers(1, 50), crowd=st.integers(1, 300), seed=st.integers(0, 2**32))
def test_all_who_keep_to_what_they_were_told_get_in(rate: int, crowd: int, seed: int) -> None:
    """In any order of arrival, within three tries of each, and never more a second than the rate."""
    dice = random.Random(seed)
    door = Admission(per_second=rate, viewers=crowd)
    coming = [(dice.random() * 2, str(n)) for n in range(min(crowd, rate * 40))]
    tries: dict[str, int] = {}
    entered: list[float] = []
    while coming:
        coming.sort()
        now, who = coming.pop(0)
        tries[who] = tries.get(who, 0) + 1
        wait = door.wait_s(who, len(entered), now)
        if wait == 0:
            entered.append(now)
        else:
            coming.append((now + wait + dice.random() * 0.5, who))
    assert max(tries.values()) <= 2
    for at in entered:
        assert sum(at <= other < at + 1 for other in entered) <= 2.5 * rate + 2

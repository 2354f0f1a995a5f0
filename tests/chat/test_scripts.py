"""The scripts: what they decide, in which order, and how much they keep."""

import asyncio

import pytest

from server.chat.records import NoChat, Reading, Rules, Seen, Vote
from server.chat.store import MOST, MOST_WAITING, SAME_MS, WINDOW_MS
from server.core.redis import RedisClient, news_channel, shop_key
from tests.chat.scene import Talk


async def read(talk: Talk, seen: Seen | None = None, *, most: int = 300, questions: int = 20) -> Reading:
    return await talk.store.read(talk.shop, talk.stream, seen or Seen(), most=most, questions=questions)


async def texts(talk: Talk) -> list[str]:
    return [message.text for _, message in (await read(talk)).messages]


async def vote(talk: Talk, viewer: str, question: str, *, up: bool = True) -> str:
    return (await talk.store.vote(talk.shop, talk.stream, [Vote(viewer, question, up)]))[1][0].outcome


# Saying


async def test_a_batch_is_said_in_its_order_each_for_itself(talk: Talk) -> None:
    await talk.learn("cy", banned=True)
    said = await talk.say(
        talk.line("ada", "one"), talk.line("cy", "two"), talk.line("bo", "three"), talk.line("dee", "four")
    )
    assert [each.outcome for each in said] == ["shown", "banned", "shown", "unknown"]
    found = await read(talk)
    assert [(seq, message.text) for seq, message in found.messages] == [(1, "one"), (2, "three")]
    assert found.seq == 2


async def test_the_same_key_is_the_same_message(talk: Talk) -> None:
    line = talk.line("ada", "once")
    both = await talk.say(line, line)
    again = await talk.say(line)
    assert {each.outcome for each in (*both, *again)} == {"shown"}
    assert await texts(talk) == ["once"]
    waiting = talk.line("bo", "wait", hold=True)
    for _ in range(2):
        (said,) = await talk.say(waiting)
        assert said.outcome == "held"
        assert said.message is not None
        assert said.message.state == "held"
    assert len((await read(talk)).waiting) == 1


async def test_what_was_taken_away_is_not_said_again(talk: Talk) -> None:
    line = talk.line("ada", "bad")
    await talk.say(line)
    assert await talk.store.remove(talk.shop, talk.stream, message=line.id) == (1, True)
    (said,) = await talk.say(line)
    assert said.outcome == "gone"
    assert await texts(talk) == []


async def test_so_much_in_so_long(talk: Talk) -> None:
    for _ in range(MOST):
        assert (await talk.say(talk.line("ada")))[0].outcome == "shown"
        talk.clock.at += 1000
    (refused,) = await talk.say(talk.line("ada"))
    assert (refused.outcome, refused.figure) == ("fast", WINDOW_MS - MOST * 1000)
    assert (await talk.say(talk.line("bo")))[0].outcome == "shown"
    talk.clock.at += refused.figure
    assert (await talk.say(talk.line("ada")))[0].outcome == "shown"
    assert (await talk.say(talk.line("ada")))[0].outcome == "fast"


async def test_the_same_words_twice_in_a_row(talk: Talk) -> None:
    await talk.say(talk.line("ada", "hi"))
    talk.clock.at += SAME_MS - 1
    assert (await talk.say(talk.line("ada", "hi")))[0].outcome == "repeated"
    assert (await talk.say(talk.line("bo", "hi")))[0].outcome == "shown"
    talk.clock.at += 1
    assert (await talk.say(talk.line("ada", "hi")))[0].outcome == "shown"
    await talk.say(talk.line("ada", "other"))
    assert (await talk.say(talk.line("ada", "hi")))[0].outcome == "shown"


async def test_slow_mode(talk: Talk) -> None:
    await talk.store.rule(talk.shop, talk.stream, Rules(slow_s=60, revision=1))
    await talk.say(talk.line("ada"))
    talk.clock.at += 59_000
    (refused,) = await talk.say(talk.line("ada"))
    assert (refused.outcome, refused.figure) == ("slow", 1000)
    talk.clock.at += 1000
    assert (await talk.say(talk.line("ada")))[0].outcome == "shown"


async def test_a_mute_holds_until_it_is_over_and_later_words_win(talk: Talk) -> None:
    until = talk.clock.at + 10_000
    await talk.learn("ada", muted_until=until, revision=2)
    await talk.learn("ada", revision=1)  # an older word that comes late
    (refused,) = await talk.say(talk.line("ada"))
    assert (refused.outcome, refused.figure) == ("muted", until)
    talk.clock.at = until
    assert (await talk.say(talk.line("ada")))[0].outcome == "shown"


async def test_a_closed_chat_is_closed_for_viewers_and_an_ended_one_for_all(talk: Talk) -> None:
    await talk.store.rule(talk.shop, talk.stream, Rules(open=False, revision=1))
    assert [each.outcome for each in await talk.say(talk.line("ada"), talk.line(""))] == ["closed", "shown"]
    assert not (await read(talk)).rules.open
    await talk.store.rule(talk.shop, talk.stream, Rules(open=True, revision=2))
    await talk.store.rule(talk.shop, talk.stream, Rules(open=False, revision=1))  # an older word
    assert (await read(talk)).rules.open
    await talk.store.close(talk.shop, talk.stream)
    assert [each.outcome for each in await talk.say(talk.line("ada"), talk.line(""))] == ["closed", "closed"]
    assert not (await read(talk)).rules.open


async def test_a_chat_that_redis_does_not_hold(redis: RedisClient, talk: Talk) -> None:
    await redis.flushall()
    for step in (
        talk.say(talk.line("ada")),
        read(talk),
        vote(talk, "ada", "q"),
        talk.store.remove(talk.shop, talk.stream, message="x"),
        talk.store.rule(talk.shop, talk.stream, Rules(revision=5)),
        talk.store.close(talk.shop, talk.stream),
    ):
        with pytest.raises(NoChat):
            await step
    await talk.store.tell(talk.shop, talk.stream)
    assert await redis.keys("*") == []


async def test_opening_twice_keeps_the_first(talk: Talk) -> None:
    await talk.staff_says(2)
    await talk.store.open(talk.shop, talk.stream, "other", Rules(open=False))
    found = await read(talk)
    assert (found.epoch, found.seq, found.rules.open) == ("epoch", 2, True)


# Holding back


async def test_what_waits_is_shown_when_it_is_approved_in_that_order(talk: Talk) -> None:
    first, second = talk.line("ada", "first", hold=True), talk.line("bo", "second", hold=True)
    await talk.say(first, second)
    talk.clock.at += 5000
    await talk.say(talk.line("ada", "between"))
    found = await read(talk)
    assert [message.text for message in found.waiting] == ["first", "second"]
    assert [message.text for _, message in found.messages] == ["between"]
    _, shown = await talk.store.approve(talk.shop, talk.stream, first.id)
    assert shown.message is not None
    assert (shown.message.at, shown.message.state) == (talk.clock.at, "shown")
    for _ in range(2):
        assert (await talk.store.approve(talk.shop, talk.stream, first.id))[1] == shown
    assert await texts(talk) == ["between", "first"]
    assert (await talk.store.approve(talk.shop, talk.stream, "say_unknown"))[1].outcome == "none"
    await talk.store.remove(talk.shop, talk.stream, message=second.id)
    assert (await talk.store.approve(talk.shop, talk.stream, second.id))[1].outcome == "gone"
    assert (await read(talk)).waiting == []


async def test_everything_waits_where_the_host_says_so_but_staff(talk: Talk) -> None:
    await talk.store.rule(talk.shop, talk.stream, Rules(approve=True, revision=1))
    assert [each.outcome for each in await talk.say(talk.line("ada"), talk.line(""))] == ["held", "shown"]


async def test_only_so_many_wait(talk: Talk) -> None:
    viewers = [f"v{n}" for n in range(MOST_WAITING + 1)]
    await talk.learn(*viewers)
    said = await talk.say(*(talk.line(viewer, hold=True) for viewer in viewers))
    assert [each.outcome for each in said] == ["held"] * MOST_WAITING + ["full"]


async def test_a_newcomer_from_the_address_of_somebody_restrained_waits_until_one_was_approved(
    talk: Talk,
) -> None:
    await talk.say(talk.line("ada", address="print"), talk.line("bo", address="print"))
    until = talk.clock.at + 1000
    await talk.store.shun(talk.shop, "ada", until)
    await talk.learn("new", "other", "late")
    first, second = talk.line("new", address="print"), talk.line("new", address="print")
    said = await talk.say(first, second, talk.line("bo", address="print"), talk.line("other", address="else"))
    assert [each.outcome for each in said] == ["held", "held", "shown", "shown"]
    await talk.store.approve(talk.shop, talk.stream, first.id)
    assert (await talk.say(talk.line("new", address="print")))[0].outcome == "shown"
    await talk.store.shun(talk.shop, "ada", 0)
    assert (await talk.say(talk.line("late", address="print")))[0].outcome == "shown"


async def test_an_address_is_shunned_for_so_long_only(talk: Talk, redis: RedisClient) -> None:
    await talk.say(talk.line("ada", address="print"))
    await talk.store.shun(talk.shop, "ada", talk.clock.at + 1000)
    await talk.learn("new")
    talk.clock.at += 1000
    assert (await talk.say(talk.line("new", address="print")))[0].outcome == "shown"
    assert 0 < await redis.ttl(shop_key(talk.shop, "chat", "addresses")) <= 24 * 3600
    assert await redis.pttl(shop_key(talk.shop, "chat", "shunned")) > 0


# Bounds


async def test_the_last_messages_are_kept_and_no_more(talk: Talk, redis: RedisClient) -> None:
    ids: list[str] = []
    for _ in range(7):
        ids += await talk.staff_says(50)
    found = await read(talk, most=1000)
    assert [message.id for _, message in found.messages] == ids[-300:]
    assert (found.seq, found.floor) == (350, 50)
    key = shop_key(talk.shop, "chat", talk.stream, "messages")
    assert await redis.hlen(key) == 300


async def test_the_last_questions_are_kept_those_with_votes_longest(talk: Talk, redis: RedisClient) -> None:
    (oldest,) = await talk.staff_says(1, kind="question")
    await vote(talk, "ada", oldest)
    for _ in range(5):
        await talk.staff_says(50, kind="question")
    key = shop_key(talk.shop, "chat", talk.stream, "messages")
    assert await redis.hlen(key) == 200
    found = await read(talk)
    assert (found.questions[0].id, found.questions[0].votes) == (oldest, 1)
    assert found.messages == []
    assert await redis.hlen(shop_key(talk.shop, "chat", talk.stream, "counts")) == 200


async def test_an_ended_chat_is_forgotten_after_a_day_also_what_is_written_later(
    talk: Talk, redis: RedisClient
) -> None:
    (kept,) = await talk.staff_says(1)
    await talk.store.close(talk.shop, talk.stream)
    await talk.store.remove(talk.shop, talk.stream, message=kept)
    keys = [key async for key in redis.scan_iter(shop_key(talk.shop, "chat", talk.stream, "*"))]
    assert len(keys) > 2
    for key in keys:
        assert 0 < await redis.ttl(key) <= 24 * 3600, key


# Removing, pinning, answering, voting


async def test_everything_of_one_person_goes_and_nothing_of_others(talk: Talk) -> None:
    lines = [
        talk.line("ada", "a"),
        talk.line("bo", '"author":{"id":"person_ada"'),
        talk.line("ada", "w", hold=True),
    ]
    question = talk.line("ada", "q", kind="question")
    await talk.say(*lines, question)
    before = await read(talk)
    seen = Seen(before.epoch, before.seq, before.rev)
    assert await talk.store.remove(talk.shop, talk.stream, person="person_ada") == (3, False)
    after = await read(talk, seen)
    assert set(after.removed) == {lines[0].id, lines[2].id, question.id}
    assert (after.messages, after.questions, after.waiting, after.removed_seq) == ([], [], [], 2)
    assert await texts(talk) == [lines[1].message.text]
    assert (await talk.store.remove(talk.shop, talk.stream, person="person_ada"))[0] == 0
    assert (await read(talk, Seen(after.epoch, after.seq, after.rev))).removed == []


async def test_removing_again_or_what_never_was(talk: Talk) -> None:
    (said,) = await talk.staff_says(1)
    assert await talk.store.remove(talk.shop, talk.stream, message=said) == (1, True)
    assert await talk.store.remove(talk.shop, talk.stream, message=said) == (0, True)
    assert await talk.store.remove(talk.shop, talk.stream, message="say_unknown") == (0, False)


async def test_one_message_is_on_top_and_goes_with_its_removal(talk: Talk) -> None:
    one, two = await talk.staff_says(2)
    assert await talk.store.pin(talk.shop, talk.stream, "say_unknown") is None
    for message, changed in ((one, True), (one, False), (two, True)):
        done = await talk.store.pin(talk.shop, talk.stream, message)
        assert done is not None
        assert done[0] is changed
    pinned = (await read(talk)).pinned
    assert pinned is not None
    assert pinned.id == two
    for _ in range(6):
        await talk.staff_says(50)
    assert (await read(talk)).pinned == pinned  # though the log has moved on
    await talk.store.remove(talk.shop, talk.stream, message=one)
    assert (await read(talk)).pinned == pinned
    await talk.store.pin(talk.shop, talk.stream, None)
    assert (await read(talk)).pinned is None


async def test_a_pinned_message_that_is_removed_is_not_on_top_any_more(talk: Talk) -> None:
    (one,) = await talk.staff_says(1)
    await talk.store.pin(talk.shop, talk.stream, one)
    await talk.store.remove(talk.shop, talk.stream, message=one)
    assert (await read(talk)).pinned is None


async def test_one_vote_each_and_it_can_be_taken_back(talk: Talk) -> None:
    one, two = await talk.staff_says(2, kind="question")
    for viewer, question, up, votes in (
        ("ada", one, True, 1), ("ada", one, True, 1), ("bo", one, True, 2), ("ada", one, False, 1),
        ("ada", one, False, 1), ("ada", two, True, 1),
    ):  # fmt: skip
        assert await vote(talk, viewer, question, up=up) == "voted"
        found = {question.id: question.votes for question in (await read(talk)).questions}
        assert found[question] == votes
    assert await talk.store.voted(talk.shop, talk.stream, ["ada", "bo", "cy"]) == [[two], [one], []]
    assert await vote(talk, "ada", "say_unknown") == "none"
    assert await vote(talk, "stranger", one) == "unknown"


async def test_questions_stand_unanswered_first_then_by_votes_then_the_newest(talk: Talk) -> None:
    one, two, three, four = await talk.staff_says(4, kind="question")
    await talk.learn("cy")
    for viewer in ("ada", "bo"):
        await vote(talk, viewer, two)
    await vote(talk, "cy", three)

    async def order() -> list[str]:
        return [question.id for question in (await read(talk)).questions]

    assert await order() == [two, three, four, one]
    done = await talk.store.answer(talk.shop, talk.stream, two, answered=True)
    assert done is not None
    assert done[1]
    assert await order() == [three, four, one, two]
    await vote(talk, "cy", two)
    found = (await read(talk)).questions[-1]
    assert (found.id, found.votes, found.answered) == (two, 3, True)
    await talk.store.answer(talk.shop, talk.stream, two, answered=False)
    assert await order() == [two, three, four, one]
    assert await talk.store.answer(talk.shop, talk.stream, "say_unknown", answered=True) is None


async def test_many_vote_at_once_and_all_are_counted(talk: Talk) -> None:
    (question,) = await talk.staff_says(1, kind="question")
    viewers = [f"v{n}" for n in range(200)]
    await talk.learn(*viewers)
    await asyncio.gather(*(vote(talk, viewer, question) for viewer in viewers * 2))
    assert (await read(talk)).questions[0].votes == 200


# News


async def test_news_are_few_and_what_is_left_untold_is_told(talk: Talk, redis: RedisClient) -> None:
    listening = redis.pubsub()
    await listening.ssubscribe(news_channel(talk.shop))
    talk.clock.at += 1000
    untold = []
    for _ in range(10):
        untold.append((await talk.store.say(talk.shop, talk.stream, [talk.line("")]))[0])
        talk.clock.at += 10
    assert untold == [False] + [True] * 9
    await talk.store.tell(talk.shop, talk.stream)
    await talk.store.tell(talk.shop, talk.stream)  # nothing is left to tell
    await redis.spublish(news_channel(talk.shop), "end")
    heard = []
    async for message in listening.listen():
        if message["type"] == "smessage":
            heard.append(message["data"])
            if message["data"] == "end":
                break
    await listening.aclose()  # type: ignore[no-untyped-call]
    assert len(heard) == 3
    assert '"rev":11' in heard[1]


async def test_mute_and_message_race_and_the_mute_wins_from_its_moment(talk: Talk) -> None:
    """Whatever was said before the mute was written is there, nothing after it."""
    await talk.store.rule(talk.shop, talk.stream, Rules(revision=1))
    viewers = [f"v{n}" for n in range(50)]
    await talk.learn(*viewers)

    async def mute(viewer: str) -> None:
        await talk.learn(viewer, muted_until=talk.clock.at + 60_000, revision=1)

    said = await asyncio.gather(
        *(step for viewer in viewers for step in (talk.say(talk.line(viewer)), mute(viewer)))
    )
    outcomes = [each[0].outcome for each in said if each]
    assert set(outcomes) <= {"shown", "muted"}
    assert len(await texts(talk)) == outcomes.count("shown")
    again = await talk.say(*(talk.line(viewer) for viewer in viewers))
    assert {each.outcome for each in again} == {"muted"}

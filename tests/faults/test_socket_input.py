"""Bad input over the socket: the same refusals as over HTTP, nothing changed, nothing logged as a crash."""

import json
from typing import Any

import pytest

from server.core.realtime import BURST, PER_SECOND, Peer
from server.wire import commands
from tests.faults.asker import Asker
from tests.faults.cases import CASES, HOST, NOBODY, VIEWER
from tests.faults.client import Client, fault
from tests.faults.commands import COMMANDS
from tests.faults.frames import opened
from tests.faults.mutations import refused
from tests.faults.stage import Stage
from tests.infra.logs import Logs
from tests.infra.show import Refused, Socket, fresh_key


def judge(error: Any, *expected: str) -> str | None:
    """As `fault`, for an acknowledgement."""
    return "carried out" if error is None else fault(400, {"error": error}, *expected)


async def test_no_command_is_forgotten(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        await stage.viewer.socket.ask("no.such.command", {})
    assert refused.value.code == "request.invalid"
    known = refused.value.body["details"]["known"]
    assert known == sorted(COMMANDS) == sorted(command.name for command in commands())


async def test_every_good_body_is_good(stage: Stage) -> None:
    asker = Asker(stage)
    for name, case in COMMANDS.items():
        assert await asker.refusal(case.who, name, case.good(stage)) is None, name
    await asker.close()


async def test_a_body_that_does_not_fit_is_refused_and_changes_nothing(stage: Stage, logs: Logs) -> None:
    before, wrong, asker = await stage.everything(), [], Asker(stage)
    for name, case in COMMANDS.items():
        good = case.good(stage)
        bodies: list[tuple[str, tuple[Any, ...]]] = [
            (how, (document,)) for how, document in refused(good, case.required)
        ]
        bodies += [("no body", ()), ("two bodies", (good, good)), ("bytes", ("\0\1\2",))]
        for how, body in bodies:
            if found := judge(await asker.refusal(case.who, name, *body), "request.invalid"):
                wrong.append(f"{name}: {how}: {found}")
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []
    await asker.close()


async def test_what_is_not_there_or_over_is_said_so(stage: Stage, logs: Logs) -> None:
    before, asker = await stage.everything(), Asker(stage)
    over = {"stream": stage.ended.id, "poll": stage.old_poll}
    create, vote = COMMANDS["hold.create"].good, COMMANDS["poll.vote"].good
    say, name = COMMANDS["chat.say"].good, COMMANDS["chat.choose_name"].good
    upvote, react = COMMANDS["chat.upvote"].good, COMMANDS["chat.react"].good
    asked: list[tuple[str, str, dict[str, Any], str]] = [
        (case.who, name, case.good(stage) | {"stream": "stream_unknown"}, "stream.not_found")
        for name, case in COMMANDS.items()
        if "stream" in case.required
    ]
    asked += [
        (case.who, name, case.good(stage) | {"stream": stage.stranger}, "auth.forbidden")
        for name, case in COMMANDS.items()
        if "stream" in case.required
    ]
    old = {"stream": stage.ended.id, "pin": stage.old_pin.id}
    asked += [
        (VIEWER, "hold.create", create(stage) | old, "stream.not_live"),
        (VIEWER, "hold.create", create(stage) | {"pin": "pin_unknown"}, "pins.not_shown"),
        (VIEWER, "hold.create", create(stage) | {"pin": stage.old_pin.id}, "pins.not_shown"),
        (VIEWER, "hold.create", create(stage) | {"variant": "var_unknown"}, "stock.unknown_variant"),
        (VIEWER, "hold.create", create(stage) | {"quantity": 6}, "stock.limit"),
        (VIEWER, "hold.create", create(stage) | {"quantity": 100}, "stock.limit"),
        (VIEWER, "hold.extend", {"hold": "hold_unknown", "key": fresh_key()}, "stock.hold_not_found"),
        (VIEWER, "hold.release", {"hold": "hold_unknown"}, "stock.hold_not_found"),
        (VIEWER, "numbers.watch", {"stream": stage.live.id}, "auth.forbidden"),
        (HOST, "hold.create", create(stage), "auth.forbidden"),
        (HOST, "poll.vote", vote(stage), "auth.forbidden"),
        (VIEWER, "chat.say", say(stage) | {"text": "\u200b\u202e"}, "chat.nothing_said"),
        (VIEWER, "chat.say", say(stage) | {"stream": stage.ended.id}, "chat.closed"),
        (VIEWER, "chat.choose_name", name(stage) | {"as_name": "A\u202eda"}, "chat.name_refused"),
        (VIEWER, "chat.choose_name", name(stage) | {"as_name": "..."}, "chat.name_refused"),
        (VIEWER, "chat.choose_name", name(stage) | {"as_name": "Other"}, "chat.name_chosen"),
        (VIEWER, "chat.upvote", upvote(stage) | {"question": "say_unknown"}, "chat.no_such_message"),
        (VIEWER, "chat.upvote", upvote(stage) | {"question": stage.message}, "chat.no_such_message"),
        (VIEWER, "chat.react", react(stage) | {"stream": stage.ended.id}, "stream.ended"),
        (HOST, "chat.say", say(stage), "chat.read_only"),
        (HOST, "chat.choose_name", name(stage), "chat.read_only"),
        (HOST, "chat.upvote", upvote(stage), "chat.read_only"),
        (HOST, "chat.react", react(stage), "chat.read_only"),
        (VIEWER, "poll.vote", vote(stage) | {"poll": "poll_unknown"}, "polls.not_found"),
        (VIEWER, "poll.vote", vote(stage) | {"poll": stage.draft}, "polls.not_found"),
        (VIEWER, "poll.vote", vote(stage) | {"poll": stage.old_poll}, "polls.not_found"),
        (VIEWER, "poll.vote", vote(stage) | over, "polls.closed"),
        (VIEWER, "poll.vote", vote(stage) | {"options": ["o3"]}, "polls.no_such_option"),
        (VIEWER, "poll.vote", vote(stage) | {"options": ["o1", "o3"]}, "polls.no_such_option"),
        (VIEWER, "poll.vote", vote(stage) | {"options": ["o1", "o2"]}, "polls.one_option"),
        (VIEWER, "poll.vote", vote(stage) | {"options": ["o1", "o1"]}, "request.invalid"),
        (VIEWER, "poll.ballot", {"stream": stage.live.id, "poll": stage.draft}, "polls.not_found"),
        (HOST, "touches.report", COMMANDS["touches.report"].good(stage), "conversions.preview"),
        (VIEWER, "connection", {}, "request.invalid"),
        (VIEWER, "x" * 1000, {}, "request.invalid"),
    ]
    wrong = [
        f"{name} {body}: {found}"
        for who, name, body, code in asked
        if (found := judge(await asker.refusal(who, name, body), code))
    ]
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []
    await asker.close()


async def test_another_viewers_hold_is_not_there(stage: Stage) -> None:
    before = await stage.everything()
    other = await stage.show.viewer(stage.live)
    for name, body in (
        ("hold.release", {"hold": stage.hold["id"]}),
        ("hold.extend", {"hold": stage.hold["id"], "key": fresh_key()}),
    ):
        with pytest.raises(Refused) as refused:
            await other.socket.ask(name, body)
        assert refused.value.code == "stock.hold_not_found"
    assert await stage.everything() == before


async def test_a_bad_pass_opens_no_socket(stage: Stage, logs: Logs) -> None:
    before = await stage.everything()
    tokens: list[object] = [*stage.bad_tokens().values(), 7, True, [], {}, "\0"]
    for token in tokens:
        with pytest.raises(Refused) as refused:
            await Socket(stage.show.url).connect(token)
        assert judge(refused.value.body, "auth.required") is None, token
    for auth in ("", '"x"', "[]", "[1]", "7", "null", "{}", '{"token":{"token":1}}'):
        async with opened(stage.show.url) as frames:
            await frames.send("40" + auth)
            answer = json.loads((await frames.next("44"))[2:])
            assert judge(answer["data"], "auth.required") is None, auth
    assert await stage.everything() == before
    assert logs.errors() == []


async def test_a_preview_buys_nothing_and_is_not_counted(stage: Stage) -> None:
    before = await stage.everything()
    async with opened(stage.show.url) as frames:
        await frames.connect(stage.token(preview=True))
        for name, code in (
            ("hold.create", "checkout.preview"),
            ("poll.vote", "polls.preview"),
            ("touches.report", "conversions.preview"),
        ):
            answer = await frames.ask(name, COMMANDS[name].good(stage))
            assert judge(answer["error"], code) is None
    assert await stage.everything() == before


async def test_http_and_socket_refuse_with_the_same_words(stage: Stage, client: Client) -> None:
    """Where both take the same thing: touches."""
    asker = Asker(stage)
    beacon, report = CASES["POST", "/api/v1/touches"].good(stage), COMMANDS["touches.report"].good(stage)
    changes: list[dict[str, Any]] = [
        {"surprise": 1},
        {"touches": []},
        {"touches": [{**report["touches"][0], "kind": "stare"}]},
        {"touches": [{**report["touches"][0], "id": "not an id"}]},
        {"touches": report["touches"] * 51},
        {"stream": 7},
        {"stream": "stream_unknown"},
        {"stream": stage.stranger},
    ]
    for change in changes:
        _, answer = await client.json("POST", "/api/v1/touches", NOBODY, beacon | change)
        assert answer["error"] == await asker.refusal(VIEWER, "touches.report", report | change), change
    await asker.close()


async def test_a_command_that_asks_for_no_acknowledgement_is_not_carried_out(
    stage: Stage, logs: Logs
) -> None:
    before = await stage.everything()
    async with opened(stage.show.url) as frames:
        await frames.connect(stage.token())
        for name, case in COMMANDS.items():
            await frames.send("42" + json.dumps([name, case.good(stage)]))
        await frames.send("42" + json.dumps(["no.such.command"]))
        assert (await frames.ask("no.such.command", {}))["ok"] is False  # all that went before was read
    assert await stage.everything() == before
    assert logs.errors() == []


def test_an_allowance_runs_out_and_comes_back() -> None:
    peer = Peer("sid", None, 0)  # type: ignore[arg-type]  # who it is does not matter here
    assert [peer.spend(0) for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert [peer.spend(1000) for _ in range(PER_SECOND + 1)] == [True] * PER_SECOND + [False]
    assert sum(peer.spend(10_000_000) for _ in range(2 * BURST)) == BURST


async def test_too_much_at_once_is_refused_and_the_connection_stays(stage: Stage, logs: Logs) -> None:
    async with opened(stage.show.url) as frames:
        await frames.connect(stage.token())
        answers = [await frames.ask("no.such.command", {}) for _ in range(3 * BURST)]
        errors = [answer["error"] for answer in answers]
    assert {error["code"] for error in errors} == {"request.invalid", "rate_limited"}
    assert all(error["retryable"] == (error["code"] == "rate_limited") for error in errors)
    assert logs.errors() == []

"""News of a chat to the sockets of the nodes: few, in order, and none lost in the end."""

import asyncio
from collections.abc import Callable

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from server.chat.feed import MOST_SAID
from server.chat.messages import ChangeChat, HostSays, Restrain
from server.chat.records import Known
from server.core.redis import shop_key
from tests.chat.node import Talker, node
from tests.chat.scene import Scene
from tests.infra.show import Refused, fresh_key


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.01)


async def crowd(scene: Scene, count: int, text: str = "hello") -> None:
    """Each says one thing, all at once."""
    grants = [scene.grant() for _ in range(count)]
    await scene.store.learn(
        scene.shop.id,
        [
            Known(grant.viewer, scene.person(grant), f"n{number}", 0, False, 5)
            for number, grant in enumerate(grants)
        ],
    )
    await asyncio.gather(*(scene.say(grant, f"{text} {n}") for n, grant in enumerate(grants)))


async def test_what_is_said_on_one_node_is_heard_on_another_in_one_order(light: Scene) -> None:
    async with node(light) as first, node(light) as second:
        ada, bo = await first.talker("Ada"), await second.talker("Bo")
        for talker in (ada, bo):
            await talker.open()
        await asyncio.gather(*(talker.say(f"{n}") for n in range(4) for talker in (ada, bo)))
        await until(lambda: len(ada.texts()) == len(bo.texts()) == 8)
        assert ada.texts() == bo.texts() == await light.seen()
        for talker in (ada, bo):
            at = 0
            for said in talker.heard("chat.said"):
                assert said["after"] == at
                at = said["seq"]
            assert at == 8
        await ada.socket.close()
        await bo.socket.close()


async def test_the_news_are_not_back_while_a_chat_can_not_be_read(
    light: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who calls `resumed` tries again: nothing else would tell what was said meanwhile."""
    async with node(light) as here:
        ada = await here.talker("Ada")
        await ada.open()

        async def away(*_given: object, **_named: object) -> None:
            raise RedisConnectionError

        with monkeypatch.context() as broken:
            broken.setattr(here.feed._chat, "read", away)
            with pytest.raises(RedisConnectionError):
                await here.feed.resumed(light.shop.id)
        await here.feed.resumed(light.shop.id)
        await ada.socket.close()


async def test_who_has_not_opened_it_or_closed_it_hears_nothing(light: Scene) -> None:
    async with node(light) as here:
        ada, bo, cy = await here.talker("Ada"), await here.talker("Bo"), await here.talker("Cy")
        for talker in (ada, bo):
            await talker.open()
        await bo.socket.ask("chat.close", {"stream": light.stream})
        await ada.say("hi")
        await until(lambda: ada.texts() == ["hi"])
        await bo.socket.ask("chat.react", {"stream": light.stream, "reaction": "clap"})
        await until(lambda: all(talker.heard("chat.reacted") for talker in (ada, bo, cy)))
        assert bo.texts() == cy.texts() == []
        for talker in (ada, bo, cy):
            await talker.socket.close()


async def test_a_flood_comes_in_few_events_the_newest_last_and_the_gap_shows(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.listener()
        await crowd(light, 250)
        await until(lambda: bool(ada.heard("chat.said")) and ada.heard("chat.said")[-1]["seq"] == 250)
        said = ada.heard("chat.said")
        assert all(len(each["messages"]) <= MOST_SAID for each in said)
        assert ada.texts()[-1] == (await light.seen())[-1]
        places = [0, *(each["seq"] for each in said)]
        assert any(each["after"] > before for before, each in zip(places, said, strict=False))
        reads = len(here.reads)
        assert len(said) <= reads < 100
        await ada.socket.close()


async def test_a_rush_of_openings_reads_the_chat_once(light: Scene) -> None:
    async with node(light) as here:
        first = await here.listener()
        for n in range(3):
            await light.services.moderation.say(
                light.staff, light.stream, HostSays(key=fresh_key(), text=f"{n}")
            )
        await light.services.chat.tell(light.shop.id, light.stream)
        await until(lambda: len(first.texts()) == 3)
        before = len(here.reads)
        others = [
            Talker(light, grant, await here.socket(grant)) for grant in [light.grant() for _ in range(20)]
        ]
        opened = await asyncio.gather(*(each.open() for each in others))
        assert len(here.reads) == before
        assert len({str(each["log"]) for each in opened}) == 1
        for talker in (first, *others):
            await talker.socket.close()


async def test_who_opens_while_others_talk_misses_nothing(light: Scene) -> None:
    """The log and the events after it, together, are all that was said."""
    async with node(light) as here:
        ada = await here.talker("Ada")
        await ada.open()

        async def talk() -> None:
            for n in range(40):
                light.clock.at += 3000
                await ada.say(f"{n}")
                if n % 10 == 9:  # so that no event has to leave one out
                    await until(lambda last=f"{n}": ada.texts()[-1:] == [last])  # type: ignore[misc]

        async def listen() -> tuple[Talker, list[str]]:
            talker = Talker(light, light.grant(), await here.socket(light.grant()))
            log = (await talker.open())["log"]
            return talker, [each["text"] for each in log["messages"]]

        talking = asyncio.create_task(talk())
        listeners = []
        while not talking.done():
            listeners.append(await listen())
        await talking
        wanted = [f"{n}" for n in range(40)]
        for talker, log in listeners:
            await until(lambda talker=talker, log=log: (log + talker.texts())[-1:] == ["39"])  # type: ignore[misc]
            assert log + talker.texts() == wanted
            await talker.socket.close()
        await ada.socket.close()


async def test_since_after_a_break_answers_what_was_missed(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.talker("Ada")
        log = (await ada.open())["log"]
        await ada.say("one")
        await until(lambda: ada.texts() == ["one"])
        at = {"epoch": log["epoch"], "seq": 1}
        bo = await here.talker("Bo")
        await ada.say("two")
        await until(lambda: ada.texts() == ["one", "two"])
        log = (await bo.open(at))["log"]
        assert (log["whole"], [each["text"] for each in log["messages"]]) == (False, ["two"])
        await light.services.moderation.remove(light.staff, light.stream, log["messages"][0]["id"])
        await ada.socket.told("chat.removed", messages=[log["messages"][0]["id"]])
        log = (await bo.open(at))["log"]
        assert (log["whole"], [each["text"] for each in log["messages"]]) == (True, ["one"])
        await ada.socket.close()
        await bo.socket.close()


async def test_a_node_that_missed_the_news_reads_them_again(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.listener()
        gone = await light.say(await light.named("Gone"), "to be removed")
        await until(lambda: ada.texts() == ["to be removed"])
        await light.services.redis.client_kill_filter(_type="pubsub")
        bo = await light.named("Bo")
        await light.say(bo, "while it was away")
        await light.services.moderation.remove(light.staff, light.stream, gone.id)
        await until(lambda: ada.texts() == ["to be removed", "while it was away"])
        await ada.socket.told("chat.removed", messages=[gone.id])
        await ada.socket.close()


async def test_a_wiped_redis_is_a_new_epoch_that_is_told(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.talker("Ada")
        before = (await ada.open())["log"]["epoch"]
        await ada.say("before")
        await until(lambda: ada.texts() == ["before"])
        await light.services.redis.flushall()
        await ada.say("after")
        await until(lambda: ada.texts() == ["before", "after"])
        said = ada.heard("chat.said")[-1]
        assert said["epoch"] != before
        log = (await ada.open({"epoch": before, "seq": 1}))["log"]
        assert (log["epoch"], log["whole"]) == (said["epoch"], True)
        await ada.socket.close()


async def test_a_redis_that_came_back_older_is_a_new_epoch_too(light: Scene) -> None:
    redis = light.services.redis
    async with node(light) as here:
        ada = await here.talker("Ada")
        before = (await ada.open())["log"]["epoch"]
        await ada.say("kept")
        await until(lambda: ada.texts() == ["kept"])
        keys = [key async for key in redis.scan_iter(shop_key(light.shop.id, "chat", light.stream, "*"))]
        for key in keys:
            await redis.copy(key, f"old:{key}")
        light.clock.at += 60_000
        await ada.say("lost")
        await until(lambda: ada.texts() == ["kept", "lost"])
        for key in keys:
            await redis.rename(f"old:{key}", key)
        light.clock.at += 60_000
        await ada.say("after")  # under the number that was given to the lost one
        await until(lambda: ada.texts()[-1:] == ["after"])
        said = ada.heard("chat.said")[-1]
        assert said["epoch"] != before
        log = (await ada.open({"epoch": before, "seq": 2}))["log"]
        assert (log["epoch"], log["whole"]) == (said["epoch"], True)
        assert [each["text"] for each in log["messages"]] == ["kept", "after"]
        await ada.socket.close()


async def test_the_host_on_another_node_mutes_and_the_next_word_is_refused(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.talker("Ada")
        await ada.open()
        await ada.say("hi")
        await light.services.restraints.restrain(
            light.staff, light.person(ada.grant), Restrain(what="mute", seconds=60)
        )
        body = {"stream": light.stream, "key": fresh_key(), "text": "still here"}
        with pytest.raises(Refused) as refused:
            await ada.socket.ask("chat.say", body)
        assert refused.value.code == "chat.muted"
        await light.services.restraints.restrain(light.staff, light.person(ada.grant), Restrain(what="free"))
        assert (await ada.socket.ask("chat.say", body))["message"]["text"] == "still here"
        await ada.socket.close()


async def test_new_words_hold_at_once_on_every_node(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.talker("Ada")
        await ada.open()
        assert (await ada.say("a scam"))["state"] == "shown"
        await light.services.moderation.change(light.staff, light.stream, ChangeChat(words=["scam"]))
        await until(lambda: "chat_words" in here.told)
        assert (await ada.say("another scam"))["state"] == "held"
        await ada.socket.close()


async def test_rules_pins_and_questions_are_told_and_what_waits_to_the_hosts_alone(light: Scene) -> None:
    moderation = light.services.moderation
    async with node(light) as here:
        ada = await here.talker("Ada")
        await ada.open()
        host = await here.socket(light.grant(kind="staff"))
        said = await ada.say("hi")
        await moderation.pin(light.staff, light.stream, said["id"])
        assert (await ada.socket.told("chat.pinned"))["message"] == said
        question = await ada.say("Why?", kind="question")
        await ada.socket.told("chat.questions", questions=[question])
        await ada.socket.ask("chat.upvote", {"stream": light.stream, "question": question["id"]})
        await ada.socket.told("chat.questions", questions=[{**question, "votes": 1}])
        await moderation.change(light.staff, light.stream, ChangeChat(approve=True))
        assert (await ada.socket.told("chat.ruled"))["rules"]["approve"]
        held = await ada.say("wait")
        await host.told("chat.waiting", messages=[held])
        await moderation.approve(light.staff, light.stream, held["id"])
        await until(lambda: ada.texts() == ["hi", "wait"])
        await host.told("chat.waiting", messages=[])
        assert ada.heard("chat.waiting") == []
        assert [name for name, _ in host.heard if name != "chat.waiting"] == []
        await ada.socket.close()
        await host.close()


async def test_reactions_of_all_nodes_are_summed_and_none_is_lost(light: Scene) -> None:
    async with node(light) as first, node(light) as second:
        talkers = [await where.listener() for where in (first, second) for _ in range(4)]
        for talker in talkers:
            for reaction in ("heart", "heart", "fire"):
                await talker.socket.ask("chat.react", {"stream": light.stream, "reaction": reaction})

        def total(talker: Talker, reaction: str) -> int:
            return sum(each["counts"].get(reaction, 0) for each in talker.heard("chat.reacted"))

        for talker in talkers:
            await until(lambda talker=talker: total(talker, "heart") + total(talker, "fire") == 24)  # type: ignore[misc]
            assert (total(talker, "heart"), total(talker, "fire")) == (16, 8)
            await talker.socket.close()


async def test_one_viewer_reacts_so_often_a_second(light: Scene) -> None:
    async with node(light) as here:
        ada, bo = await here.listener(), await here.listener()
        body = {"stream": light.stream, "reaction": "wow"}
        for _ in range(5):
            await ada.socket.ask("chat.react", body)
        for _ in range(3):
            with pytest.raises(Refused) as refused:
                await ada.socket.ask("chat.react", body)
            assert refused.value.code == "rate_limited"
        await bo.socket.ask("chat.react", body)
        light.clock.at += 1000
        await ada.socket.ask("chat.react", body)
        await until(lambda: sum(each["counts"]["wow"] for each in ada.heard("chat.reacted")) == 7)
        await ada.socket.close()
        await bo.socket.close()


async def test_a_node_without_listeners_reads_nothing(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.listener()
        await ada.socket.ask("chat.close", {"stream": light.stream})
        bo = await here.talker("Bo")
        before = len(here.reads)
        await bo.say("to nobody")
        await light.services.chat.tell(light.shop.id, light.stream)
        await bo.socket.ask("chat.react", {"stream": light.stream, "reaction": "wow"})
        await bo.socket.told("chat.reacted")  # the news before it have been heard, too
        assert len(here.reads) == before
        await ada.open()
        assert len(here.reads) == before + 1
        await ada.socket.close()
        await bo.socket.close()


async def test_who_floods_is_refused_and_others_notice_nothing(light: Scene) -> None:
    async with node(light) as here:
        loud, ada, bo = await here.talker("Loud"), await here.talker("Ada"), await here.talker("Bo")
        for talker in (loud, ada, bo):
            await talker.open()

        async def flood() -> list[str]:
            codes = []
            for n in range(200):
                try:
                    await loud.say(f"buy {n}")
                except Refused as refused:
                    codes.append(refused.code)
            return codes

        flooding = asyncio.create_task(flood())
        for n in range(4):
            await ada.say(f"ada {n}")
        refusals = await flooding
        await until(lambda: "ada 3" in bo.texts())
        assert [text for text in bo.texts() if text.startswith("ada")] == [f"ada {n}" for n in range(4)]
        assert len([text for text in await light.seen() if text.startswith("buy")]) == 5
        assert set(refusals) == {"chat.too_fast", "rate_limited"}
        for talker in (loud, ada, bo):
            await talker.socket.close()


async def test_a_new_pass_on_the_connection_of_somebody_banned_waits(light: Scene) -> None:
    async with node(light) as here:
        ada = await here.talker("Ada")
        await ada.say("bad")
        await light.services.restraints.restrain(light.staff, light.person(ada.grant), Restrain(what="ban"))
        again, other = await here.talker("Newcomer"), await here.talker("Other", "192.0.2.2")
        assert (await again.say("bad again"))["state"] == "held"
        assert (await other.say("hi"))["state"] == "shown"
        for talker in (ada, again, other):
            await talker.socket.close()

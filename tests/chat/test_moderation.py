"""What the host does, on each database: once, for everybody, and written down."""

import pytest

from server.chat.errors import ChatClosed, NoSuchMessage, NothingSaid, ReadOnly
from server.chat.messages import ChangeChat, HostSays, Restrain, Upvote
from server.core.redis import shop_key
from server.streams.messages import CreateStream
from tests.chat.scene import Scene
from tests.infra.show import fresh_key


async def acts(scene: Scene) -> list[tuple[str, str | None, str]]:
    """Oldest first: what, to whom, the text."""
    found = await scene.services.restraints.audit(scene.staff)
    assert {act.by for act in found} <= {"Mara Host"}
    return [(act.what, act.person.name if act.person else None, act.text) for act in reversed(found)]


async def test_a_listed_word_waits_for_the_host_who_shows_it_or_not(scene: Scene) -> None:
    moderation = scene.services.moderation
    await moderation.change(scene.staff, scene.stream, ChangeChat(words=["scam", "scam"]))
    ada = await scene.named("Ada")
    held, bad = await scene.say(ada, "No Sc4m here"), await scene.say(ada, "a scam")
    fine = await scene.say(ada, "scamper")
    assert [each.state for each in (held, bad, fine)] == ["held", "held", "shown"]
    found = await moderation.look(scene.staff, scene.stream)
    assert (found.words, {each.id for each in found.waiting}) == (["scam"], {held.id, bad.id})
    scene.clock.at += 1
    for _ in range(2):
        shown = await moderation.approve(scene.staff, scene.stream, held.id)
        assert (shown.state, shown.text) == ("shown", "No Sc4m here")
        await moderation.remove(scene.staff, scene.stream, bad.id)
        scene.clock.at += 1
    assert await scene.seen() == ["scamper", "No Sc4m here"]
    with pytest.raises(NoSuchMessage):
        await moderation.approve(scene.staff, scene.stream, bad.id)
    assert sorted(await acts(scene)) == sorted(
        [("change", None, "words: 1"), ("approve", "Ada", "No Sc4m here"), ("remove", "Ada", "a scam")]
    )


async def test_staff_speak_reply_and_answer(scene: Scene) -> None:
    moderation = scene.services.moderation
    ada = await scene.named("Ada")
    question = await scene.say(ada, "Why?", kind="question")
    key = fresh_key()
    body = HostSays(key=key, text="Because. \u202e", reply_to=question.id)
    said = [await moderation.say(scene.staff, scene.stream, body) for _ in range(2)]
    assert said[0] == said[1]
    assert (said[0].author.name, said[0].author.staff, said[0].text) == ("Mara Host", True, "Because.")
    assert said[0].reply_to is not None
    assert (said[0].reply_to.id, said[0].reply_to.name, said[0].reply_to.text) == (question.id, "Ada", "Why?")
    found = await moderation.look(scene.staff, scene.stream)
    assert [each.answered for each in found.log.questions] == [True]
    assert await scene.seen() == ["Because."]
    await moderation.answer(scene.staff, scene.stream, question.id, answered=True)
    assert sorted(what for what, _, _ in await acts(scene)) == ["answered", "say"]
    with pytest.raises(NothingSaid):
        await moderation.say(scene.staff, scene.stream, HostSays(key=fresh_key(), text="\u200b"))
    with pytest.raises(NoSuchMessage):
        await moderation.say(
            scene.staff, scene.stream, HostSays(key=fresh_key(), text="x", reply_to="say_unknown")
        )


async def test_pinning_is_written_down_when_it_changes_something(scene: Scene) -> None:
    moderation = scene.services.moderation
    said = await scene.say(await scene.named("Ada"), "Top")
    for message in (said.id, said.id, None, None):
        await moderation.pin(scene.staff, scene.stream, message)
        scene.clock.at += 1
    assert await acts(scene) == [("pin", "Ada", "Top"), ("unpin", None, "")]
    with pytest.raises(NoSuchMessage):
        await moderation.pin(scene.staff, scene.stream, "say_unknown")


async def test_removing_everything_of_somebody(scene: Scene) -> None:
    ada, bo = await scene.named("Ada"), await scene.named("Bo")
    await scene.say(ada, "one")
    await scene.say(bo, "two")
    await scene.say(ada, "three")
    await scene.services.restraints.restrain(
        scene.staff, scene.person(ada), Restrain(what="ban", remove=True, reason="Spam")
    )
    assert await scene.seen() == ["two"]
    assert sorted(await acts(scene)) == [("ban", "Ada", "Spam"), ("remove_all", "Ada", "")]


async def test_rules_are_the_streams_and_words_the_shops(scene: Scene) -> None:
    moderation, streams = scene.services.moderation, scene.services.streams
    other = await streams.create(scene.shop, CreateStream(title="U", source_url="/y.mp4"))
    change = ChangeChat(open=False, slow_s=5, words=["scam"])
    rules = await moderation.change(scene.staff, scene.stream, change)
    assert (rules.open, rules.slow_s, rules.approve) == (False, 5, False)
    rules = await moderation.change(scene.staff, scene.stream, ChangeChat(approve=True))
    assert (rules.open, rules.slow_s, rules.approve) == (False, 5, True)
    found = await moderation.look(scene.staff, other.id)
    assert (found.log.rules.open, found.log.rules.slow_s, found.words) == (True, 0, ["scam"])
    await scene.services.redis.flushall()
    found = await moderation.look(scene.staff, scene.stream)
    assert found.log.rules == rules
    with pytest.raises(ChatClosed):
        await scene.say(await scene.named("Ada"), "hi")


async def test_the_end_of_the_stream_closes_the_chat_for_all_also_where_redis_lost_it(scene: Scene) -> None:
    ada = await scene.named("Ada")
    question = await scene.say(ada, "Why?", kind="question")
    await scene.services.streams.end(scene.shop, scene.stream)
    for _ in range(2):
        await scene.services.chat.stream_ended(scene.stream)
        with pytest.raises(ChatClosed):
            await scene.say(ada, "late")
        with pytest.raises(ChatClosed):
            await scene.services.moderation.say(
                scene.staff, scene.stream, HostSays(key=fresh_key(), text="late")
            )
        body = Upvote(stream=scene.stream, question=question.id)
        with pytest.raises((ChatClosed, NoSuchMessage)):
            await scene.services.chat.upvote(ada, scene.owned, body)
        found = await scene.services.moderation.look(scene.staff, scene.stream)
        assert not found.log.rules.open
        await scene.services.redis.flushall()
    assert await acts(scene) == []


async def test_previews_and_staff_on_the_socket_read_only(light: Scene) -> None:
    for grant in (light.grant(preview=True), light.grant(kind="staff")):
        assert (await light.services.chat.me(grant, light.owned)).name is None
        with pytest.raises(ReadOnly):
            await light.services.chat.choose_name(grant, light.owned, "Ada")
        with pytest.raises(ReadOnly):
            await light.say(grant, "hi")
        with pytest.raises(ReadOnly):
            await light.services.chat.may_react(grant)


async def test_a_new_pass_from_the_same_place_waits_after_a_ban(scene: Scene) -> None:
    ada = await scene.named("Ada")
    await scene.say(ada, "bad", address="192.0.2.1")
    await scene.services.restraints.restrain(scene.staff, scene.person(ada), Restrain(what="ban"))
    again, other = await scene.named("Ada again"), await scene.named("Other")
    assert (await scene.say(again, "bad again", address="192.0.2.1")).state == "held"
    assert (await scene.say(other, "hi", address="192.0.2.2")).state == "shown"
    kept = await scene.services.redis.hgetall(shop_key(scene.shop.id, "chat", "addresses"))
    assert set(kept) >= {ada.viewer, again.viewer}
    assert "192.0.2" not in str(kept)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_this_machines_own_address_keeps_nobody_waiting(scene: Scene, address: str) -> None:
    ada = await scene.named("Ada")
    await scene.say(ada, "bad", address=address)
    await scene.services.restraints.restrain(scene.staff, scene.person(ada), Restrain(what="ban"))
    other = await scene.named("Other")
    assert (await scene.say(other, "hi", address=address)).state == "shown"

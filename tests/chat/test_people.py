"""Names and restraints, on each database: SQL owns them, and Redis may forget them."""

import asyncio

import pytest

from server.chat.errors import Banned, Muted, NameChosen, NameNeeded, NameRefused, NameTaken, NoSuchPerson
from server.chat.messages import ChangeChat, Restrain
from server.core.errors import BadRequest
from tests.chat.scene import Scene


async def test_a_name_is_chosen_once_and_stands_in_all_chats(scene: Scene) -> None:
    ada = scene.grant()
    with pytest.raises(NameNeeded):
        await scene.say(ada, "hi")
    me = await scene.services.chat.choose_name(ada, scene.owned, "  Ada  L. ")
    assert (me.name, me.muted_until, me.banned, me.voted) == ("Ada L.", None, False, [])
    assert me.person not in (ada.viewer, "")
    assert await scene.services.chat.choose_name(ada, scene.owned, "Ada L.") == me
    with pytest.raises(NameChosen) as chosen:
        await scene.services.chat.choose_name(ada, scene.owned, "Other")
    assert chosen.value.details == {"name": "Ada L."}
    said = await scene.say(ada, "hi")
    assert (said.author.id, said.author.name, said.author.staff) == (me.person, "Ada L.", False)


@pytest.mark.parametrize("name", ["ada l", "A.D.A-L", "\u0410daL", "Atelier  vetiver", "mara HOST"])
async def test_nobody_gets_a_name_that_looks_like_anothers_the_shops_or_the_staffs(
    scene: Scene, name: str
) -> None:
    await scene.named("Ada L.")
    with pytest.raises(NameTaken):
        await scene.named(name)


@pytest.mark.parametrize("name", ["a\u200bda", "\u202eada", "...", "\ufdfa" * 24, "f-r-e-e money"])
async def test_names_that_are_refused(scene: Scene, name: str) -> None:
    body = ChangeChat(words=["free money", "free"])
    await scene.services.moderation.change(scene.staff, scene.stream, body)
    with pytest.raises(NameRefused):
        await scene.named(name)


async def test_of_many_who_want_a_name_one_gets_it(scene: Scene) -> None:
    wanted = await asyncio.gather(*(scene.named("Ada") for _ in range(8)), return_exceptions=True)
    refused = [each for each in wanted if isinstance(each, BaseException)]
    assert len(refused) == 7
    assert all(isinstance(each, NameTaken) for each in refused)


async def test_who_asks_for_two_names_at_once_gets_one(scene: Scene) -> None:
    ada = scene.grant()
    names = [f"Ada {n}" for n in range(6)]
    asked = await asyncio.gather(
        *(scene.services.chat.choose_name(ada, scene.owned, name) for name in names), return_exceptions=True
    )
    got = [each.name for each in asked if not isinstance(each, BaseException)]
    assert len(got) == 1
    assert (await scene.services.chat.me(ada, scene.owned)).name == got[0]


async def test_a_name_survives_a_redis_that_was_wiped(scene: Scene) -> None:
    ada = await scene.named("Ada")
    await scene.say(ada, "before")
    epoch = (await scene.services.moderation.look(scene.staff, scene.stream)).log.epoch
    await scene.services.redis.flushall()
    assert (await scene.say(ada, "after")).author.name == "Ada"
    assert await scene.seen() == ["after"]
    assert (await scene.services.moderation.look(scene.staff, scene.stream)).log.epoch != epoch


async def test_a_mute_and_a_ban_survive_it_too_and_can_be_undone(scene: Scene) -> None:
    restrain = scene.services.restraints.restrain
    ada = await scene.named("Ada")
    person = scene.person(ada)
    muted = await restrain(scene.staff, person, Restrain(what="mute", seconds=60, reason="Loud"))
    assert muted.muted_until == scene.clock.at + 60_000
    for _ in range(2):
        with pytest.raises(Muted) as refused:
            await scene.say(ada, "hi")
        assert refused.value.details == {"until": muted.muted_until}
        await scene.services.redis.flushall()
    banned = await restrain(scene.staff, person, Restrain(what="ban", reason="Spam"))
    assert (banned.banned, banned.muted_until, banned.by) == (True, muted.muted_until, "Mara Host")
    await scene.services.redis.flushall()
    with pytest.raises(Banned):
        await scene.say(ada, "hi")
    with pytest.raises(Banned):
        await scene.services.chat.may_react(ada)
    assert await scene.services.restraints.restrained(scene.staff) == [banned]
    freed = await restrain(scene.staff, person, Restrain(what="free"))
    assert (freed.banned, freed.muted_until) == (False, None)
    assert await scene.services.restraints.restrained(scene.staff) == []
    await scene.say(ada, "thank you")


async def test_a_mute_ends_by_itself(scene: Scene) -> None:
    ada = await scene.named("Ada")
    await scene.services.restraints.restrain(
        scene.staff, scene.person(ada), Restrain(what="mute", seconds=10)
    )
    scene.clock.at += 10_000
    assert await scene.services.restraints.restrained(scene.staff) == []
    assert (await scene.services.chat.me(ada, scene.owned)).muted_until is None
    await scene.say(ada, "hi")


async def test_restraining_needs_a_person_and_a_mute_its_time(scene: Scene) -> None:
    ada = scene.person(await scene.named("Ada"))
    restrain = scene.services.restraints.restrain
    with pytest.raises(NoSuchPerson):
        await restrain(scene.staff, "person_unknown", Restrain(what="ban"))
    for body in (Restrain(what="mute"), Restrain(what="ban", seconds=60), Restrain(what="free", seconds=60)):
        with pytest.raises(BadRequest):
            await restrain(scene.staff, ada, body)
    assert await scene.services.restraints.audit(scene.staff) == []


async def test_a_person_is_the_same_in_one_shop_and_another_in_the_next(scene: Scene) -> None:
    people = scene.services.chat_people
    assert people.id_of("shop_a", "viewer_a") == people.id_of("shop_a", "viewer_a")
    ids = {people.id_of(shop, viewer) for shop in ("shop_a", "shop_b") for viewer in ("viewer_a", "viewer_b")}
    assert len(ids) == 4
    assert people.print_of("shop_a", "192.0.2.1") != people.print_of("shop_b", "192.0.2.1")
    assert people.print_of("shop_a", "") == ""


async def test_a_crowd_that_comes_together_is_looked_up_together(scene: Scene) -> None:
    """In a few queries, and not in one for each."""
    register = scene.services.chat_people._register
    calls, people = [], register.people

    async def counted(shop: str, viewers: list[str]) -> dict[str, dict[str, object]]:
        calls.append(len(viewers))
        return await people(shop, viewers)

    register.people = counted  # type: ignore[method-assign,assignment]
    grants = [scene.grant() for _ in range(300)]
    await asyncio.gather(*(scene.services.chat.me(grant, scene.owned) for grant in grants))
    assert sum(calls) == 300
    assert len(calls) <= 12

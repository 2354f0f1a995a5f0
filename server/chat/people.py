"""Who speaks: names and restraints. SQL owns them; Redis has them for the scripts that decide."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Protocol

from server.accounts.messages import ShopView
from server.accounts.service import AccountService
from server.chat.errors import Banned, NameChosen, NameRefused, NameTaken
from server.chat.messages import Person
from server.chat.records import Known
from server.chat.text import WordList, name_key, name_of
from server.core.addresses import is_loopback
from server.core.batching import Batchers
from server.core.cache import Fresh

KNOWN_S = 5.0
"""A node that misses the news of somebody's name goes on with the old one for so long."""
WORDS_S = 5.0
_MOST_KEY = 64


class Store(Protocol):
    async def people(self, shop: str, viewers: Sequence[str]) -> list[Known | None]: ...
    async def learn(self, shop: str, people: Sequence[Known]) -> None: ...


class Register(Protocol):
    async def people(self, shop: str, viewers: Sequence[str]) -> dict[str, dict[str, Any]]: ...
    async def choose(self, row: dict[str, Any]) -> dict[str, Any] | None: ...
    async def words(self, shop: str) -> list[str]: ...


class People:
    def __init__(self, store: Store, register: Register, accounts: AccountService, secret: str) -> None:
        self._store = store
        self._register = register
        self._accounts = accounts
        self._key = hashlib.sha256(f"proofcast.chat.person.1\0{secret}".encode()).digest()
        self._loads: Batchers[str, str, Known] = Batchers(self._load_many)
        self._known: Fresh[tuple[str, str], Known] = Fresh(self._load, KNOWN_S)
        self._words: Fresh[str, WordList] = Fresh(self._load_words, WORDS_S)

    def id_of(self, shop: str, viewer: str) -> str:
        """Tells nothing of the viewer's id, with which a pass is made."""
        text = f"{shop}\0{viewer}".encode()
        return "person_" + hmac.new(self._key, text, hashlib.sha256).hexdigest()[:26]

    def print_of(self, shop: str, address: str) -> str:
        """Of a network address: tells nothing of it, and compares. "" where it tells nobody apart."""
        if not address or is_loopback(address):
            return ""
        return hmac.new(self._key, f"address\0{shop}\0{address}".encode(), hashlib.sha256).hexdigest()[:26]

    async def known(self, shop: str, viewer: str) -> Known:
        return await self._known((shop, viewer))

    async def words(self, shop: str) -> WordList:
        return await self._words(shop)

    def forget(self, shop: str, viewer: str) -> None:
        self._known.forget((shop, viewer))

    def forget_words(self, shop: str) -> None:
        self._words.forget(shop)

    async def learn(self, shop: str, rows: Sequence[dict[str, Any]]) -> list[Known]:
        """SQL says something new of somebody."""
        known = [_of(row) for row in rows]
        await self._store.learn(shop, known)
        for each in known:
            self.forget(shop, each.viewer)
        return known

    async def choose(self, shop: ShopView, viewer: str, asked: str) -> Known:
        """Raises `NameRefused`, `NameTaken`, `NameChosen`, `Banned`."""
        name = name_of(asked)
        key = name_key(name)
        if not name or len(name) > 24 or len(key) > _MOST_KEY:
            raise NameRefused(
                "Take a name of letters or digits, without signs that nobody sees.", at="$.as_name"
            )
        known = await self.known(shop.id, viewer)
        if known.banned:
            raise Banned("You can't take part in this shop's chats.")
        if known.name == name:
            return known
        if known.name is not None:
            raise NameChosen("You have chosen a name already.", name=known.name)
        if (await self.words(shop.id)).hits(name):
            raise NameRefused("This name can't be used here.", at="$.as_name")
        staff = await self._accounts.staff_names(shop.id)
        row = None
        if key not in {name_key(own) for own in (shop.name, *staff)}:
            row = await self._register.choose(
                blank(shop.id, viewer, self.id_of(shop.id, viewer)) | {"name": name, "name_key": key}
            )
        if row is None:
            raise NameTaken("Somebody has this name, or one that looks like it.")
        [known] = await self.learn(shop.id, [row])
        if known.name != name:
            raise NameChosen("You have chosen a name already.", name=known.name)
        return known

    async def close(self) -> None:
        await self._loads.close()

    async def _load(self, key: tuple[str, str]) -> Known:
        shop, viewer = key
        return await self._loads.ask(shop, viewer)

    async def _load_many(self, shop: str, viewers: Sequence[str]) -> list[Known]:
        found = await self._store.people(shop, viewers)
        missing = list({viewer for viewer, known in zip(viewers, found, strict=True) if known is None})
        if missing:
            rows = await self._register.people(shop, missing)
            fresh = {
                viewer: _of(rows.get(viewer) or blank(shop, viewer, self.id_of(shop, viewer)))
                for viewer in missing
            }
            await self._store.learn(shop, list(fresh.values()))
            found = [known or fresh[viewer] for viewer, known in zip(viewers, found, strict=True)]
        return [known for known in found if known is not None]

    async def _load_words(self, shop: str) -> WordList:
        return WordList(await self._register.words(shop))


def blank(shop: str, viewer: str, person: str) -> dict[str, Any]:
    """Somebody of whom SQL knows nothing yet."""
    return {
        "shop": shop,
        "viewer": viewer,
        "person": person,
        "name": None,
        "name_key": None,
        "muted_until": None,
        "banned": False,
        "reason": "",
        "restrained_by": "",
        "restrained_at": 0,
        "revision": 0,
    }


def author(known: Known) -> Person:
    return Person(id=known.person, name=known.name or "", staff=False)


def _of(row: dict[str, Any]) -> Known:
    return Known(
        viewer=row["viewer"],
        person=row["person"],
        name=row["name"],
        muted_until=row["muted_until"] or 0,
        banned=row["banned"],
        revision=row["revision"],
    )

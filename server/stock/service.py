"""The rules of holds and stock. Redis decides, in one step; here requests are gathered and answers told."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

from server.core.batching import SIZES, Batcher
from server.core.metrics import Histogram
from server.stock.errors import HoldIsOver, HoldNotFound, StockNotLoaded, refusal_error
from server.stock.ledger import StockLedger
from server.stock.messages import (
    Hold,
    HoldAnswer,
    HoldLine,
    Pick,
    StockLevels,
)
from server.stock.opening import Facts, Opening
from server.stock.records import (
    Counts,
    HoldRecord,
    HoldRequest,
    Outcome,
    Units,
    Want,
    canonical,
    check_context,
    check_id,
    check_units,
    hold_id,
    hold_request,
)
from server.stock.store import StockStore

MAX_EXTENSIONS = 10
"""WCAG 2.2, 2.2.1: who needs more time can ask for it at least ten times."""

_REVISIONS_AHEAD = 1_000_000
"""A rebuild starts so far ahead that no setting from before the wipe, on its way to SQL, is later than it."""


class StockService:
    """Raises `Unavailable` wherever Redis or SQL is away, and `StockNotLoaded`, one of its kind, where Redis
    knows nothing of the shop until `rebuild`. Every call may be repeated then: nothing is done twice.
    """

    def __init__(
        self,
        store: StockStore,
        ledger: StockLedger,
        *,
        max_extensions: int = MAX_EXTENSIONS,
        batch: int = 64,
        in_flight: int = 4,
        picks: Callable[[str, Sequence[Units]], list[Pick]] = lambda _context, _lines: [],
    ) -> None:
        """`batch`: holds that travel as one script call; `in_flight`: such calls of one shop at a time;
        `picks`: what a hold's context says of what the buyer chose."""
        self._store = store
        self.opening = Opening(store)
        self._ledger = ledger
        self._max_extensions = max_extensions
        self._batch = batch
        self._in_flight = in_flight
        self._picks = picks
        self._batchers: dict[str, Batcher[HoldRequest, Outcome]] = {}
        self.batches = Histogram(SIZES)
        """How many holds travelled together."""

    async def reserve(
        self, shop: str, buyer: str, key: str, lines: Iterable[Want], *, ttl_ms: int, context: str = ""
    ) -> HoldAnswer:
        """Sets units aside, all lines or none. The same shop, buyer and key answer the hold as it is now.

        `context` (one line, at most 1,000 characters) goes into the ledger with every movement of the hold.
        Raises SoldOut, LimitReached, UnknownVariant; HoldIsOver when this key's hold has ended.
        """
        hold = hold_id(check_id(shop), buyer, key)
        request = hold_request(shop, hold, buyer, lines, ttl_ms, context)
        return self.living(await self._batcher(shop).ask(request), request.hold)

    async def retake(
        self, shop: str, hold: str, buyer: str, lines: Iterable[Want], *, ttl_ms: int, context: str
    ) -> HoldAnswer:
        """For a payment that is under way: the hold lives for `ttl_ms` from now at least, and if it had ended
        without a sale, or never was, its lines are set aside under this name.

        Raises what `reserve` raises, and HoldNotFound when it is a hold of other lines.
        """
        request = hold_request(shop, hold, buyer, lines, ttl_ms, context)
        return self.living(await self._store.retake(shop, request), hold)

    async def change(
        self, shop: str, hold: str, buyer: str, key: str, lines: Iterable[Want], *, context: str
    ) -> HoldAnswer:
        """Another hold in the place of this one, with the same deadline: all lines, or the old one stays.

        The same key answers the hold that it made. Without `lines` the old one is released, and answered so.
        Raises what `reserve` raises, and HoldNotFound.
        """
        wanted = list(lines)
        new = hold_id(check_id(shop), check_id(buyer), key)
        if wanted:
            request = hold_request(shop, new, buyer, wanted, 1, context)
        else:
            request = HoldRequest(new, buyer, 1, (), "")
        outcome = await self._store.change(shop, check_id(hold), request)
        if not wanted and outcome.hold is not None and outcome.hold.state == "released":
            return HoldAnswer(hold=self.told(outcome.hold), levels=outcome.levels)
        return self.living(outcome, outcome.hold.id if outcome.hold else hold)

    async def holds_of(self, shop: str, buyer: str) -> list[HoldRecord]:
        """The buyer's living holds, the oldest first. One that is overdue may be among them."""
        return await self._store.holds_of(shop, buyer)

    async def extend(self, shop: str, hold: str, buyer: str, key: str, *, ttl_ms: int) -> HoldAnswer:
        """Puts the deadline off to `ttl_ms` from now, never to an earlier one.

        Raises HoldNotFound, HoldIsOver, TooManyExtensions.
        """
        outcome = await self._store.extend(
            shop, check_id(hold), buyer, check_id(key), ttl_ms, self._max_extensions
        )
        return self.living(outcome, hold)

    async def release(self, shop: str, hold: str, buyer: str) -> HoldAnswer:
        """Gives the units back. A hold that had ended without a sale is answered as it ended.

        Raises HoldNotFound; HoldIsOver when it was sold.
        """
        outcome = await self._store.release(shop, check_id(hold), buyer)
        if outcome.hold is None or outcome.hold.state == "committed":
            return self.living(outcome, hold)
        return HoldAnswer(hold=self.told(outcome.hold), levels=outcome.levels)

    async def commit(
        self,
        shop: str,
        order: str,
        hold: str | None,
        buyer: str,
        lines: Iterable[tuple[str, int]],
        *,
        context: str = "",
    ) -> StockLevels:
        """Sells a paid order's lines: out of its hold, and when that has ended, out of what is available.

        An order has one outcome for 30 days: who was answered SoldOut may refund, no retry will sell it.
        `lines`: (variant, quantity). `context` is used where there is no hold to take it from. Limits per
        buyer are not asked again.
        """
        wanted = canonical(Want(variant, quantity) for variant, quantity in lines)
        known = check_id(hold) if hold else ""
        outcome = await self._store.commit(
            shop, check_id(order), known, check_id(buyer), wanted, check_context(context)
        )
        if outcome.refusal is not None:
            raise refusal_error(outcome.refusal.code, outcome.refusal.arguments)
        return outcome.levels

    async def expire(self, shop: str, *, most: int = 256) -> list[HoldRecord]:
        """Takes back overdue holds, up to `most`, and answers them; fewer than `most`: no more are overdue.

        Of a call that fails on its way back the answer is lost, not the work: the ledger has it.
        """
        try:
            return await self._store.expire(shop, most)
        except StockNotLoaded:
            return []

    async def ended_since(self, shop: str, since_ms: int) -> list[HoldRecord]:
        """Holds that ended then or later, sold ones too; those that ended over an hour ago are forgotten."""
        return await self._store.ended_since(shop, since_ms)

    async def hold(self, shop: str, hold: str, buyer: str) -> HoldRecord:
        """For reading only. Its state may be `held` past its deadline. Raises HoldNotFound."""
        record = await self._store.hold(shop, check_id(hold))
        if record is None or record.buyer != buyer:
            raise HoldNotFound("There is no such hold.", hold=hold)
        return record

    async def set_stock(self, shop: str, stocked: Mapping[str, int]) -> StockLevels:
        """How many units there are in all, sold ones too; all variants or none. In SQL when it returns.

        Raises BelowCommitted.
        """
        for variant, units in stocked.items():
            check_id(variant)
            check_units(units)
        try:
            levels, settings = await self._store.set_stock(shop, stocked)
        except StockNotLoaded:
            await self._open_new(shop)
            levels, settings = await self._store.set_stock(shop, stocked)
        await self._ledger.set_stocked(shop, settings)
        return levels

    async def levels(self, shop: str, variants: Iterable[str] | None = None) -> StockLevels:
        """What is available, of all variants or of those of `variants` that are stocked."""
        levels, _ = await self._store.book(shop)
        if variants is None:
            return levels
        some = {variant: levels.levels[variant] for variant in variants if variant in levels.levels}
        return StockLevels(epoch=levels.epoch, seq=levels.seq, levels=some)

    async def known(self, shop: str, buyer: str, key: str) -> HoldAnswer | None:
        """The living hold that was made with this key; None when there is none."""
        record = await self._store.hold(shop, hold_id(check_id(shop), check_id(buyer), key))
        if record is None or record.state != "held":
            return None
        levels = await self.levels(shop, [variant for variant, _ in record.lines])
        return HoldAnswer(hold=self.told(record), levels=levels)

    async def whole(self, shop: str) -> tuple[StockLevels, dict[str, Counts]]:
        """What is available and all counts, both of one moment."""
        return await self._store.book(shop)

    async def book(self, shop: str) -> dict[str, Counts]:
        return (await self._store.book(shop))[1]

    async def _open_new(self, shop: str) -> None:
        """Raises StockNotLoaded for a shop that may have sold: only a rebuild knows how many."""
        epoch = ""
        for _ in range(2):  # before the claim, so that none is left behind, and after it, when it counts
            if (await self._ledger.stocked(shop))[0]:
                raise StockNotLoaded("Stock is being loaded. Try again in a moment.")
            epoch = epoch or await self.claim(shop)
        await self.rebuild(shop, Facts({}), epoch=epoch)

    # Opening a book: as `opening` says

    async def is_open(self, shop: str) -> bool:
        """Whether units can be had: Redis knows the shop, and has not been started again since."""
        return await self._store.is_open(shop)

    async def claim(self, shop: str) -> str:
        """Before SQL is read to open the book: the name of the epoch to be."""
        epoch = secrets.token_hex(8)
        await self.opening.claim(check_id(shop), epoch)
        return epoch

    async def rebuild(self, shop: str, facts: Facts, *, epoch: str | None = None) -> bool:
        """Opens a shop's book: stocked units and `facts`, both from SQL and read after the claim of `epoch`.
        What Redis still has of living holds stays, as far as there are units.

        False, and nothing changed, when it is open, or was wiped since the claim; so any number of processes
        may try at once. Without `epoch` the claim is made here.
        """
        epoch = epoch or await self.claim(shop)
        stocked, revision = await self._ledger.stocked(shop)
        return await self.opening.open(shop, epoch, revision + _REVISIONS_AHEAD, stocked, facts)

    async def drain(self, shop: str, *, most: int = 500) -> int:
        """Moves up to `most` entries of the ledger to SQL, exactly once each. Returns how many were read."""
        movements, entries = await self._store.read_ledger(shop, most)
        if entries:
            await self._ledger.write(shop, movements)
            await self._store.trim_ledger(shop, entries[-1])
        return len(entries)

    async def backlog(self, shops: Sequence[str]) -> tuple[int, int | None]:
        """How many entries of the ledger are not in SQL yet, and since when (ms) the oldest waits."""
        return await self._store.backlog(shops)

    async def close(self) -> None:
        """Answers those who wait, and takes no more."""
        for batcher in self._batchers.values():
            await batcher.close()

    def _batcher(self, shop: str) -> Batcher[HoldRequest, Outcome]:
        batcher = self._batchers.get(shop)
        if batcher is None:

            async def reserve(requests: Sequence[HoldRequest]) -> Sequence[Outcome]:
                return await self._store.reserve(shop, requests)

            batcher = Batcher(reserve, size=self._batch, in_flight=self._in_flight, sizes=self.batches)
            self._batchers[shop] = batcher
        return batcher

    def living(self, outcome: Outcome, hold: str) -> HoldAnswer:
        """Raises what the outcome is but a living hold."""
        if outcome.refusal is not None:
            raise refusal_error(outcome.refusal.code, (*outcome.refusal.arguments, hold))
        if outcome.hold is None:
            raise HoldNotFound("There is no such hold.", hold=hold)
        if outcome.hold.state != "held" or outcome.ended:
            state = "expired" if outcome.hold.state == "held" else outcome.hold.state
            raise HoldIsOver("This hold has ended.", hold=hold, state=state)
        return HoldAnswer(hold=self.told(outcome.hold), levels=outcome.levels)

    def told(self, record: HoldRecord) -> Hold:
        """A hold as its buyer sees it."""
        return Hold(
            id=record.id,
            state=record.state,
            deadline=record.deadline,
            lines=[HoldLine(variant=variant, quantity=quantity) for variant, quantity in record.lines],
            picks=self._picks(record.context, record.lines),
            extensions_left=max(0, self._max_extensions - record.extensions),
        )

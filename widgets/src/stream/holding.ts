/**
 * The viewer's hold, from the tap or the offer to its end, and others that wait behind it. Every question carries a key of
 * its own, so a retry never takes a second unit. No DOM in here.
 */
import type { Asker } from "../wire/client.js";
import type { ServerClock } from "../wire/clock.js";
import { asWireError, type WireError } from "../wire/errors.js";
import { newKey } from "../wire/keys.js";
import type { Hold, OrderView, StockLevels } from "../wire/protocol.gen.js";
import type { Item } from "./item.js";
import type { Kept } from "./kept.js";

export type Busy = "" | "extend" | "release";

/** `offered`: it came by the line. `span`: ms from when it was told to its deadline. */
export interface HeldItem {
  item: Item;
  hold: Hold;
  span: number;
  offered: boolean;
}

export type HoldState =
  | { phase: "none" }
  | { phase: "asking"; item: Item }
  | ({ phase: "held"; busy: Busy; error?: WireError } & HeldItem)
  | { phase: "over"; item: Item; reason: string; offered: boolean; order?: OrderView };

export interface HoldingOptions {
  client: Asker;
  clock: ServerClock;
  stream: string;
  kept: Kept;
  /** What the room shows of a variant. */
  find: (variant: string) => Item | undefined;
  /** A payment is on the screen: what comes meanwhile stays behind it. */
  paying: () => boolean;
  onChange: () => void;
  onLevels: (levels: StockLevels) => void;
  /** A refused tap, in the server's words. */
  onRefused: (error: WireError, item: Item) => void;
}

/** The news of an ended hold may be lost with the line; the deadline itself is not. */
const GRACE_MS = 2_000;

export class Holding {
  state: HoldState = { phase: "none" };
  /** Held too, and not in front. */
  others: readonly HeldItem[] = [];
  readonly #options: HoldingOptions;
  /** A tap whose answer was lost. */
  #wish: { key: string; item: Item } | undefined;
  #extendKey: string | undefined;
  /** The order that payment opened for the hold, once the pay frame told. */
  order: string | undefined;

  constructor(options: HoldingOptions) {
    this.#options = options;
  }

  get ids(): Set<string> {
    const front = this.state.phase === "held" ? [this.state.hold.id] : [];
    return new Set([...front, ...this.others.map((one) => one.hold.id)]);
  }

  /** It is being asked for, or held. */
  concerns(variant: string): boolean {
    const { state } = this;
    const front = (state.phase === "asking" || state.phase === "held") && state.item.variant === variant;
    return front || this.others.some((one) => one.item.variant === variant);
  }

  /** Takes one unit. A second tap while the first is under way changes nothing. */
  async create(item: Item): Promise<void> {
    if (this.state.phase === "asking" || this.state.phase === "held") return;
    const { client, stream, kept, onLevels, onRefused } = this.#options;
    const { pin, variant } = item;
    // The same wish after a lost answer goes out under the same key: it may have been granted.
    const again = this.#wish?.item.variant === variant && this.#wish.item.pin === pin;
    const wish = again && this.#wish !== undefined ? this.#wish : { key: newKey("hold"), item };
    this.#wish = wish;
    kept.put({ item });
    this.#set({ phase: "asking", item });
    try {
      const ask = { key: wish.key, stream, pin, variant, quantity: 1 };
      const answer = await client.ask("hold.create", ask, { tries: 2 });
      this.#wish = undefined;
      onLevels(answer.levels);
      if (answer.hold.state === "held") this.#hold(this.#held(answer.hold, item, false));
      else this.#rest(variant);
    } catch (thrown) {
      const error = asWireError(thrown);
      if (!error.retryable) this.#wish = undefined;
      this.#rest(error.retryable ? undefined : variant);
      onRefused(error, item);
    }
  }

  /** A hold that the server tells of by itself: an offer, or one that this viewer took in another tab. */
  adopt(hold: Hold, offered = false): void {
    const { kept, find, paying } = this.#options;
    const variant = hold.picks[0]?.variant ?? "";
    const known = kept.get(variant);
    const item = known?.item ?? find(variant);
    if (hold.state !== "held" || item === undefined) return;
    const { state } = this;
    const held = this.#held(hold, item, offered || (known?.hold === hold.id && known.offered === true));
    if (state.phase === "held" && state.hold.id === hold.id) this.#still(hold.id, { hold });
    else if ((state.phase === "none" || state.phase === "over") && !paying()) this.#hold(held);
    else {
      this.others = [...this.others.filter((one) => one.hold.id !== hold.id), held];
      this.#options.onChange();
    }
  }

  /** All that the server knows of; `before`: what was held at the time of the question. */
  took(holds: readonly Hold[], before: ReadonlySet<string>): void {
    for (const hold of holds) this.adopt(hold);
    const living = new Set(holds.map((hold) => hold.id));
    for (const id of before) if (!living.has(id) && (this.order === undefined || !this.#inFront(id))) this.ended(id, "away");
  }

  /** Another hold took the place of `was`. */
  changed(was: string, hold: Hold): void {
    const { state } = this;
    this.others = this.others.filter((one) => one.hold.id !== was);
    if (state.phase === "held" && state.hold.id === was) {
      this.order = undefined;
      this.#options.kept.remove(state.item.variant);
      this.state = { phase: "none" };
    }
    this.adopt(hold);
    this.#options.onChange();
  }

  /** Brings one of the others in front. */
  front(id: string): void {
    const { state, others } = this;
    const held = others.find((one) => one.hold.id === id);
    if (held === undefined || state.phase === "asking" || this.#options.paying()) return;
    if (state.phase === "held") {
      const { item, hold, span, offered } = state;
      this.others = [...others, { item, hold, span, offered }];
    }
    this.order = undefined;
    this.#extendKey = undefined;
    this.#hold(held);
  }

  /** Asks for more time; a retry repeats the same key. */
  async extend(): Promise<void> {
    const held = this.state;
    if (held.phase !== "held" || held.busy !== "") return;
    const key = (this.#extendKey ??= newKey("more"));
    this.#set({ ...held, busy: "extend" });
    try {
      const answer = await this.#options.client.ask("hold.extend", { hold: held.hold.id, key }, { tries: 2 });
      this.#extendKey = undefined;
      this.#options.onLevels(answer.levels);
      const span = Math.max(1, answer.hold.deadline - this.#options.clock.now());
      this.#still(held.hold.id, { hold: answer.hold, busy: "", span });
    } catch (thrown) {
      const error = asWireError(thrown);
      if (!error.retryable) this.#extendKey = undefined;
      if (error.code === "stock.hold_ended" || error.code === "stock.hold_not_found") this.ended(held.hold.id, "expired");
      else this.#still(held.hold.id, { busy: "", error });
    }
  }

  /** Gives the unit back. */
  async release(): Promise<void> {
    const held = this.state;
    if (held.phase !== "held" || held.busy === "release") return;
    this.#set({ ...held, busy: "release" });
    try {
      await this.#options.client.ask("hold.release", { hold: held.hold.id }, { tries: 2 });
      this.ended(held.hold.id, "released");
    } catch (thrown) {
      const error = asWireError(thrown);
      if (error.code === "stock.hold_ended" || error.code === "stock.hold_not_found") this.ended(held.hold.id, "released");
      else this.#still(held.hold.id, { busy: "", error });
    }
  }

  /** The server, or the countdown, says that the hold is over. */
  ended(hold: string, reason: string): void {
    const held = this.state;
    const other = this.others.find((one) => one.hold.id === hold);
    if (other !== undefined) {
      this.others = this.others.filter((one) => one !== other);
      this.#options.kept.remove(other.item.variant);
      this.#options.onChange();
    }
    if (held.phase !== "held" || held.hold.id !== hold) return;
    const { item, offered } = held;
    this.#forget(item);
    this.#set({ phase: "over", item, reason, offered });
  }

  /** An order of this viewer moved. */
  ordered(order: OrderView): void {
    const held = this.state;
    if (held.phase !== "held" && held.phase !== "over") return;
    const known = held.phase === "over" ? (held.order?.id ?? this.order) : this.order;
    const ours = known !== undefined ? order.id === known : order.lines.some((line) => line.variant === held.item.variant);
    if (!ours || order.state === "pending") return;
    // A cancelled order is the hold let go or run out; which one, the hold's own news says.
    if (order.state === "cancelled" && held.phase === "over") return;
    this.#forget(held.item);
    const reason = order.state === "cancelled" ? (order.reason === "expired" ? "expired" : "released") : order.state;
    this.#set({ phase: "over", item: held.item, reason, offered: held.offered, order });
  }

  /** Clears what was said about the last hold; what else is held comes in front. */
  dismiss(): void {
    const { phase } = this.state;
    if (phase === "over" || (phase === "none" && this.others.length > 0)) this.#rest();
  }

  /** ms until the deadline by the server's clock; ends the hold here when the news of its end was lost. */
  left(): number {
    const held = this.state;
    const now = this.#options.clock.now();
    for (const { hold } of this.others) if (now - hold.deadline > GRACE_MS) this.ended(hold.id, "expired");
    if (held.phase !== "held") return 0;
    const left = held.hold.deadline - now;
    if (left < -GRACE_MS && this.order === undefined) this.ended(held.hold.id, "expired");
    return Math.max(0, left);
  }

  #held(hold: Hold, item: Item, offered: boolean): HeldItem {
    this.#options.kept.put({ item, hold: hold.id, offered });
    return { item, hold, span: Math.max(1, hold.deadline - this.#options.clock.now()), offered };
  }

  #hold(held: HeldItem): void {
    this.others = this.others.filter((one) => one.hold.id !== held.hold.id);
    this.#set({ phase: "held", ...held, busy: "" });
  }

  #inFront(id: string): boolean {
    return this.state.phase === "held" && this.state.hold.id === id;
  }

  /** Nothing in front any more, unless something else is held. */
  #rest(forget?: string): void {
    if (forget !== undefined) this.#options.kept.remove(forget);
    const next = this.#options.paying() ? undefined : this.others[0];
    if (next === undefined) this.#set({ phase: "none" });
    else this.#hold(next);
  }

  #still(hold: string, change: Partial<Extract<HoldState, { phase: "held" }>>): void {
    const held = this.state;
    if (held.phase !== "held" || held.hold.id !== hold) return;
    const { error: _old, ...rest } = held;
    this.#set({ ...rest, ...change });
  }

  #forget(item: Item): void {
    this.order = undefined;
    this.#options.kept.remove(item.variant);
  }

  #set(state: HoldState): void {
    this.state = state;
    this.#options.onChange();
  }
}

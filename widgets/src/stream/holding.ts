/**
 * The viewer's one hold, from the tap to its end. Every question carries a key of its own, kept over a page reload, so a
 * retry never takes a second unit. No DOM in here.
 */
import type { Asker } from "../wire/client.js";
import type { ServerClock } from "../wire/clock.js";
import { asWireError, type WireError } from "../wire/errors.js";
import { type Drawer, newKey } from "../wire/keys.js";
import type { Hold, HoldAnswer, OrderView, StockLevels } from "../wire/protocol.gen.js";
import type { Item } from "./item.js";

export type Busy = "" | "extend" | "release";

export type HoldState =
  | { phase: "none" }
  | { phase: "asking"; item: Item }
  | { phase: "held"; item: Item; hold: Hold; busy: Busy; span: number; error?: WireError }
  | { phase: "over"; item: Item; reason: string; order?: OrderView };

export interface HoldingOptions {
  client: Asker;
  clock: ServerClock;
  stream: string;
  /** Kept for as long as the tab lives. */
  drawer: Drawer;
  onChange: () => void;
  onLevels: (levels: StockLevels) => void;
  /** A refused tap, in the server's words. */
  onRefused: (error: WireError, item: Item) => void;
}

interface Kept {
  key: string;
  item: Item;
  /** As the server last told it. */
  hold?: Hold;
}

/** The pin went, or the show ended: no new hold, but one that was taken before lives on. */
const LIVES_ON = new Set(["pins.not_shown", "stream.not_live", "stream.ended"]);

/** The news of an ended hold may be lost with the line; the deadline itself is not. */
const GRACE_MS = 2_000;

export class Holding {
  state: HoldState = { phase: "none" };
  readonly #options: HoldingOptions;
  #kept: Kept | undefined;
  #extendKey: string | undefined;
  #resumed = false;
  /** The order that payment opened for the hold, once the pay frame told. */
  order: string | undefined;

  constructor(options: HoldingOptions) {
    this.#options = options;
  }

  /** Takes one unit. A second tap while the first is under way changes nothing. */
  async create(item: Item): Promise<void> {
    if (this.state.phase === "asking" || this.state.phase === "held") return;
    this.#resumed = true;
    // The same wish after a lost answer goes out under the same key: it may have been granted.
    const again = this.#kept?.item.variant === item.variant && this.#kept.item.pin === item.pin;
    const kept = again && this.#kept !== undefined ? this.#kept : { key: newKey("hold"), item };
    this.#keep(kept);
    this.#set({ phase: "asking", item });
    try {
      this.#granted(kept, await this.#ask(kept));
    } catch (thrown) {
      const error = asWireError(thrown);
      if (!error.retryable) this.#forget();
      this.#set({ phase: "none" });
      this.#options.onRefused(error, item);
    }
  }

  /**
   * After a page reload: finds the living hold again, and says nothing if there is none. Call it whenever the line opens:
   * it asks until there was an answer, and no more once the viewer has tapped.
   */
  async resume(): Promise<void> {
    if (this.#resumed) return;
    const text = this.#options.drawer.get(this.#name);
    if (text === null) {
      this.#resumed = true;
      return;
    }
    try {
      const kept = JSON.parse(text) as Kept;
      this.#kept = kept;
      const answer = await this.#ask(kept);
      if (this.#resumed) return;
      this.#resumed = true;
      this.#granted(kept, answer);
    } catch (thrown) {
      const error = asWireError(thrown);
      if (this.#resumed || error.retryable) return;
      this.#resumed = true;
      const hold = this.#kept?.hold;
      const lives = hold !== undefined && LIVES_ON.has(error.code) && hold.deadline > this.#options.clock.now();
      if (lives && this.#kept !== undefined) this.#held(this.#kept, hold);
      else this.#forget();
    }
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
      if (this.#kept !== undefined) this.#keep({ ...this.#kept, hold: answer.hold });
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
    if (held.phase !== "held" || held.hold.id !== hold) return;
    this.#forget();
    this.#set({ phase: "over", item: held.item, reason });
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
    this.#forget();
    const reason = order.state === "cancelled" ? (order.reason === "expired" ? "expired" : "released") : order.state;
    this.#set({ phase: "over", item: held.item, reason, order });
  }

  /** Clears what was said about the last hold. */
  dismiss(): void {
    if (this.state.phase === "over") this.#set({ phase: "none" });
  }

  /** ms until the deadline by the server's clock; ends the hold here when the news of its end was lost. */
  left(): number {
    const held = this.state;
    if (held.phase !== "held") return 0;
    const left = held.hold.deadline - this.#options.clock.now();
    if (left < -GRACE_MS && this.order === undefined) this.ended(held.hold.id, "expired");
    return Math.max(0, left);
  }

  #ask(kept: Kept): Promise<HoldAnswer> {
    const { client, stream } = this.#options;
    const { pin, variant } = kept.item;
    return client.ask("hold.create", { key: kept.key, stream, pin, variant, quantity: 1 }, { tries: 2 });
  }

  #granted(kept: Kept, answer: HoldAnswer): void {
    this.#options.onLevels(answer.levels);
    if (answer.hold.state !== "held") {
      this.#forget();
      this.#set({ phase: "none" });
      return;
    }
    this.#held(kept, answer.hold);
  }

  #held(kept: Kept, hold: Hold): void {
    this.#keep({ ...kept, hold });
    const span = Math.max(1, hold.deadline - this.#options.clock.now());
    this.#set({ phase: "held", item: kept.item, hold, busy: "", span });
  }

  #still(hold: string, change: Partial<Extract<HoldState, { phase: "held" }>>): void {
    const held = this.state;
    if (held.phase !== "held" || held.hold.id !== hold) return;
    const { error: _old, ...rest } = held;
    this.#set({ ...rest, ...change });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#options.drawer.set(this.#name, JSON.stringify(kept));
  }

  #forget(): void {
    this.#kept = undefined;
    this.order = undefined;
    this.#options.drawer.remove(this.#name);
  }

  get #name(): string {
    return `proofcast:hold:${this.#options.stream}`;
  }

  #set(state: HoldState): void {
    this.state = state;
    this.#options.onChange();
  }
}

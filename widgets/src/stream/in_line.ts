/**
 * Waiting in line as one viewer handles it. What it takes is fetched with the first wish, or when the server knows of a place:
 * most viewers never need it.
 */
import { clockTime } from "../ui/time.js";
import type { WireError } from "../wire/errors.js";
import type { Hold, Place } from "../wire/protocol.gen.js";
import type { Item } from "./item.js";
import { Lazy } from "./lazy.js";
import type { Spot, Waiting } from "./line/waiting.js";
import type { Places } from "./mine.js";
import type { Session } from "./session.js";

export interface InLineOptions {
  session: Session;
  onChange: () => void;
  say: (words: string) => void;
  onRefused: (error: WireError, item: Item) => void;
  /** It could not be fetched. */
  onFailed: () => void;
}

export class InLine implements Places {
  readonly parts: Lazy<typeof import("./line/line.js")>;
  readonly #options: InLineOptions;
  #waiting: Waiting | undefined;
  #cue: { show(words: string): void; clear(): void } | undefined;
  /** The variant that was tapped, before there is a `Waiting` to know of it. */
  #wish = "";
  #then: ((waiting: Waiting) => void)[] = [];
  #off: (() => void)[] = [];

  constructor(options: InLineOptions) {
    this.#options = options;
    this.parts = new Lazy(() => import("./line/line.js"), () => this.#arrived());
  }

  /** The viewer's place, or what became of it. */
  spot(variant: string): Spot | undefined {
    return this.#waiting?.spot(variant);
  }
  get spots(): Spot[] {
    return this.#waiting?.spots ?? [];
  }
  get variants(): Set<string> {
    return this.#waiting?.variants ?? new Set();
  }

  waits(variant: string): boolean {
    return (this.spot(variant)?.phase ?? (this.#wish === variant ? "asking" : "gone")) !== "gone";
  }

  wait(item: Item): void {
    if (this.waits(item.variant)) return;
    this.#wish = item.variant;
    this.#do((waiting) => void waiting.wait(item));
    this.#options.onChange();
  }

  leave(variant: string): void {
    void this.#waiting?.leave(variant);
  }

  took(places: readonly Place[], before: ReadonlySet<string>, held: ReadonlySet<string>): void {
    if (places.length > 0 || this.#waiting !== undefined) this.#do((waiting) => waiting.took(places, before, held));
  }

  /** It is this viewer's turn. */
  offered(hold: Hold): void {
    this.#waiting?.offered(hold);
    const item = this.#options.session.kept.get(hold.picks[0]?.variant ?? "")?.item;
    if (item === undefined) return;
    const words = `One is yours until ${clockTime(hold.deadline)}`;
    this.#options.say(`${words}: ${item.name}. You can pay now or let it go.`);
    this.#cue?.show(words);
  }

  /** Nothing is offered any more. */
  quiet(): void {
    this.#cue?.clear();
  }

  stop(): void {
    this.quiet();
    for (const off of this.#off.splice(0)) off();
  }

  #do(what: (waiting: Waiting) => void): void {
    if (this.#waiting !== undefined) {
      what(this.#waiting);
      this.#wish = "";
      return;
    }
    this.#then.push(what);
    this.parts.load();
  }

  #arrived(): void {
    const { session, onChange, onRefused, say } = this.#options;
    const { part } = this.parts;
    if (part === undefined) {
      const wished = this.#wish !== "";
      this.#wish = "";
      this.#then = [];
      if (wished) this.#options.onFailed();
      return;
    }
    const { client, stream, kept } = session;
    const waiting = new part.Waiting({
      client,
      stream,
      kept,
      find: (variant) => session.find(variant),
      onChange,
      onTold: (spot) => say(part.spotWords(spot)),
      onHold: (hold) => session.holding.adopt(hold),
      onRefused,
    });
    this.#waiting = waiting;
    this.#cue = new part.TitleCue();
    this.#off = [client.on("wait.changed", (news) => waiting.moved(news)), client.on("wait.ended", (news) => waiting.ended(news))];
    for (const what of this.#then.splice(0)) this.#do(what);
    onChange();
  }
}

/** The viewer's places in line for what is sold out, from the wish to the offer. No DOM in here. */
import type { Asker } from "../../wire/client.js";
import { asWireError, type WireError } from "../../wire/errors.js";
import { newKey } from "../../wire/keys.js";
import type { Hold, Place, WaitChanged, WaitEnded } from "../../wire/protocol.gen.js";
import type { Item } from "../item.js";
import type { Kept } from "../kept.js";

/** `away`: the place is gone, and nobody was here to hear why. */
export type Gone = WaitEnded["reason"] | "left" | "away";

export type Spot =
  | { phase: "asking"; item: Item }
  | { phase: "waiting"; item: Item; ticket: number; ahead: number; busy: boolean }
  | { phase: "gone"; item: Item; reason: Gone };

export interface WaitingOptions {
  client: Asker;
  stream: string;
  kept: Kept;
  /** What the room shows of a variant. */
  find: (variant: string) => Item | undefined;
  onChange: () => void;
  /** A place was given, came to the front, or is gone. */
  onTold: (spot: Spot) => void;
  /** Units were there after all. */
  onHold: (hold: Hold) => void;
  onRefused: (error: WireError, item: Item) => void;
}

export class Waiting {
  readonly #options: WaitingOptions;
  readonly #spots = new Map<string, Spot>();
  /** Of wishes whose answer was lost. */
  readonly #keys = new Map<string, string>();

  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  spot(variant: string): Spot | undefined {
    return this.#spots.get(variant);
  }
  get spots(): Spot[] {
    return [...this.#spots.values()];
  }

  /** The variants that have a place now. */
  get variants(): Set<string> {
    return new Set(this.spots.filter((one) => one.phase === "waiting").map((one) => one.item.variant));
  }

  async wait(item: Item): Promise<void> {
    const { client, stream, kept, onHold } = this.#options;
    const { pin, variant } = item;
    const before = this.#spots.get(variant);
    if (before !== undefined && before.phase !== "gone") return;
    const key = this.#keys.get(variant) ?? newKey("wait");
    this.#keys.set(variant, key);
    const asking: Spot = { phase: "asking", item };
    this.#set(asking);
    kept.put({ item });
    try {
      const { place, hold } = await client.ask("hold.wait", { key, stream, pin, variant, quantity: 1 }, { tries: 2 });
      this.#keys.delete(variant);
      // The offer itself may have overtaken the answer.
      if (this.#spots.get(variant) !== asking) return;
      if (place !== null) this.#placed(place, item);
      else this.#drop(variant);
      if (hold !== null) onHold(hold);
    } catch (thrown) {
      const error = asWireError(thrown);
      if (this.#spots.get(variant) !== asking) return;
      if (!error.retryable) {
        this.#keys.delete(variant);
        kept.remove(variant);
      }
      this.#drop(variant);
      this.#options.onRefused(error, item);
    }
  }

  async leave(variant: string): Promise<void> {
    const spot = this.#spots.get(variant);
    if (spot?.phase !== "waiting" || spot.busy) return;
    this.#set({ ...spot, busy: true });
    try {
      await this.#options.client.ask("hold.unwait", { variant }, { tries: 2 });
      if (this.#spots.get(variant)?.phase === "waiting") this.#gone(spot.item, "left");
    } catch (thrown) {
      const now = this.#spots.get(variant);
      if (now?.phase === "waiting") this.#set({ ...now, busy: false });
      this.#options.onRefused(asWireError(thrown), spot.item);
    }
  }

  /** The line moved. How many are ahead was exact once, and can only become fewer. */
  moved({ variant, first }: WaitChanged): void {
    const spot = this.#spots.get(variant);
    if (spot?.phase !== "waiting") return;
    const ahead = Math.min(spot.ahead, Math.max(0, spot.ticket - first));
    if (ahead === spot.ahead) return;
    this.#set({ ...spot, ahead });
    if (ahead === 0) this.#options.onTold({ ...spot, ahead });
  }

  ended({ variant, reason }: Pick<WaitEnded, "variant" | "reason">): void {
    const spot = this.#spots.get(variant);
    if (spot !== undefined && spot.phase !== "gone") this.#gone(spot.item, reason);
  }

  /** It is this viewer's turn. */
  offered(hold: Hold): void {
    for (const { variant } of hold.lines) {
      this.#keys.delete(variant);
      this.#drop(variant);
    }
  }

  /** All that the server knows of; `before`: the places at the time of the question. */
  took(places: readonly Place[], before: ReadonlySet<string>, held: ReadonlySet<string>): void {
    const { kept, find } = this.#options;
    for (const place of places) {
      const item = kept.get(place.variant)?.item ?? find(place.variant);
      if (item !== undefined) this.#placed(place, item);
    }
    const still = new Set(places.map((place) => place.variant));
    for (const variant of before) {
      const spot = this.#spots.get(variant);
      if (still.has(variant) || spot?.phase !== "waiting") continue;
      if (held.has(variant)) this.#drop(variant);
      else this.#gone(spot.item, "away");
    }
  }

  #placed({ ticket, ahead, variant }: Place, item: Item): void {
    const news = this.#spots.get(variant)?.phase !== "waiting";
    this.#options.kept.put({ item, ticket });
    const spot: Spot = { phase: "waiting", item, ticket, ahead, busy: false };
    this.#set(spot);
    if (news) this.#options.onTold(spot);
  }

  #gone(item: Item, reason: Gone): void {
    this.#options.kept.remove(item.variant);
    const spot: Spot = { phase: "gone", item, reason };
    this.#set(spot);
    this.#options.onTold(spot);
  }

  #drop(variant: string): void {
    if (this.#spots.delete(variant)) this.#options.onChange();
  }

  #set(spot: Spot): void {
    this.#spots.set(spot.item.variant, spot);
    this.#options.onChange();
  }
}

/**
 * What a host does to a show. One thing after another, each with a key that stays the same over retries. What can be
 * undone is drawn at once and offers its undo; what can't is drawn when the server said so.
 */
import { newKey } from "../../wire/keys.js";
import type { PinList, PinView, ProductView } from "../../wire/protocol.gen.js";
import type { Tell } from "../ui/toast.js";
import { say } from "../words.js";
import type { Show } from "./state.js";

/** As many as the server lets a stream show at once (pins/messages.py, MOST_PINS). */
export const MOST_PINS = 3;
const SETTLE_MS = 400;

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}

export class ShowActions {
  readonly #show: Show;
  readonly #tell: Tell;
  #queue: Promise<unknown> = Promise.resolve();
  #before: string[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Called after the line-up was kept, so that other windows read it anew. */
  onLineUp: () => void = () => undefined;

  constructor(show: Show, tell: Tell) {
    this.#show = show;
    this.#tell = tell;
  }

  pin(product: ProductView, place = 0): Promise<void> {
    const show = this.#show;
    if (show.pinOf(product.id)) return Promise.resolve();
    // The server takes the last one down by itself when a fourth comes.
    const fallen = show.pins.length >= MOST_PINS ? show.pins[show.pins.length - 1] : undefined;
    const kept = show.pins.filter((pin) => pin !== fallen);
    const guess: PinView = { id: newKey("guess"), at: show.clock.now(), product };
    const key = newKey("pin");
    const pins = [...kept.slice(0, place), guess, ...kept.slice(place)];
    return this.#do(`${product.name} was not pinned`, pins, async () => {
      const list = await show.calls.showPin(show.stream.id, product.id, key, place);
      const made = list.pins.find((pin) => pin.product.id === product.id);
      const words = fallen ? `${product.name} is in front; ${fallen.product.name} is down.` : `${product.name} is pinned.`;
      this.#tell({ words, undo: () => void this.#unpinAgain(made, fallen) });
      return list;
    });
  }

  unpin(pin: PinView): Promise<void> {
    const show = this.#show;
    const place = show.pins.findIndex((one) => one.id === pin.id);
    const pins = show.pins.filter((one) => one.id !== pin.id);
    return this.#do(`${pin.product.name} was not taken down`, pins, async () => {
      const list = await show.calls.hidePin(show.stream.id, pin.id);
      this.#tell({
        words: `${pin.product.name} was taken down.`,
        undo: () => void this.#pinAgain(pin.product, Math.max(0, place)),
      });
      return list;
    });
  }

  movePin(from: number, to: number): Promise<void> {
    const show = this.#show;
    const before = show.pins.map((pin) => pin.product.id);
    const pins = moved(show.pins, from, to);
    const name = show.pins[from]?.product.name ?? "The pin";
    return this.#do("The pins keep their order", pins, async () => {
      const list = await this.#order(pins.map((pin) => pin.product.id));
      const words = to === 0 ? `${name} is in front.` : `${name} is number ${to + 1}.`;
      this.#tell({ words, undo: () => void this.#do("The order was not taken back", null, () => this.#order(before)) });
      return list;
    });
  }

  /** Drawn at once; kept when the hand rests, so that five steps by keyboard are one change with one undo. */
  setLineUp(products: string[], words: string): void {
    const show = this.#show;
    this.#tell(null);
    this.#before ??= show.lineUp;
    show.lineUp = products;
    show.changed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keepLineUp(words), SETTLE_MS);
  }

  async go(): Promise<boolean> {
    return this.#turn("The stream did not start", () => this.#show.calls.start(this.#show.stream.id));
  }

  async end(): Promise<boolean> {
    return this.#turn("The show was not ended", () => this.#show.calls.end(this.#show.stream.id));
  }

  async #turn(what: string, call: () => Promise<Show["stream"]>): Promise<boolean> {
    try {
      this.#show.takeStream(await call());
      return true;
    } catch (error) {
      this.#tell({ words: say(error, what), bad: true });
      return false;
    }
  }

  /** `pins`: how they will stand, drawn at once; null when only the answer tells. */
  #do(what: string, pins: readonly PinView[] | null, call: () => Promise<PinList>): Promise<void> {
    this.#tell(null);
    this.#show.guess.begin(pins ?? this.#show.guess.pins);
    const next = this.#queue.then(async () => {
      try {
        this.#show.guess.end((await call()).pins);
      } catch (error) {
        this.#show.guess.end(null);
        this.#tell({ words: say(error, what), bad: true });
        void this.#show.room.join();
      }
    });
    this.#queue = next;
    return next;
  }

  /** By product, since a pin that is only just going up has no id yet; what others pinned meanwhile comes last. */
  async #order(products: readonly string[]): Promise<PinList> {
    const { calls, stream } = this.#show;
    const there = (await calls.pins(stream.id)).pins;
    const place = (pin: PinView): number => {
      const at = products.indexOf(pin.product.id);
      return at === -1 ? products.length : at;
    };
    return calls.orderPins(
      stream.id,
      [...there].sort((a, b) => place(a) - place(b)).map((pin) => pin.id),
    );
  }

  #pinAgain(product: ProductView, place: number): Promise<void> {
    const key = newKey("pin");
    const stream = this.#show.stream.id;
    return this.#do("It was not taken back", null, () => this.#show.calls.showPin(stream, product.id, key, place));
  }

  #unpinAgain(made: PinView | undefined, fallen: PinView | undefined): Promise<void> {
    const { calls, stream } = this.#show;
    const key = newKey("pin");
    return this.#do("It was not taken back", null, async () => {
      let list = made ? await calls.hidePin(stream.id, made.id) : await calls.pins(stream.id);
      if (fallen) list = await calls.showPin(stream.id, fallen.product.id, key, Math.min(MOST_PINS - 1, list.pins.length));
      return list;
    });
  }

  async #keepLineUp(words: string): Promise<void> {
    const show = this.#show;
    const before = this.#before ?? show.lineUp;
    const wanted = show.lineUp;
    this.#before = null;
    try {
      const kept = await show.calls.setLineUp(show.stream.id, wanted);
      if (show.lineUp === wanted) show.lineUp = kept.products;
      this.#tell({ words, undo: () => this.setLineUp(before, "The run of show is as it was.") });
      this.onLineUp();
    } catch (error) {
      if (show.lineUp === wanted) show.lineUp = before;
      this.#tell({
        words: say(error, "The run of show was not changed"),
        bad: true,
        again: () => this.setLineUp(wanted, words),
      });
    }
    show.changed();
  }
}

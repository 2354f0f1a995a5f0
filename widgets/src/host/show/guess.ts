/**
 * What the host's own deeds make of the pins before the server's word has come round: drawn at once, corrected by the
 * answer, given up as soon as the room's story says more.
 */
import type { PinView } from "../../wire/protocol.gen.js";

/** An answer whose story event has not come by then is no longer believed over the room. */
const BELIEF_MS = 2_000;

export interface GuessParts {
  /** The pins by the room's story. */
  known: () => readonly PinView[];
  linked: () => boolean;
  onChange: () => void;
}

export class PinGuess {
  /** Null: the room's story is all there is. */
  pins: readonly PinView[] | null = null;
  readonly #parts: GuessParts;
  #deeds = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: GuessParts) {
    this.#parts = parts;
  }

  begin(pins: readonly PinView[] | null = this.pins): void {
    this.#deeds += 1;
    this.#set(pins);
  }

  /** `pins`: what the server answered; null when it refused. */
  end(pins: readonly PinView[] | null): void {
    this.#deeds -= 1;
    if (this.#deeds > 0) return;
    const known = this.#parts.known();
    const same = pins !== null && known.length === pins.length && known.every((pin, at) => pin.id === pins[at]?.id);
    this.#set(same ? null : pins);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#parts.linked() && this.#deeds === 0) this.#set(null);
    }, BELIEF_MS);
  }

  /** A story event came. While a deed is under way, its half-way states are not shown. */
  overtaken(): void {
    if (this.#deeds === 0) this.pins = null;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #set(pins: readonly PinView[] | null): void {
    this.pins = pins;
    this.#parts.onChange();
  }
}

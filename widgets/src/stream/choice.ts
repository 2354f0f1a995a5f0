/** What this viewer has chosen to look at: the pin in front, the variant of each. The host's newest pin wins it back. */
import type { PinView, VariantView } from "../wire/protocol.gen.js";
import type { HoldState } from "./holding.js";

/** Bundles, and what is not held, have no line. */
export function canWait(pin: PinView, variant: VariantView): boolean {
  return pin.product.policy !== "first_paid" && (variant.parts ?? []).length === 0;
}

export class Choice {
  /** The pin that the viewer brought in front; empty: the hold, or else what the host shows first. */
  front = "";
  readonly #picked = new Map<string, string>();

  pick(pin: string, variant: string): void {
    this.#picked.set(pin, variant);
  }

  /** What the viewer picked, waits for, or else the first that can be had. */
  variant(
    pin: PinView,
    left: (variant: string) => number | undefined,
    waits: (variant: string) => boolean,
  ): VariantView | undefined {
    const { variants } = pin.product;
    const can = (one: VariantView): boolean => (left(one.id) ?? 1) > 0;
    const picked = variants.find((one) => one.id === this.#picked.get(pin.id));
    if (picked !== undefined && (can(picked) || canWait(pin, picked) || !variants.some(can))) return picked;
    return variants.find((one) => waits(one.id)) ?? variants.find(can) ?? variants[0];
  }

  pinInFront(pins: readonly PinView[], hold: HoldState): PinView | undefined {
    const wanted = this.front || (hold.phase === "none" ? "" : hold.item.pin);
    return pins.find((pin) => pin.id === wanted) ?? pins[0];
  }

  holdInFront(pins: readonly PinView[], hold: HoldState): boolean {
    const shown = hold.phase === "held" || hold.phase === "over";
    return shown && (this.front === "" || pins.length === 0);
  }

  /** Neither in front nor held. */
  others(pins: readonly PinView[], hold: HoldState): readonly PinView[] {
    const inFront = this.holdInFront(pins, hold);
    const held = hold.phase !== "none" && (hold.phase === "held" || inFront) ? hold.item.pin : "";
    const front = inFront ? held : this.pinInFront(pins, hold)?.id;
    return pins.filter((pin) => pin.id !== front && pin.id !== held);
  }
}

/** Asks for an order until it is no longer pending: often at first, then with patience. */
import type { OrderView } from "../wire/protocol.gen.js";

const PAUSES_MS = [800, 1_200, 2_000, 3_000];
/** After this the buyer is told that it takes longer than usual. */
const PATIENCE_MS = 10_000;

export class Settling {
  #timers: ReturnType<typeof setTimeout>[] = [];
  #stopped = false;

  constructor(ask: () => Promise<OrderView>, told: (order: OrderView) => void, slow: () => void) {
    this.#timers.push(setTimeout(slow, PATIENCE_MS));
    let asked = 0;
    const once = async (): Promise<void> => {
      try {
        const order = await ask();
        if (!this.#stopped) told(order);
      } catch {
        // Away for a moment: the money is safe with Stripe, and the next question may be answered.
      }
      const pause = PAUSES_MS[Math.min(asked++, PAUSES_MS.length - 1)] ?? 3_000;
      if (!this.#stopped) this.#timers.push(setTimeout(() => void once(), pause));
    };
    void once();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

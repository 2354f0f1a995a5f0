/** Asks the server what this viewer holds and waits for, when something of it may have been missed. No DOM in here. */
import type { Asker } from "../wire/client.js";
import type { Place } from "../wire/protocol.gen.js";
import type { Holding } from "./holding.js";
import type { Kept } from "./kept.js";

/** The viewer's places in line. */
export interface Places {
  readonly variants: ReadonlySet<string>;
  /** In line for it, or about to be. */
  waits(variant: string): boolean;
  /** All that the server knows of; `before`: the variants that had a place at the time of the question. */
  took(places: readonly Place[], before: ReadonlySet<string>, held: ReadonlySet<string>): void;
}

export interface MineOptions {
  client: Asker;
  stream: string;
  kept: Kept;
  holding: Holding;
  line: () => Places;
}

export class Mine {
  readonly #options: MineOptions;
  #asking: Promise<void> = Promise.resolve();
  #answered = false;

  constructor(options: MineOptions) {
    this.#options = options;
  }

  /** One question after the other. Who took nothing in this browser asks nothing: a crowd that joins costs no more. */
  ask(): Promise<void> {
    return (this.#asking = this.#asking.then(() => this.#ask()));
  }

  async #ask(): Promise<void> {
    const { client, stream, kept, holding } = this.#options;
    const line = this.#options.line();
    const known = kept.all();
    if (Object.keys(known).length === 0) return;
    const before = { holds: holding.ids, places: line.variants };
    try {
      const { holds, places } = await client.ask("hold.mine", { stream }, { tries: 3 });
      const held = new Set(holds.flatMap((hold) => hold.lines.map((line) => line.variant)));
      line.took(places, before.places, held);
      holding.took(holds, before.holds);
      const inLine = new Set(places.map((place) => place.variant));
      for (const [variant, entry] of Object.entries(known)) {
        // Another tab may be asking for it just now; only what an earlier page left behind is none of anybody's.
        if (this.#answered && entry.hold === undefined && entry.ticket === undefined) continue;
        const busy = holding.concerns(variant) || line.waits(variant);
        if (!busy && !held.has(variant) && !inLine.has(variant)) kept.remove(variant);
      }
      this.#answered = true;
    } catch {
      // What is on the screen stays; the next opening of the line asks again.
    }
  }
}

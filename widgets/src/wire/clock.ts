/**
 * The server's time as this page knows it. Each answer that carries the server's `now` is a sample; the sample with the
 * shortest round trip is believed, since its error is at most half of it.
 */

interface Sample {
  offset: number;
  roundTrip: number;
  takenAt: number;
}

/** A steady local clock in ms since the epoch: does not jump when somebody sets the machine's time. */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

const KEEP = 8;
/** A sample older than this no longer counts: clocks drift, and a laptop may have slept. */
const FRESH_MS = 10 * 60_000;

export class ServerClock {
  readonly local: () => number;
  #samples: Sample[] = [];
  #offset = 0;

  constructor(local: () => number = steadyNow) {
    this.local = local;
  }

  /** `sent` and `received` are local times around the question; `serverNow` is what the server said. */
  sample(serverNow: number, sent: number, received: number): void {
    const roundTrip = Math.max(0, received - sent);
    const offset = serverNow - (sent + received) / 2;
    const known = this.#samples.find((one) => Math.abs(one.offset - offset) > 2_000);
    // A jump of seconds means that one of the two clocks was set, or that the machine slept: begin anew.
    if (known !== undefined && roundTrip < 1_000) this.#samples = [];
    this.#samples.push({ offset, roundTrip, takenAt: received });
    this.#samples = this.#samples.filter((one) => received - one.takenAt < FRESH_MS).slice(-KEEP);
    const best = this.#samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    this.#offset = best.offset;
  }

  /** ms since the epoch by the server's clock. Before the first sample: the local clock. */
  now(): number {
    return this.local() + this.#offset;
  }

  /** Half the shortest round trip: how far `now` may be off. Infinity before the first sample. */
  get error(): number {
    return this.#samples.reduce((least, one) => Math.min(least, one.roundTrip / 2), Infinity);
  }

  get offset(): number {
    return this.#offset;
  }
}

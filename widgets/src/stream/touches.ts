/** Touches on their way to the report: made once, sent in batches, by beacon when the page goes. */
import type { Asker } from "../wire/client.js";
import { asWireError } from "../wire/errors.js";
import { newKey } from "../wire/keys.js";
import type { Touch } from "../wire/protocol.gen.js";

export type TouchDraft = Omit<Touch, "id" | "at">;

export interface TouchesOptions {
  client: Asker;
  stream: string;
  now: () => number;
  /** For the beacon, which can send no header. */
  token: () => string | undefined;
  beacon: (body: string) => boolean;
}

const BATCH_MS = 2_000;
/** The server takes this many at once. */
const MOST = 50;
/** With no line for long, the oldest go: a report may miss some, a page must not grow. */
const KEEP = 200;

export class Touches {
  readonly #options: TouchesOptions;
  #waiting: Touch[] = [];
  /** Under way on the socket: sent again by beacon if the page goes first; the server counts an id once. */
  #flying: Touch[] = [];
  #once = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TouchesOptions) {
    this.#options = options;
  }

  /** `once`: a name under which this page reports at most one touch. */
  add(draft: TouchDraft, once?: string): void {
    if (once !== undefined) {
      if (this.#once.has(once)) return;
      this.#once.add(once);
    }
    const at = Math.round(this.#options.now());
    this.#waiting.push({ ...draft, id: newKey("touch"), at });
    this.#waiting = this.#waiting.slice(-KEEP);
    this.#timer ??= setTimeout(() => void this.#flush(), BATCH_MS);
  }

  /** The page goes: what is left leaves by beacon. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const token = this.#options.token();
    const all = [...this.#flying, ...this.#waiting];
    if (token === undefined || all.length === 0) return;
    for (let from = 0; from < all.length; from += MOST) {
      const touches = all.slice(from, from + MOST);
      if (!this.#options.beacon(JSON.stringify({ token, stream: this.#options.stream, touches }))) return;
    }
    this.#waiting = [];
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    if (this.#flying.length > 0 || this.#waiting.length === 0) return;
    if (this.#options.client.line.state === "open") {
      this.#flying = this.#waiting.splice(0, MOST);
      try {
        await this.#options.client.ask("touches.report", { stream: this.#options.stream, touches: this.#flying });
      } catch (thrown) {
        if (asWireError(thrown).retryable) this.#waiting.unshift(...this.#flying);
      }
      this.#flying = [];
    }
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => void this.#flush(), BATCH_MS);
  }
}

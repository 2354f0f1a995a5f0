/**
 * What the stream's page and the pay frame say to each other, and the two ends of the line. Both ends look at the source
 * and at the origin of every message: the frame holds a viewer's pass and a card field, and takes orders from nobody else.
 */
import type { Hold, OrderView } from "../wire/protocol.gen.js";
import type { Item } from "../stream/item.js";

/**
 * loading: nothing to pay yet. form: the buyer may type. paying: the card is being asked. settling: the card said yes, the
 * order is being written. paid, refunded, over (expired or let go): the end. failed: something is away; may come back.
 */
export type PayPhase = "loading" | "form" | "paying" | "settling" | "paid" | "refunded" | "over" | "failed";

export type ToFrame =
  | { kind: "hello"; token: string; hold: Hold; item: Item; theme: string; now: number }
  | { kind: "hold"; hold: Hold }
  | { kind: "order"; order: OrderView }
  | { kind: "ended"; reason: string }
  | { kind: "extend-refused"; words: string };

export type ToPage =
  | { kind: "ready" }
  | { kind: "opened"; order: OrderView }
  | { kind: "typed" }
  | { kind: "phase"; phase: PayPhase; order?: OrderView }
  | { kind: "extend" }
  /** `asked`: the buyer has answered the question whether to leave. */
  | { kind: "close"; asked: boolean };

const MARK = "proofcast.pay.1";
const GREET_MS = 400;
const HELLO_MS = 10_000;

function opened<T>(data: unknown): T | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { mark, message } = data as { mark?: unknown; message?: unknown };
  if (mark !== MARK || typeof message !== "object" || message === null) return undefined;
  return message as T;
}

/** The page's end: one window (the frame's, or a window of its own) of one origin, ours. */
export class PageEnd {
  #window: Window | null = null;
  readonly #origin: string;
  readonly #heard: (message: ToPage) => void;

  constructor(origin: string, heard: (message: ToPage) => void) {
    this.#origin = origin;
    this.#heard = heard;
    addEventListener("message", this.#listen);
  }

  /** From now on only this window is listened to. */
  bind(window: Window | null): void {
    this.#window = window;
  }

  send(message: ToFrame): void {
    this.#window?.postMessage({ mark: MARK, message }, this.#origin);
  }

  close(): void {
    removeEventListener("message", this.#listen);
    this.#window = null;
  }

  readonly #listen = (event: MessageEvent): void => {
    if (this.#window === null || event.source !== this.#window || event.origin !== this.#origin) return;
    const message = opened<ToPage>(event.data);
    if (message !== undefined) this.#heard(message);
  };
}

/** The frame's end: the window that opened it, if its origin is one that the shop allows. */
export class FrameEnd {
  readonly #page: Window | null;
  readonly #allowed: (origin: string) => boolean;
  readonly #heard: (message: ToFrame) => void;
  #origin: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(allowed: (origin: string) => boolean, heard: (message: ToFrame) => void) {
    this.#page = window.parent !== window ? window.parent : (window.opener as Window | null);
    this.#allowed = allowed;
    this.#heard = heard;
    addEventListener("message", this.#listen);
  }

  /**
   * Says that it listens, until somebody answers: the one message without a known receiver, and it says nothing.
   * `lonely`: the page was opened by itself, or nobody who may has answered.
   */
  greet(lonely: () => void): void {
    if (this.#page === null) {
      lonely();
      return;
    }
    const until = Date.now() + HELLO_MS;
    const greet = (): void => {
      if (this.#origin !== undefined) return;
      if (Date.now() > until) {
        lonely();
        return;
      }
      this.#page?.postMessage({ mark: MARK, message: { kind: "ready" } satisfies ToPage }, "*");
      this.#timer = setTimeout(greet, GREET_MS);
    };
    greet();
  }

  close(): void {
    clearTimeout(this.#timer);
    removeEventListener("message", this.#listen);
  }

  send(message: ToPage): void {
    if (this.#origin !== undefined) this.#page?.postMessage({ mark: MARK, message }, this.#origin);
  }

  readonly #listen = (event: MessageEvent): void => {
    if (this.#page === null || event.source !== this.#page || !this.#allowed(event.origin)) return;
    const message = opened<ToFrame>(event.data);
    if (message === undefined) return;
    this.#origin = event.origin;
    this.#heard(message);
  };
}

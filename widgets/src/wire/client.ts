/** Socket.IO, typed by the server's messages: `ask` a command, listen `on` an event, know the state of the line. */
import { type Socket, io } from "socket.io-client";

import { WireError, asWireError, isErrorBody, timeoutError, wireError } from "./errors.js";
import type { Commands, ServerEvents } from "./protocol.gen.js";

/** `lost`: was or may be open again by itself. `refused`: the server said no, and asking again won't help. */
export type LineState = "idle" | "connecting" | "open" | "lost" | "refused";

export interface Line {
  state: LineState;
  /** Local ms since when the line is not open; 0 while it is. */
  since: number;
  error?: WireError;
}

export interface ClientOptions {
  /** The server's origin; empty for the page's own. */
  base: string;
  /** A pass for the next connection; `renew` after the server refused the one before. */
  token: (renew: boolean) => Promise<string>;
  /** ms until an acknowledgement counts as missing. */
  timeout?: number;
}

export interface AskOptions {
  /** How often in all, when the failure is retryable; the same body, and so the same key, goes again. */
  tries?: number;
  timeout?: number;
}

const ANSWER_MS = 8_000;
const LONGEST_PAUSE_MS = 8_000;
const PAUSE_MS = 500;
/** The server restarts, its viewers one after the other: there is somewhere to go, at once. */
const RESTART = 1012;
const RESTART_PAUSE_MS = 60;

/** What a room and a panel need of a client; tests hand in one of their own. */
export interface Asker {
  ask<K extends keyof Commands>(name: K, body: Commands[K]["ask"], options?: AskOptions): Promise<Commands[K]["answer"]>;
  on<K extends keyof ServerEvents>(name: K, listener: (event: ServerEvents[K]) => void): () => void;
  onLine(listener: (line: Line) => void): () => void;
  readonly line: Line;
}

export class Client implements Asker {
  readonly #options: ClientOptions;
  readonly #socket: Socket;
  readonly #lines = new Set<(line: Line) => void>();
  #line: Line = { state: "idle", since: Date.now() };
  #renew = false;
  #pause = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#socket = io(options.base === "" ? undefined : options.base, {
      path: "/socket.io/",
      transports: ["websocket"],
      autoConnect: false,
      reconnectionDelay: PAUSE_MS,
      reconnectionDelayMax: LONGEST_PAUSE_MS,
      // A drop of the whole room must not come back as one wave.
      randomizationFactor: 0.5,
      auth: (give) => void this.#authorize(give),
    });
    this.#socket.on("connect", () => {
      this.#pause = 0;
      this.#set({ state: "open", since: 0 });
    });
    this.#socket.on("disconnect", (reason, details) => {
      this.#set({ state: "lost", since: Date.now() });
      // For socket.io's own next try, which it plans after this.
      this.#socket.io.reconnectionDelay(isRestart(details) ? RESTART_PAUSE_MS : PAUSE_MS);
      // The server closed the line by itself: then socket.io does not come back on its own.
      if (reason === "io server disconnect") this.#again();
    });
    this.#socket.on("connect_error", (error) => this.#refused(error));
  }

  get line(): Line {
    return this.#line;
  }

  connect(): void {
    if (this.#closed || this.#socket.connected) return;
    if (this.#line.state === "idle" || this.#line.state === "refused") {
      this.#set({ state: "connecting", since: Date.now() });
    }
    this.#socket.connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.disconnect();
    this.#lines.clear();
  }

  onLine(listener: (line: Line) => void): () => void {
    this.#lines.add(listener);
    return () => void this.#lines.delete(listener);
  }

  on<K extends keyof ServerEvents>(name: K, listener: (event: ServerEvents[K]) => void): () => void {
    this.#socket.on(name as string, listener);
    return () => void this.#socket.off(name as string, listener);
  }

  /** @throws WireError with the server's code, or `timeout`. */
  async ask<K extends keyof Commands>(
    name: K,
    body: Commands[K]["ask"],
    options: AskOptions = {},
  ): Promise<Commands[K]["answer"]> {
    const tries = options.tries ?? 1;
    for (let left = tries; ; left -= 1) {
      try {
        return await this.#once(name, body, options.timeout ?? this.#options.timeout ?? ANSWER_MS);
      } catch (thrown) {
        const error = asWireError(thrown);
        if (left <= 1 || !error.retryable) throw error;
        await new Promise((wake) => setTimeout(wake, 400 * (tries - left + 1)));
      }
    }
  }

  async #once<K extends keyof Commands>(name: K, body: unknown, timeout: number): Promise<Commands[K]["answer"]> {
    let answer: unknown;
    try {
      answer = await this.#socket.timeout(timeout).emitWithAck(name as string, body);
    } catch {
      throw timeoutError(name as string);
    }
    const { ok, data, error } = (answer ?? {}) as { ok?: unknown; data?: unknown; error?: unknown };
    if (ok === true) return data as Commands[K]["answer"];
    throw wireError(error);
  }

  async #authorize(give: (auth: object) => void): Promise<void> {
    try {
      const token = await this.#options.token(this.#renew);
      this.#renew = false;
      if (!this.#closed) give({ token });
    } catch (thrown) {
      // No pass, no handshake: leave this attempt, and come again if the reason may pass.
      const error = asWireError(thrown);
      this.#socket.disconnect();
      if (error.retryable) this.#lostBy(error);
      else this.#set({ state: "refused", since: this.#since(), error });
    }
  }

  #refused(error: Error): void {
    const body = (error as { data?: unknown }).data;
    if (!isErrorBody(body)) {
      // The network: socket.io itself tries again.
      this.#socket.io.reconnectionDelay(PAUSE_MS);
      this.#set({ state: "lost", since: this.#since() });
      return;
    }
    const refusal = wireError(body);
    const stale = refusal.code === "auth.required" && !this.#renew;
    if (stale) this.#renew = true;
    if (stale || refusal.retryable) this.#lostBy(refusal);
    else this.#set({ state: "refused", since: this.#since(), error: refusal });
  }

  #lostBy(error: WireError): void {
    this.#set({ state: "lost", since: this.#since(), error });
    this.#again(retryAfter(error));
  }

  #again(told?: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    // Where the server says when to come, it has spread those who wait; and it keeps their places.
    const wait = told ?? this.#pause * (0.5 + Math.random());
    this.#pause = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, this.#pause * 2));
    this.#timer = setTimeout(() => {
      if (!this.#closed) this.#socket.connect();
    }, wait);
  }

  #since(): number {
    return this.#line.since || Date.now();
  }

  #set(line: Line): void {
    this.#line = line;
    for (const listener of [...this.#lines]) listener(line);
  }
}

/** `details`: of a disconnect, as socket.io has them; `context` is the WebSocket's own close event. */
function isRestart(details: unknown): boolean {
  const context = (details as { context?: { code?: unknown } } | undefined)?.context;
  return context?.code === RESTART;
}

const LONGEST_TOLD_MS = 120_000;

/** ms until the server wants to be asked again, where it says so. */
function retryAfter(error: WireError): number | undefined {
  const told = error.details["retry_after_ms"];
  return typeof told === "number" && told >= 0 ? Math.min(told, LONGEST_TOLD_MS) : undefined;
}

/** Stand-ins for the two things that tests hold in their hands: the line to the server, and time. */
import type { AskOptions, Asker, Line } from "../src/wire/client.js";
import { ServerClock } from "../src/wire/clock.js";
import { WireError } from "../src/wire/errors.js";
import type { Commands, PinView, PollView, ProductView, ServerEvents, Snapshot, StreamView } from "../src/wire/protocol.gen.js";

type Answerer = (body: any) => unknown;

/** A client whose answers the test writes. What was asked is in `asked`. */
export class FakeClient implements Asker {
  line: Line = { state: "open", since: 0 };
  asked: { name: string; body: any }[] = [];
  answers: Record<string, Answerer> = {};
  #listeners = new Map<string, Set<(event: any) => void>>();
  #lines = new Set<(line: Line) => void>();

  async ask<K extends keyof Commands>(name: K, body: Commands[K]["ask"], _options?: AskOptions): Promise<Commands[K]["answer"]> {
    this.asked.push({ name, body });
    const answer = this.answers[name];
    if (answer === undefined) throw new Error(`no answer written for ${name}`);
    return (await answer(body)) as Commands[K]["answer"];
  }

  on<K extends keyof ServerEvents>(name: K, listener: (event: ServerEvents[K]) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener);
    return () => void set.delete(listener);
  }

  onLine(listener: (line: Line) => void): () => void {
    this.#lines.add(listener);
    return () => void this.#lines.delete(listener);
  }

  emit<K extends keyof ServerEvents>(name: K, event: ServerEvents[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(event);
  }

  setLine(state: Line["state"]): void {
    this.line = { state, since: state === "open" ? 0 : 1 };
    for (const listener of this.#lines) listener(this.line);
  }
}

/** A clock that stands where the test puts it. */
export class HeldClock extends ServerClock {
  time: number;
  constructor(time = 1_000_000) {
    super(() => this.time);
    this.time = time;
  }
}

export function wireFault(code: string, retryable = false, details: Record<string, unknown> = {}): WireError {
  return new WireError({ code, message: code, retryable, details });
}

/** Lets everything that is already due run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  await new Promise((done) => setImmediate(done));
}

export function product(id: string): ProductView {
  const variants = [{ id: `${id}-v`, sku: id, name: "30 ml", price: 4800, was_price: null, limit: 2 }];
  return { id, name: id, description: "", image_url: null, currency: "eur", variants };
}

export function pin(id: string): PinView {
  return { id, at: 0, product: product(`product-${id}`) };
}

export const stream: StreamView = {
  id: "st",
  title: "Three vetivers",
  maker: "Atelier",
  disclosure: "own product",
  state: "live",
  currency: "eur",
  source_url: "/media/clip.mp4",
  source_kind: "file",
  poster_url: null,
  starts_at: null,
  started_at: 0,
  ended_at: null,
};

export function snapshot(seq = 0, pins: PinView[] = [], epoch = "e"): Snapshot {
  return { epoch, seq, stream, pins, poll: null };
}

/** An open one of two options. */
export function poll(id: string, changed: Partial<PollView> = {}): PollView {
  const options = [{ id: "o1", text: "Pale Root" }, { id: "o2", text: "Wet Slate" }];
  return {
    id,
    kind: "single",
    question: "Which one?",
    options,
    results: "live",
    changeable: false,
    state: "open",
    opened_at: 1,
    closes_at: null,
    closed_at: null,
    tally: null,
    right: [],
    ...changed,
  };
}

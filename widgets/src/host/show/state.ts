/**
 * One show as the panel knows it: the room (story and truth, undelayed), the living numbers, the line-up, the stock book.
 * What the host just did lies on top as a guess until the server's own word replaces it. No DOM in here.
 */
import type { Asker, Line } from "../../wire/client.js";
import type { ServerClock } from "../../wire/clock.js";
import type { Drawer } from "../../wire/keys.js";
import type { Numbers, PinView, ProductView, StreamView, VariantView } from "../../wire/protocol.gen.js";
import { Room } from "../../wire/room.js";
import type { HostCalls, StockBook } from "../calls.js";
import { say } from "../words.js";
import { PinGuess } from "./guess.js";
import { History } from "./history.js";

const AGES: Record<StreamView["state"], number> = { scheduled: 0, live: 1, ended: 2 };
const BOOK_MS = 15_000;

export interface ShowParts {
  calls: HostCalls;
  client: Asker;
  clock: ServerClock;
  stream: StreamView;
  drawer: Drawer;
}

export class Show {
  readonly calls: HostCalls;
  readonly clock: ServerClock;
  readonly history: History;
  readonly room: Room;
  readonly guess: PinGuess;
  products = new Map<string, ProductView>();
  lineUp: string[] = [];
  numbers: Numbers | null = null;
  /** Products that were pinned at some time of this show. */
  shown = new Set<string>();
  phase: "loading" | "ready" | "failed" = "loading";
  problem = "";
  /** Called whenever the server has begun to tell what hosts alone are told: what it told before is to be read. */
  onWatched: () => void = () => undefined;

  #client: Asker;
  #drawer: Drawer;
  #stream: StreamView;
  #book: StockBook | null = null;
  #listeners = new Set<() => void>();
  #off: (() => void)[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #told = false;

  constructor(parts: ShowParts) {
    this.calls = parts.calls;
    this.clock = parts.clock;
    this.#client = parts.client;
    this.#drawer = parts.drawer;
    this.#stream = parts.stream;
    this.history = new History(parts.stream.id, parts.drawer);
    this.guess = new PinGuess({
      known: () => this.room.shown?.pins ?? [],
      linked: () => this.line.state === "open",
      onChange: () => this.changed(),
    });
    this.room = new Room({
      client: parts.client,
      clock: parts.clock,
      stream: parts.stream.id,
      onChange: () => this.#roomMoved(),
      onStory: ({ name }) => {
        if (name !== "stream.changed") this.guess.overtaken();
      },
      onError: (error) => this.#fail(say(error, "The stream's room could not be joined")),
    });
  }

  get line(): Line {
    return this.#client.line;
  }

  /** The newest that anybody told: a start's answer may come before its story event, or after. */
  get stream(): StreamView {
    const told = this.room.shown?.stream;
    return told && AGES[told.state] >= AGES[this.#stream.state] ? told : this.#stream;
  }

  get pins(): readonly PinView[] {
    // With the show, its pins end.
    if (this.stream.state === "ended") return [];
    return this.guess.pins ?? this.room.shown?.pins ?? [];
  }

  pinOf(product: string): PinView | undefined {
    return this.pins.find((pin) => pin.product.id === product);
  }

  /** Units left, or undefined while nobody said. */
  left(variant: string): number | undefined {
    return this.room.stock.left(variant) ?? this.#book?.variants[variant]?.available;
  }

  leftOf(variants: readonly VariantView[]): number | undefined {
    let all: number | undefined;
    for (const variant of variants) {
      const left = this.left(variant.id);
      if (left !== undefined) all = (all ?? 0) + left;
    }
    return all;
  }

  /** The product pinned last, also by an earlier window of this browser. */
  get lastPinned(): string | null {
    const newest = [...this.pins].sort((a, b) => b.at - a.at)[0];
    return newest?.product.id ?? this.#drawer.get(`proofcast:last:${this.stream.id}`);
  }

  /** What "Pin next" would pin: after the one pinned last, not pinned, not sold out. */
  get next(): ProductView | null {
    const last = this.lastPinned;
    const from = last === null ? -1 : this.lineUp.indexOf(last);
    for (const id of this.lineUp.slice(from + 1)) {
      const product = this.products.get(id);
      if (product && !this.pinOf(id) && this.leftOf(product.variants) !== 0) return product;
    }
    return null;
  }

  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  takeStream(stream: StreamView): void {
    this.#stream = stream;
    this.changed();
  }

  async start(): Promise<void> {
    this.#off.push(
      this.#client.on("numbers.changed", ({ numbers }) => this.#takeNumbers(numbers)),
      this.#client.onLine(() => this.#lineMoved()),
    );
    this.room.start();
    this.#timer = setInterval(() => void this.readBook(), BOOK_MS);
    await this.load();
  }

  stop(): void {
    this.room.stop();
    clearInterval(this.#timer);
    this.guess.stop();
    for (const off of this.#off.splice(0)) off();
  }

  /** What comes over HTTP; may be asked again after a failure. */
  async load(): Promise<void> {
    this.phase = "loading";
    this.problem = "";
    this.changed();
    const stream = this.#stream.id;
    try {
      const [products, lineUp] = await Promise.all([this.calls.products(), this.calls.lineUp(stream)]);
      this.products = new Map(products.products.map((product) => [product.id, product]));
      this.#book = products.stock;
      this.lineUp = lineUp.products;
      this.phase = "ready";
    } catch (error) {
      this.#fail(say(error, "The run of show could not be read"));
    }
    this.changed();
    void this.#lookBack();
  }

  /** Stock of what no pin shows moves without news to this room: ask. Silent when it fails; the next time tells. */
  async readBook(): Promise<void> {
    if (this.line.state !== "open") return;
    try {
      const { products, stock } = await this.calls.products();
      this.products = new Map(products.map((product) => [product.id, product]));
      this.#book = stock;
      this.changed();
    } catch {
      return;
    }
  }

  async readLineUp(): Promise<void> {
    try {
      this.lineUp = (await this.calls.lineUp(this.stream.id)).products;
      this.changed();
    } catch {
      return;
    }
  }

  /** The part of the show before this window: what was sold, and what was already pinned. */
  async #lookBack(): Promise<void> {
    try {
      const report = await this.calls.report(this.#stream.id);
      for (const row of report.products) if (row.pinned_ms > 0) this.shown.add(row.product);
      if (this.stream.started_at !== null) this.history.seed(report, this.stream.started_at);
      this.changed();
    } catch {
      return;
    }
  }

  #fail(words: string): void {
    this.problem = words;
    if (this.phase === "loading") this.phase = "failed";
    this.changed();
  }

  #roomMoved(): void {
    for (const pin of this.room.shown?.pins ?? []) this.shown.add(pin.product.id);
    const last = this.lastPinned;
    if (last !== null && this.pins.length > 0) this.#drawer.set(`proofcast:last:${this.stream.id}`, last);
    const front = this.pins[0];
    const left = front && this.leftOf(front.product.variants);
    if (front && left !== undefined) this.history.note(`left:${front.product.id}`, this.clock.now(), left);
    this.changed();
  }

  #lineMoved(): void {
    if (this.line.state !== "open") this.#told = false;
    else if (!this.#told) void this.#watchNumbers();
    this.changed();
  }

  async #watchNumbers(): Promise<void> {
    this.#told = true;
    try {
      this.#takeNumbers(await this.#client.ask("numbers.watch", { stream: this.#stream.id }, { tries: 5 }));
      this.onWatched();
    } catch (error) {
      this.#told = false;
      this.#fail(say(error, "The living numbers can't be read"));
    }
  }

  #takeNumbers(numbers: Numbers): void {
    if (numbers.stream !== this.#stream.id || (this.numbers && numbers.at < this.numbers.at)) return;
    this.numbers = numbers;
    this.history.take(numbers);
    this.changed();
  }
}

/**
 * A stream's room: joins, takes the snapshot or what was missed, puts story events in order and releases them when the
 * viewer's picture has reached them; truth (stock, viewers, the line) goes through at once. No DOM in here.
 */
import type { Asker, Line } from "./client.js";
import type { ServerClock } from "./clock.js";
import { asWireError, type WireError } from "./errors.js";
import type { Joined, Room as RoomView, Snapshot } from "./protocol.gen.js";
import { StockBoard } from "./stock.js";
import { STORY, applyStory, storyEvent, type StoryEvent } from "./story.js";

/** However late the picture is, an event waits no longer than this: a stalled player must not freeze the shop. */
export const LONGEST_LAG_MS = 30_000;
const LOOK_MS = 200;
/** The last event of all may be lost without a gap to show it: ask now and then. Jittered by half. */
const CHECK_MS = 90_000;
const AGAIN_MS = 4_000;
const STOCK_MS = 1_000;

export interface RoomOptions {
  client: Asker;
  clock: ServerClock;
  stream: string;
  /** Where the viewer's picture is, ms of the server's time; null when there is none, then events show at once. */
  mediaNow?: () => number | null;
  onChange?: () => void;
  /** Each story event, as it becomes visible. */
  onStory?: (event: StoryEvent, state: Snapshot) => void;
  onError?: (error: WireError) => void;
}

export class Room {
  readonly stock = new StockBoard();
  viewers = 0;
  /** Since when the server itself may have missed something, ms of its time; null while it has not. */
  staleSince: number | null = null;
  /** What the viewer sees now; undefined before the first snapshot. */
  shown: Snapshot | undefined;

  readonly #options: RoomOptions;
  /** Received without a gap up to here; `shown` follows as the picture does. */
  #head: { epoch: string; seq: number } | undefined;
  #waiting: StoryEvent[] = [];
  #early: StoryEvent[] = [];
  #off: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #check: ReturnType<typeof setTimeout> | undefined;
  #stockTimer: ReturnType<typeof setTimeout> | undefined;
  #joining: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** Listens, and joins whenever the line opens. `first`: a snapshot that the page already has. */
  start(first?: RoomView): void {
    const { client } = this.#options;
    if (first !== undefined) {
      this.#takeSnapshot(first.snapshot);
      this.stock.tell(first.stock);
      this.viewers = first.viewers;
    }
    for (const name of STORY) {
      this.#off.push(client.on(name, (data) => this.receive({ name, data })));
    }
    this.#off.push(
      client.on("stock.changed", (news) => {
        // A new epoch carries only what moved: the rest must be asked for.
        const anew = this.stock.epoch !== "" && news.epoch !== this.stock.epoch;
        if (this.stock.tell(news)) this.#changed();
        if (anew) void this.join();
      }),
      client.on("viewers.changed", (news) => {
        if (news.stream !== this.#options.stream || news.viewers === this.viewers) return;
        this.viewers = news.viewers;
        this.#changed();
      }),
      client.on("room.stale", ({ since }) => {
        this.staleSince = since;
        this.#changed();
      }),
      client.onLine((line: Line) => {
        this.staleSince = null;
        if (line.state === "open") void this.join();
        this.#changed();
      }),
    );
    if (client.line.state === "open") void this.join();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#check);
    clearTimeout(this.#stockTimer);
    for (const off of this.#off.splice(0)) off();
  }

  /** Asks the server where things stand. Calls while one is under way share it. */
  join(): Promise<void> {
    this.#joining ??= this.#join().finally(() => (this.#joining = undefined));
    return this.#joining;
  }

  /** One story event from the wire: next in order, seen already, or proof of a gap. */
  receive(event: StoryEvent): void {
    const { stream, epoch, seq } = event.data;
    if (stream !== this.#options.stream) return;
    if (this.#head === undefined) {
      this.#early.push(event);
      return;
    }
    if (epoch !== this.#head.epoch) void this.#resync(true);
    else if (seq > this.#head.seq + 1) void this.#resync(false);
    else if (seq === this.#head.seq + 1) this.#queue(event);
  }

  /** Shows what the picture has reached. Called by itself; tests and a seeking player call it too. */
  release(): void {
    clearTimeout(this.#timer);
    const serverNow = this.#options.clock.now();
    const media = this.#options.mediaNow?.() ?? serverNow;
    let changed = false;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.data.at > media && serverNow - next.data.at < LONGEST_LAG_MS) break;
      this.#waiting.shift();
      if (this.shown === undefined) continue;
      this.shown = applyStory(this.shown, next);
      if (next.name === "pin.shown") this.#askStock();
      this.#options.onStory?.(next, this.shown);
      changed = true;
    }
    if (this.#waiting.length > 0 && !this.#stopped) {
      this.#timer = setTimeout(() => this.release(), LOOK_MS);
    }
    if (changed) this.#changed();
  }

  #queue(event: StoryEvent): void {
    this.#head = { epoch: event.data.epoch, seq: event.data.seq };
    this.#waiting.push(event);
    this.release();
  }

  /** A new pin may bring variants of which nobody has said how many are left. Spread, since all viewers see it at once. */
  #askStock(): void {
    const unknown = (): boolean =>
      this.shown?.pins.some(({ product }) => product.variants.some((one) => this.stock.left(one.id) === undefined)) ??
      false;
    if (!unknown()) return;
    clearTimeout(this.#stockTimer);
    this.#stockTimer = setTimeout(() => {
      if (!this.#stopped && unknown()) void this.join();
    }, STOCK_MS * (0.2 + Math.random()));
  }

  async #resync(anew: boolean): Promise<void> {
    await this.#joining;
    if (anew) this.#head = undefined;
    await this.join();
  }

  async #join(): Promise<void> {
    const { client, clock, stream } = this.#options;
    const since = this.#head === undefined ? {} : { since: { ...this.#head } };
    const sent = clock.local();
    try {
      const joined = await client.ask("room.join", { stream, ...since }, { tries: 3 });
      if (this.#stopped) return;
      clock.sample(joined.now, sent, clock.local());
      this.#take(joined);
      this.#later(CHECK_MS);
    } catch (thrown) {
      if (this.#stopped) return;
      const error = asWireError(thrown);
      this.#later(error.retryable ? AGAIN_MS : CHECK_MS);
      this.#options.onError?.(error);
    }
  }

  #take(joined: Joined): void {
    if (joined.snapshot !== null) this.#takeSnapshot(joined.snapshot);
    for (const missed of joined.missed) this.#takeMissed(missed);
    for (const event of this.#early.splice(0)) this.receive(event);
    this.stock.tell(joined.stock);
    this.viewers = joined.viewers;
    this.staleSince = null;
    this.release();
    this.#changed();
  }

  #takeSnapshot(snapshot: Snapshot): void {
    const head = this.#head;
    // An event may have overtaken the answer; older news never replaces newer.
    if (head !== undefined && head.epoch === snapshot.epoch && snapshot.seq < head.seq) return;
    this.#head = { epoch: snapshot.epoch, seq: snapshot.seq };
    this.#waiting = [];
    this.shown = snapshot;
    this.#changed();
  }

  #takeMissed(missed: Joined["missed"][number]): void {
    const event = storyEvent(missed);
    if (event !== undefined) {
      this.receive(event);
      return;
    }
    const { epoch, seq } = missed.data as { epoch?: string; seq?: number };
    if (this.#head !== undefined && epoch === this.#head.epoch && seq === this.#head.seq + 1) {
      this.#head = { epoch, seq };
    }
  }

  #later(wait: number): void {
    clearTimeout(this.#check);
    if (this.#stopped) return;
    const jittered = wait * (0.75 + Math.random() / 2);
    this.#check = setTimeout(() => {
      if (this.#options.client.line.state === "open") void this.join();
      else this.#later(wait);
    }, jittered);
  }

  #changed(): void {
    this.#options.onChange?.();
  }
}

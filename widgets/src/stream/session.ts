/** Everything a stream's screen stands on, put together: HTTP, pass, socket, clock, room, hold, touches. No DOM in here. */
import type { FirstLook } from "../embed/element.js";
import { Api } from "../wire/api.js";
import { Client } from "../wire/client.js";
import { ServerClock } from "../wire/clock.js";
import { asWireError, type WireError } from "../wire/errors.js";
import { browserDrawer } from "../wire/keys.js";
import { PassBook } from "../wire/pass.js";
import type { Hold, OrderView, Room as RoomView, Snapshot } from "../wire/protocol.gen.js";
import { explain } from "../wire/reach.js";
import { Room } from "../wire/room.js";
import type { StoryEvent } from "../wire/story.js";
import { Holding } from "./holding.js";
import { itemOf, type Item } from "./item.js";
import { Kept } from "./kept.js";
import { Mine, type Places } from "./mine.js";
import { Touches } from "./touches.js";

export interface SessionOptions {
  base: string;
  stream: string;
  preview: boolean;
  /** What the facade has already been told. */
  first?: FirstLook | undefined;
  mediaNow: () => number | null;
  onChange: () => void;
  onStory: (event: StoryEvent, state: Snapshot) => void;
  onRefused: (error: WireError, item: Item) => void;
  onOrder: (order: OrderView) => void;
  /** It is this viewer's turn in line. */
  onOffer: (hold: Hold) => void;
  line: () => Places;
  paying: () => boolean;
}

const LONGEST_PAUSE_MS = 10_000;

export class Session {
  readonly clock = new ServerClock();
  readonly api: Api;
  readonly pass: PassBook;
  readonly client: Client;
  readonly room: Room;
  readonly kept: Kept;
  readonly holding: Holding;
  readonly touches: Touches;
  readonly preview: boolean;
  readonly stream: string;
  /** Why nothing can be shown. Retryable ones are being retried. */
  failure: WireError | undefined;

  readonly #onChange: () => void;
  readonly #mine: Mine;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #first: FirstLook | undefined;

  constructor(options: SessionOptions) {
    const { base, stream, preview } = options;
    this.stream = stream;
    this.preview = preview;
    this.#onChange = options.onChange;
    this.#first = options.first;
    this.api = new Api({ base });
    this.pass = new PassBook({ api: this.api, stream, preview });
    this.client = new Client({ base, token: async (renew) => (await this.pass.get(renew)).token });
    const { client, clock } = this;
    this.room = new Room({
      client,
      clock,
      stream,
      mediaNow: options.mediaNow,
      onChange: options.onChange,
      onStory: options.onStory,
      onError: (error) => this.#failed(error),
    });
    // Of all tabs: what one of them takes, the others show.
    const kept = (this.kept = new Kept(browserDrawer("localStorage"), stream));
    const find = (variant: string): Item | undefined => this.find(variant);
    this.holding = new Holding({
      client,
      clock,
      stream,
      kept,
      find,
      paying: options.paying,
      onChange: options.onChange,
      onLevels: (levels) => void this.room.stock.tell(levels),
      onRefused: options.onRefused,
    });
    const { holding } = this;
    this.#mine = new Mine({ client, stream, kept, holding, line: options.line });
    this.touches = new Touches({
      client,
      stream,
      now: () => clock.now(),
      token: () => this.pass.current?.token,
      beacon: (body) => {
        // text/plain needs no preflight, which a page that is going could not wait for.
        const blob = new Blob([body], { type: "text/plain" });
        return navigator.sendBeacon(`${this.api.base}/api/v1/touches`, blob);
      },
    });
    client.on("hold.ended", ({ hold, reason }) => holding.ended(hold, reason));
    client.on("hold.changed", ({ was, hold }) => holding.changed(was, hold));
    client.on("wait.offered", ({ hold }) => {
      holding.adopt(hold, true);
      options.onOffer(hold);
    });
    client.on("stock.changed", ({ epoch }) => {
      // The room's own listener comes after this one. A new epoch has no lines.
      if (this.room.stock.epoch !== "" && epoch !== this.room.stock.epoch) this.#ask();
    });
    client.on("room.stale", ({ since }) => {
      if (since === null) this.#ask();
    });
    client.on("order.changed", ({ order }) => {
      this.holding.ordered(order);
      options.onOrder(order);
    });
    client.onLine((line) => {
      if (line.state === "open") {
        this.failure = undefined;
        this.#ask();
      } else if (line.state === "refused" && line.error !== undefined) this.#failed(line.error);
      this.#onChange();
    });
  }

  start(): void {
    addEventListener("storage", this.#elsewhere);
    void this.#open(0);
  }

  stop(): void {
    this.#stopped = true;
    removeEventListener("storage", this.#elsewhere);
    clearTimeout(this.#timer);
    this.touches.leave();
    this.room.stop();
    this.client.close();
  }

  /** After the viewer pressed "try again". */
  retry(): void {
    this.failure = undefined;
    this.#onChange();
    if (this.room.shown === undefined) void this.#open(0);
    else this.client.connect();
  }

  /** What the room shows of a variant. */
  find(variant: string): Item | undefined {
    for (const pin of this.room.shown?.pins ?? []) {
      const item = itemOf(pin, variant);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  #ask(): void {
    if (!this.preview) void this.#mine.ask();
  }

  /** Another tab has taken something, or given it up. */
  readonly #elsewhere = (event: StorageEvent): void => {
    if (event.key === this.kept.name) this.#ask();
  };

  async #open(pause: number): Promise<void> {
    const path = `/api/v1/streams/${encodeURIComponent(this.stream)}/room`;
    const first = this.#first;
    this.#first = undefined;
    const sent = first === undefined ? this.clock.local() : performance.timeOrigin + first.sent;
    try {
      const view = first?.room ?? (await this.api.get<RoomView>(path));
      if (this.#stopped) return;
      const received = first === undefined ? this.clock.local() : performance.timeOrigin + first.received;
      this.clock.sample(view.now, sent, received);
      this.failure = undefined;
      this.room.start(view);
      this.#onChange();
      this.client.connect();
    } catch (thrown) {
      const error = await explain(this.api, path, asWireError(thrown));
      if (this.#stopped) return;
      this.#failed(error);
      if (!error.retryable) return;
      const next = Math.min(LONGEST_PAUSE_MS, Math.max(1_000, pause * 2));
      this.#timer = setTimeout(() => void this.#open(next), next * (0.75 + Math.random() / 2));
    }
  }

  #failed(error: WireError): void {
    // With a picture on the screen, an outage is told by the line; only a refusal ends the show.
    if (this.room.shown !== undefined && error.retryable) return;
    this.failure = error;
    this.#onChange();
  }
}

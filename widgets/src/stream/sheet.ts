/**
 * The pay sheet as the stream's page sees it: opens the frame of our own origin, or a window where a frame is forbidden;
 * hands over pass and hold; and gives the unit back when the buyer leaves without having paid.
 */
import { PageEnd, type PayPhase, type ToPage } from "../pay/channel.js";
import { asWireError } from "../wire/errors.js";
import type { Hold, OrderView } from "../wire/protocol.gen.js";
import { errorWords } from "../ui/words.js";
import type { Session } from "./session.js";

export interface SheetOptions {
  session: Session;
  base: string;
  theme: () => string;
  onChange: () => void;
  onClosed: () => void;
}

/** A frame that has not said "ready" by then is blocked, by the page's policy or by an extension. */
const READY_MS = 4_000;
const LOOK_MS = 700;

export class PaySheet {
  open = false;
  /** Where payment runs: not known yet, in the frame, forbidden to be framed, in a window of its own. */
  place: "waiting" | "frame" | "blocked" | "window" = "waiting";
  phase: PayPhase = "loading";
  /** The question "leave?" is on the screen. */
  asking = false;
  leaving = false;
  order: OrderView | undefined;

  readonly #options: SheetOptions;
  #end: PageEnd | undefined;
  #typed = false;
  #window: Window | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setInterval> | undefined;

  constructor(options: SheetOptions) {
    this.#options = options;
  }

  get address(): string {
    const { base, session } = this.#options;
    return `${base}/pay/${encodeURIComponent(session.stream)}`;
  }

  show(): void {
    if (this.open) return;
    Object.assign(this, { open: true, place: "waiting", phase: "loading", asking: false, leaving: false });
    this.order = undefined;
    this.#typed = false;
    this.#end = new PageEnd(new URL(this.address, location.href).origin, (message) => this.#heard(message));
    this.#timer = setTimeout(() => {
      if (this.place !== "waiting") return;
      this.place = "blocked";
      this.#options.onChange();
    }, READY_MS);
    this.#options.onChange();
  }

  /** The frame is on the page. */
  bind(frame: HTMLIFrameElement): void {
    if (this.place === "waiting") this.#end?.bind(frame.contentWindow);
  }

  /** The fall-back, from a click: a window of our own, the same handshake. */
  openWindow(): void {
    if (this.#window !== null && !this.#window.closed) {
      this.#window.focus();
      return;
    }
    this.#window = window.open(this.address, "proofcast-pay", "popup,width=460,height=760");
    if (this.#window === null) return;
    this.place = "window";
    this.#end?.bind(this.#window);
    clearInterval(this.#look);
    this.#look = setInterval(() => {
      if (this.#window?.closed) void this.leave();
    }, LOOK_MS);
    this.#options.onChange();
  }

  /** Escape, Back, or the close button. */
  ask(): void {
    if (!this.open || this.phase === "paying") return;
    if (this.#typed && !this.asking && (this.phase === "form" || this.phase === "failed")) {
      this.asking = true;
      this.#options.onChange();
      return;
    }
    void this.leave();
  }

  stay(): void {
    this.asking = false;
    this.#options.onChange();
  }

  /** Closes for good. The unit goes back, unless it is paid or about to be. */
  async leave(): Promise<void> {
    if (!this.open || this.leaving) return;
    const kept = this.phase === "paying" || this.phase === "settling" || this.phase === "paid";
    const done = this.phase === "refunded" || this.phase === "over";
    if (!kept && !done) {
      this.leaving = true;
      this.#options.onChange();
      await this.#giveBack();
    }
    this.#shut();
  }

  /** News for the frame. */
  tellHold(hold: Hold): void {
    this.#end?.send({ kind: "hold", hold });
  }

  tellEnded(reason: string): void {
    this.#end?.send({ kind: "ended", reason });
  }

  tellOrder(order: OrderView): void {
    this.#end?.send({ kind: "order", order });
  }

  close(): void {
    if (this.open) this.#shut();
  }

  #shut(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#look);
    this.#end?.close();
    this.#end = undefined;
    if (this.#window !== null && !this.#window.closed) this.#window.close();
    this.#window = null;
    this.open = false;
    this.leaving = false;
    this.asking = false;
    this.#options.onClosed();
    this.#options.onChange();
  }

  async #giveBack(): Promise<void> {
    const { session } = this.#options;
    const order = this.order;
    try {
      if (order === undefined) {
        await session.holding.release();
        return;
      }
      const { token } = await session.pass.get();
      const path = `/api/v1/orders/${encodeURIComponent(order.id)}/cancel`;
      session.holding.ordered(await session.api.post<OrderView>(path, {}, { token }));
    } catch {
      // The line is away: the hold runs out by itself, and the card goes on to say until when.
    }
  }

  async #hello(): Promise<void> {
    const { session, theme } = this.#options;
    const held = session.holding.state;
    if (held.phase !== "held") return;
    try {
      const { token } = await session.pass.get();
      this.#end?.send({ kind: "hello", token, hold: held.hold, item: held.item, theme: theme(), now: session.clock.now() });
    } catch (thrown) {
      this.#end?.send({ kind: "ended", reason: asWireError(thrown).code });
    }
  }

  #heard(message: ToPage): void {
    const { session, onChange } = this.#options;
    switch (message.kind) {
      case "ready":
        if (this.place === "waiting") this.place = "frame";
        void this.#hello();
        break;
      case "opened":
        this.order = message.order;
        session.holding.order = message.order.id;
        break;
      case "typed":
        this.#typed = true;
        break;
      case "phase":
        this.phase = message.phase;
        if (message.order !== undefined) session.holding.ordered(message.order);
        break;
      case "extend":
        void this.#extend();
        break;
      case "close":
        if (message.asked) void this.leave();
        else this.ask();
    }
    onChange();
  }

  async #extend(): Promise<void> {
    const { holding } = this.#options.session;
    await holding.extend();
    const held = holding.state;
    if (held.phase !== "held") return;
    if (held.error === undefined) this.tellHold(held.hold);
    else this.#end?.send({ kind: "extend-refused", words: errorWords(held.error) });
  }
}

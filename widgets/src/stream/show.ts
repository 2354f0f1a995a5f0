/**
 * One viewer's screen of one stream, without a screen: which pin is in front, what is small, what was said last. Facts come
 * from the session; the element draws what this says, and calls it for what the viewer does.
 */
import { minutes } from "../ui/time.js";
import { errorWords } from "../ui/words.js";
import type { WireError } from "../wire/errors.js";
import type { Hold, OrderView, PinView, Snapshot, StreamView, VariantView } from "../wire/protocol.gen.js";
import { BackButton } from "./back.js";
import { Choice } from "./choice.js";
import { tell } from "./events.js";
import type { HoldState } from "./holding.js";
import { InLine } from "./in_line.js";
import { type Item, itemOf } from "./item.js";
import { Narrator } from "./narrator.js";
import type { ShowOptions } from "./options.js";
import { Player } from "./picture/player.js";
import { Session } from "./session.js";
import { PaySheet } from "./sheet.js";
import { ChatSide } from "./side.js";
import type { Notice, Stage } from "./views/stage.js";
import { Voting } from "./voting.js";
import { Watcher } from "./watcher.js";

const TICK_MS = 250;

export class Show implements Stage {
  collapsed = false;
  notice: Notice | undefined;
  readonly session: Session;
  readonly sheet: PaySheet;
  readonly player: Player;
  readonly narrator: Narrator;
  readonly voting: Voting;
  readonly side: ChatSide;
  readonly inLine: InLine;
  readonly options: ShowOptions;
  readonly #watcher: Watcher;
  readonly #back: BackButton;
  readonly #choice = new Choice();
  #tick: ReturnType<typeof setInterval> | undefined;

  constructor(options: ShowOptions) {
    const { stream, base, preview, redraw, target } = options;
    this.options = options;
    const onRefused = (error: WireError): void => this.#say({ kind: "bad", words: errorWords(error) });
    this.player = new Player({ base, serverNow: () => this.serverNow, onChange: redraw });
    this.session = new Session({
      base,
      stream,
      preview,
      first: options.first,
      mediaNow: () => this.player.mediaNow(),
      onChange: () => this.#changed(),
      onStory: (event, state) => this.#storied(event.name, state),
      onRefused,
      onOrder: (order) => this.#ordered(order),
      onOffer: (hold) => this.#offered(hold),
      paying: () => this.sheet.open,
      line: () => this.inLine,
    });
    this.sheet = new PaySheet({
      session: this.session,
      base,
      theme: () => options.theme,
      onChange: redraw,
      onClosed: () => {
        this.#back.disarm();
        if (this.hold.phase === "none") this.session.holding.dismiss();
        tell(target, "proofcast:pay-closed", { stream });
      },
    });
    this.narrator = new Narrator(redraw);
    const say = (words: string): void => this.narrator.say(words);
    this.voting = new Voting({ session: this.session, onChange: redraw, say });
    this.inLine = new InLine({
      session: this.session,
      onChange: redraw,
      say,
      onRefused,
      onFailed: () => this.#say({ kind: "bad", words: "The line could not be reached. Please try again." }),
    });
    this.side = new ChatSide({ session: this.session, onChange: redraw });
    this.#watcher = new Watcher(this);
    this.#back = new BackButton(() => {
      this.sheet.ask();
      if (this.sheet.open) this.#back.arm();
    });
  }

  start(): void {
    this.voting.booth.start();
    this.side.use(this.options.chat);
    this.session.start();
    this.#watcher.start();
    this.#tick = setInterval(() => this.#ticked(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#tick);
    this.sheet.close();
    this.inLine.stop();
    this.#watcher.stop();
    this.player.close();
    this.voting.booth.stop();
    this.side.stop();
    this.session.stop();
  }

  get stream(): StreamView | undefined {
    return this.session.room.shown?.stream;
  }
  get poster(): string | undefined {
    return this.resolve(this.stream?.poster_url ?? (this.options.poster || null));
  }
  get preview(): boolean {
    return this.options.preview;
  }

  get line(): Session["client"]["line"] {
    return this.session.client.line;
  }
  get failure(): Session["failure"] {
    return this.session.failure;
  }
  get hold(): HoldState {
    return this.session.holding.state;
  }
  get holdLeft(): number {
    return this.hold.phase === "held" ? Math.max(0, this.hold.hold.deadline - this.serverNow) : 0;
  }
  get serverNow(): number {
    return this.session.clock.now();
  }
  get pins(): readonly PinView[] {
    if (this.failure !== undefined || this.stream?.state !== "live") return [];
    return this.session.room.shown?.pins ?? [];
  }
  get front(): PinView | undefined {
    return this.#choice.pinInFront(this.pins, this.hold);
  }
  get holdInFront(): boolean {
    return this.#choice.holdInFront(this.pins, this.hold);
  }
  get pollOpen(): boolean {
    return this.voting.poll !== null && this.voting.open(this.front !== undefined || this.hold.phase !== "none");
  }
  get others(): readonly PinView[] {
    return this.#choice.others(this.pins, this.hold);
  }

  left(variant: string): number | undefined {
    return this.session.room.stock.left(variant);
  }

  chosen(pin: PinView): VariantView | undefined {
    return this.#choice.variant(pin, (id) => this.left(id), (id) => this.inLine.waits(id));
  }

  choose(pin: PinView, variant: string): void {
    this.#choice.pick(pin.id, variant);
    this.#quiet();
  }

  bringFront(pin: string): void {
    const held = this.hold.phase === "held" ? this.hold.item.pin : "";
    this.#choice.front = pin === held ? "" : pin;
    this.collapsed = false;
    if (pin !== held) this.#watcher.clicked(pin);
    this.#quiet();
  }

  collapse(yes: boolean): void {
    this.collapsed = yes;
    this.options.redraw();
  }

  /** What the card in front would sell. */
  get #wanted(): Item | undefined {
    const { front } = this;
    const variant = front === undefined ? undefined : this.chosen(front);
    return front === undefined || variant === undefined ? undefined : itemOf(front, variant.id);
  }

  buy(): void {
    const item = this.#wanted;
    if (item === undefined || this.hold.phase === "asking") return;
    const { hold } = this;
    if (this.preview) this.#say({ kind: "info", words: "This is a preview: nothing is held here." });
    else if (hold.phase === "held") {
      this.#say({ kind: "info", words: `You are holding ${hold.item.name}. Pay for it or let it go first.` });
    } else {
      this.notice = undefined;
      this.#choice.front = "";
      this.#watcher.clicked(item.pin);
      // One tap: the unit is held, and its payment opens over the picture. Closing that gives the unit back.
      void this.session.holding.create(item).then(() => this.pay());
    }
  }

  wait(): void {
    const item = this.#wanted;
    this.#quiet();
    if (this.preview) this.#say({ kind: "info", words: "This is a preview: nobody waits in line here." });
    else if (item !== undefined) {
      this.#watcher.clicked(item.pin);
      this.inLine.wait(item);
    }
  }

  frontHold(hold: string): void {
    this.#choice.front = "";
    this.session.holding.front(hold);
  }

  pay(): void {
    if (this.hold.phase !== "held") return;
    this.sheet.show();
    if (this.options.history) this.#back.arm();
    tell(this.options.target, "proofcast:pay-opened", { stream: this.options.stream });
  }

  moreTime(): void {
    void this.session.holding.extend().then(() => {
      const { hold } = this;
      if (hold.phase !== "held") return;
      if (hold.error === undefined) this.narrator.say(`More time: ${minutes(this.session.holding.left())} left.`);
      else this.narrator.say(errorWords(hold.error));
    });
  }

  retry(): void {
    this.session.retry();
  }

  resolve(address: string | null): string | undefined {
    return address === null ? undefined : new URL(address, this.options.base || location.href).href;
  }

  /** The element has drawn: what is on the screen now counts as seen. */
  drawn(): void {
    this.#watcher.look();
  }

  #say(notice: Notice): void {
    this.notice = notice;
    this.narrator.say(notice.words);
    this.options.redraw();
  }

  #quiet(): void {
    this.notice = undefined;
    this.session.holding.dismiss();
    this.options.redraw();
  }

  #changed(): void {
    if (this.hold.phase !== "held" && this.session.holding.others.length === 0) this.inLine.quiet();
    this.voting.look(this.session.room.shown?.poll ?? null);
    this.side.redraw();
    this.narrator.look(this);
    this.options.redraw();
  }

  #storied(name: string, state: Snapshot): void {
    if (name === "poll.opened") this.voting.look(state.poll, true);
    if (name.startsWith("poll.")) return;
    // A new pin is what the host shows now; what the viewer brought in front gives way.
    if (name === "pin.shown" || name === "pins.ordered") this.#choice.front = "";
    const { hold } = this;
    if (hold.phase === "over" && hold.order === undefined) this.session.holding.dismiss();
    this.notice = undefined;
  }

  /** The card turns at once into what is offered, unless something else is held or being paid for. */
  #offered(offer: Hold): void {
    this.#choice.front = "";
    this.collapsed = false;
    this.notice = undefined;
    this.inLine.offered(offer);
    this.options.redraw();
  }

  #ordered(order: OrderView): void {
    this.sheet.tellOrder(order);
    tell(this.options.target, "proofcast:order", { stream: this.options.stream, order });
  }

  #ticked(): void {
    const left = this.session.holding.left();
    const late = this.narrator.countdown(left, this);
    // The bar moves by the tick; with none, and nothing else that goes by the clock, there is nothing to draw.
    const closing = this.voting.left !== undefined;
    if (left > 0 || late || this.session.holding.others.length > 0 || closing || this.line.state !== "open" || this.stream?.state === "scheduled") this.options.redraw();
  }
}

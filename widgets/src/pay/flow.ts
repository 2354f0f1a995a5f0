/**
 * A payment from the handshake to its end, without a screen. The hold is the server's, the card is Stripe's; this keeps
 * them in step and says in which state the buyer is.
 */
import type { Item } from "../stream/item.js";
import { ServerClock } from "../wire/clock.js";
import { asWireError, type WireError } from "../wire/errors.js";
import type { Checkout, Hold, OrderView, RateView, SetDetails } from "../wire/protocol.gen.js";
import { FrameEnd, type PayPhase, type ToFrame } from "./channel.js";
import { declineWords } from "./declines.js";
import { failureOf, refusalOf, type Failure, type Refusal } from "./failure.js";
import { allows, type PayIsland } from "./island.js";
import { Settling } from "./settle.js";
import { StripeAway, type Answer, type CardForm } from "./stripe.js";
import { Till } from "./till.js";

export interface FlowOptions {
  island: PayIsland;
  onChange: () => void;
  /** Puts Stripe's fields on the page. @throws StripeAway */
  openCard: (checkout: Checkout, clientSecret: string) => Promise<CardForm>;
  onTheme: (theme: string) => void;
}

export class PayFlow {
  phase: PayPhase = "loading";
  failure: Failure | undefined;
  /** Why the bank said no; the buyer may try again. */
  declined = "";
  /** What is wrong with what was typed. */
  wrong = "";
  alone = false;
  /** Settling takes longer than usual. */
  slow = false;
  extending = false;
  extendRefused = "";
  reason = "";
  item: Item | undefined;
  hold: Hold | undefined;
  order: OrderView | undefined;
  express = false;
  /** Who gets it where comes first, for an order that ships. */
  step: "details" | "card" = "card";
  checkout: Checkout | undefined;
  details: SetDetails | undefined;
  rates: readonly RateView[] = [];
  rate = "";
  /** The total is being asked for. */
  pricing = false;
  /** What of the details the server refused. */
  refused: Refusal | undefined;
  readonly clock = new ServerClock();

  readonly #options: FlowOptions;
  readonly #end: FrameEnd;
  #till = new Till("");
  #card: CardForm | undefined;
  #settling: Settling | undefined;

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#end = new FrameEnd((origin) => allows(options.island, origin), (message) => this.#heard(message));
  }

  start(): void {
    this.#end.greet(() => {
      this.alone = true;
      this.#options.onChange();
    });
  }

  stop(): void {
    this.#end.close();
    this.#settling?.stop();
    this.#card?.close();
  }

  /** ms until the hold ends. */
  left(): number {
    return this.hold === undefined ? 0 : Math.max(0, this.hold.deadline - this.clock.now());
  }

  typed(): void {
    this.#end.send({ kind: "typed" });
  }

  changed(complete: boolean, wrong: string): void {
    this.wrong = wrong;
    if (complete) this.declined = "";
    this.#options.onChange();
  }

  close(): void {
    this.#end.send({ kind: "close", asked: false });
  }

  extend(): void {
    this.extending = true;
    this.extendRefused = "";
    this.#end.send({ kind: "extend" });
    this.#options.onChange();
  }

  /** After something was away. */
  retry(): void {
    this.failure = undefined;
    if (this.order !== undefined && (this.#card !== undefined || this.step === "details")) this.#to("form");
    else void this.#open();
  }

  async pay(email: string): Promise<void> {
    const card = this.#card;
    if (card === undefined || this.hold === undefined || this.phase !== "form" || this.pricing) return;
    this.declined = "";
    this.wrong = "";
    this.#to("paying");
    card.lock(true);
    try {
      await this.#checkout(email);
    } catch (thrown) {
      card.lock(false);
      this.#failed(asWireError(thrown));
      return;
    }
    const answer = await card.confirm(email);
    card.lock(false);
    this.#answered(answer);
  }

  /** Who gets it where, and how: the total follows, then the card is asked for. */
  async setDetails(details: SetDetails): Promise<void> {
    const { order, checkout } = this;
    if (order === undefined || checkout === undefined || this.phase !== "form" || this.pricing) return;
    this.pricing = true;
    this.refused = undefined;
    this.#options.onChange();
    try {
      const priced = await this.#till.details(order.id, details);
      this.order = priced.order;
      this.rates = priced.rates;
      this.rate = priced.rate ?? "";
      this.details = { ...details, rate: this.rate };
      if (this.#card === undefined) {
        this.#card = await this.#options.openCard(checkout, priced.client_secret ?? "");
        this.express = this.#card.express;
      } else await this.#card.refresh();
      this.step = "card";
    } catch (thrown) {
      if (thrown instanceof StripeAway) this.#away("stripe");
      else this.#notPriced(asWireError(thrown));
    } finally {
      this.pricing = false;
      this.#options.onChange();
    }
  }

  edit(): void {
    this.step = "details";
    this.#options.onChange();
  }

  #notPriced(error: WireError): void {
    this.refused = refusalOf(error);
    if (this.refused === undefined) this.#failed(error);
    else this.step = "details";
  }

  /** The countdown is over and nothing was sent to the bank. */
  ranOut(): void {
    if (this.phase === "form" || this.phase === "failed" || this.phase === "loading") this.#over("expired");
  }

  async #open(): Promise<void> {
    this.#to("loading");
    try {
      const checkout = await this.#checkout(undefined);
      this.#end.send({ kind: "opened", order: checkout.order });
      if (checkout.order.state !== "pending") {
        this.#ordered(checkout.order);
        return;
      }
      this.#card?.close();
      this.#card = undefined;
      if (checkout.client_secret === null || checkout.delivery !== null) this.step = "details";
      else {
        this.#card = await this.#options.openCard(checkout, checkout.client_secret);
        this.express = this.#card.express;
      }
      if (this.phase === "loading") this.#to("form");
    } catch (thrown) {
      if (thrown instanceof StripeAway) this.#away("stripe");
      else this.#failed(asWireError(thrown));
    }
  }

  async #checkout(email: string | undefined): Promise<Checkout> {
    const checkout = await this.#till.checkout(this.hold?.id ?? "", email);
    this.order = checkout.order;
    this.checkout = checkout;
    if (this.hold !== undefined) this.hold = { ...this.hold, deadline: checkout.deadline };
    return checkout;
  }

  #heard(message: ToFrame): void {
    switch (message.kind) {
      case "hello":
        if (this.hold !== undefined) return;
        this.#till = new Till(message.token);
        this.hold = message.hold;
        this.item = message.item;
        this.clock.sample(message.now, this.clock.local(), this.clock.local());
        this.#options.onTheme(message.theme);
        void this.#open();
        return;
      case "hold":
        this.hold = message.hold;
        this.extending = false;
        break;
      case "extend-refused":
        this.extending = false;
        this.extendRefused = message.words;
        break;
      case "order":
        if (message.order.id === this.order?.id) this.#ordered(message.order);
        break;
      case "ended":
        // A paid order ends its hold as well: only a hold that still waits for its payment can run out.
        if (this.phase === "form" || this.phase === "failed" || this.phase === "loading") this.#over(message.reason);
    }
    this.#options.onChange();
  }

  #answered(answer: Answer): void {
    if (this.phase !== "paying") return;
    switch (answer.kind) {
      case "accepted":
        this.#settle();
        break;
      case "declined":
        this.declined = declineWords(answer.code, answer.decline);
        this.#to("form");
        break;
      case "incomplete":
        this.wrong = answer.message;
        this.#to("form");
        break;
      case "away":
        this.#away("stripe");
    }
  }

  /** The bank said yes; the server hears it from Stripe and writes the order. */
  #settle(): void {
    this.#to("settling");
    this.#settling = new Settling(
      () => this.#till.order(this.order?.id ?? ""),
      (order) => this.#ordered(order),
      () => {
        this.slow = true;
        this.#options.onChange();
      },
    );
  }

  #ordered(order: OrderView): void {
    this.order = order;
    if (order.state === "paid") this.#to("paid");
    else if (order.state === "refunded") this.#to("refunded");
    else if (order.state === "cancelled" && this.phase !== "paying") this.#over(order.reason ?? "");
  }

  #failed(error: WireError): void {
    const { order } = error.details;
    if (/^stock\.hold_/.test(error.code)) this.#over("expired");
    else if (error.code === "checkout.closed" && typeof order === "string") this.#look(order);
    else this.#away(failureOf(error.code));
  }

  /** The order is closed already, by another window or a lost answer: it says itself how. */
  #look(order: string): void {
    this.#till.order(order).then((closed) => this.#ordered(closed), () => this.#away("server"));
  }

  #away(failure: Failure): void {
    this.failure = failure;
    this.#to("failed");
  }

  #over(reason: string): void {
    this.reason = reason;
    this.#to("over");
  }

  #to(phase: PayPhase): void {
    this.phase = phase;
    if (phase !== "settling") this.#settling?.stop();
    this.#end.send({ kind: "phase", phase, ...(this.order === undefined ? {} : { order: this.order }) });
    this.#options.onChange();
  }
}

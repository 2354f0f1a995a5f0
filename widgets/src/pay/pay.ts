/** <pc-pay>: the pay page, whose tokens come from its own stylesheet. Stripe's fields are slotted in from the page's own tree, where Stripe.js can work. */
import { LitElement, html, nothing, type TemplateResult } from "lit";

import { base } from "../ui/base.js";
import { spokenMinutes } from "../ui/time.js";
import type { SetDetails } from "../wire/protocol.gen.js";
import { PayFlow } from "./flow.js";
import { readIsland, type PayIsland } from "./island.js";
import { openCardForm, type Colours } from "./stripe.js";
import { payStyles } from "./styles.js";
import { aloneView, endView, formView, holdLine, payingWords, summaryView } from "./views.js";

const TICK_MS = 250;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

export class PcPay extends LitElement {
  static override styles = [base, payStyles];
  static override properties = { shop: {}, delivery: { state: true } };

  declare shop: string;
  /** What only goods that ship need. */
  declare delivery: typeof import("./delivery.js") | undefined;

  readonly #island: PayIsland = readIsland();
  readonly #card = hostFor("card");
  readonly #express = hostFor("express");
  readonly #flow: PayFlow;
  #email = "";
  #emailWrong = "";
  #ownBox = false;
  #words = "";
  #offered = 0;
  #wanted: Promise<void> | undefined;
  #step = "card";
  #tick: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.shop = "";
    this.delivery = undefined;
    this.#flow = new PayFlow({
      island: this.#island,
      onChange: () => this.requestUpdate(),
      onTheme: (theme) => this.#dress(theme),
      openCard: async (checkout, clientSecret) => {
        this.#ownBox = !checkout.stripe.stand_in;
        // Stripe's fields need a place on the page before they can say that they are ready.
        await this.updateComplete;
        return openCardForm({
          stripe: checkout.stripe,
          clientSecret,
          cardHost: this.#card,
          expressHost: this.#express,
          colours: this.#colours(),
          onTyped: () => this.#flow.typed(),
          onChange: (complete, wrong) => this.#flow.changed(complete, wrong),
          onExpress: (email) => void this.#flow.pay(email || this.#email),
        });
      },
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.append(this.#express, this.#card);
    this.#flow.start();
    this.#tick = setInterval(() => this.#ticked(), TICK_MS);
    addEventListener("keydown", this.#key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
    removeEventListener("keydown", this.#key);
    this.#flow.stop();
  }

  protected override willUpdate(): void {
    if (this.#flow.step === "details" && this.#wanted === undefined) {
      this.#wanted = import("./delivery.js").then((part) => void (this.delivery = part));
    }
  }

  protected override updated(): void {
    const { step } = this.#flow;
    if (step === this.#step) return;
    this.#step = step;
    if (step === "card") this.renderRoot.querySelector<HTMLElement>(".way input:checked")?.focus();
  }

  override render(): TemplateResult {
    const flow = this.#flow;
    if (flow.alone) return aloneView(this.#island.stream);
    const { item, phase } = flow;
    const words = html`<p class="sr" aria-live="polite" data-pc="announcer">${payingWords(flow) || this.#words}</p>`;
    if (item === undefined) return html`${words}${bones()}`;
    const { delivery } = this;
    const asking = flow.step === "details";
    const formed = phase === "loading" || phase === "form" || phase === "paying";
    // The form stays in the page, hidden, as long as its fields may be needed again: they can't be moved.
    return html`${words} ${phase === "paid" || phase === "over" || phase === "refunded" ? nothing : summaryView(item, flow.order, !asking)}
      ${formed && phase !== "loading" ? holdLine(flow) : nothing} ${phase === "loading" ? bones() : nothing}
      ${delivery !== undefined && flow.checkout?.delivery
        ? html`<pc-details
            ?hidden=${!asking || phase !== "form"}
            .options=${flow.checkout.delivery}
            .busy=${flow.pricing}
            .refused=${flow.refused}
            @typed=${() => flow.typed()}
            @details=${this.#detailed}
          ></pc-details>`
        : nothing}
      <div class=${phase === "loading" || asking ? "off" : ""} ?hidden=${!formed} ?inert=${phase === "loading" || asking}>${formView(flow, {
        email: this.#email,
        ways: flow.details && delivery ? delivery.waysView(flow) : undefined,
        emailWrong: this.#emailWrong,
        ownBox: this.#ownBox,
        typed: this.#typed,
        submit: this.#submit,
      })}</div>
      ${endView(flow, this.shop)}`;
  }

  readonly #typed = (event: Event): void => {
    this.#email = (event.target as HTMLInputElement).value.trim();
    if (this.#emailWrong !== "" && EMAIL.test(this.#email)) this.#emailWrong = "";
    this.#flow.typed();
    this.requestUpdate();
  };

  readonly #detailed = (event: CustomEvent<SetDetails>): void => {
    this.#email = event.detail.email;
    void this.#flow.setDetails(event.detail);
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    if (this.#flow.phase !== "form") return;
    if (!EMAIL.test(this.#email)) {
      this.#emailWrong = this.#email === "" ? "Please give your e-mail address." : "This e-mail address is not complete.";
      this.requestUpdate();
      this.renderRoot.querySelector<HTMLElement>("#email")?.focus();
      return;
    }
    this.#emailWrong = "";
    void this.#flow.pay(this.#email);
  };

  readonly #key = (event: KeyboardEvent): void => {
    // The page around does not hear a key that is pressed in here.
    if (event.key === "Escape" && !event.defaultPrevented) this.#flow.close();
  };

  #ticked(): void {
    const flow = this.#flow;
    if (flow.hold === undefined) return;
    const left = flow.left();
    if (left <= 0) flow.ranOut();
    else if (left <= 20_000 && flow.phase === "form" && this.#offered !== flow.hold.deadline) {
      this.#offered = flow.hold.deadline;
      this.#words = `${spokenMinutes(left)} left. You can ask for more time.`;
    }
    this.requestUpdate();
  }

  #dress(theme: string): void {
    if (theme !== "light" && theme !== "dark") return;
    document.documentElement.dataset["theme"] = theme;
  }

  /** Stripe's fields live in frames: they get plain values, not names of ours. */
  #colours(): Colours {
    const style = getComputedStyle(this);
    const read = (name: string): string => style.getPropertyValue(`--pc-${name}`).trim();
    return {
      ink: read("ink"),
      muted: read("muted"),
      paper: read("raised"),
      accent: read("accent"),
      bad: read("bad"),
      font: read("font"),
    };
  }
}

function hostFor(slot: string): HTMLElement {
  const host = document.createElement("div");
  host.slot = slot;
  host.id = `pc-${slot}`;
  return host;
}

function bones(): TemplateResult {
  return html`<div class="bones" role="status"><span class="sr">Payment is loading.</span><i></i><i></i><i></i></div>`;
}

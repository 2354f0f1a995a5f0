/** The pay page in each of its states. */
import { html, nothing, type TemplateResult } from "lit";
import CircleAlert from "lucide/dist/esm/icons/circle-alert.mjs";
import CircleCheck from "lucide/dist/esm/icons/circle-check.mjs";
import Clock from "lucide/dist/esm/icons/clock.mjs";
import LockKeyhole from "lucide/dist/esm/icons/lock-keyhole.mjs";
import RotateCcw from "lucide/dist/esm/icons/rotate-ccw.mjs";
import RotateCw from "lucide/dist/esm/icons/rotate-cw.mjs";
import Undo2 from "lucide/dist/esm/icons/undo-2.mjs";

import { endedWords } from "../ui/ended.js";
import { icon } from "../ui/icons.js";
import { money } from "../ui/money.js";
import { clockTime, minutes } from "../ui/time.js";
import type { Item } from "../stream/item.js";
import type { OrderView } from "../wire/protocol.gen.js";
import type { PayFlow } from "./flow.js";

const MORE_TIME_MS = 20_000;

/** `priced`: what delivery costs is known, or there is none. */
export function summaryView(item: Item, order: OrderView | undefined, priced: boolean): TemplateResult {
  const line = order?.lines[0];
  const picture = line?.image_url ?? item.imageUrl;
  const currency = order?.currency ?? item.currency;
  return html`<section class="summary" data-pc="summary" aria-label="What you buy">
      ${picture === null ? html`<span class="picture"></span>` : html`<img class="picture" src=${picture} alt="" width="64" height="64" />`}
      <div class="what">
        <h2 data-pc="name">${line?.name ?? item.name}</h2>
        <p class="muted num">${[item.variantName, `${line?.quantity ?? 1} ×`].filter(Boolean).join(" · ")} ${money(item.price, currency)}</p>
      </div>
    </section>
    ${totalView(order, order?.total ?? item.price, currency, priced)}`;
}

/** The parts where there is more than one, then their sum. */
function totalView(order: OrderView | undefined, total: number, currency: string, priced: boolean): TemplateResult {
  const part = (words: string, amount: number): TemplateResult => html`<p class="part num"><span>${words}</span><span>${money(amount, currency)}</span></p>`;
  const taxed = order !== undefined && order.tax > 0;
  return html`<div class="total" data-pc="totals" aria-live="polite">
    ${order !== undefined && (order.shipping > 0 || (taxed && !order.tax_inclusive)) ? part("Goods", order.subtotal) : nothing}
    ${order !== undefined && order.shipping > 0 ? part("Delivery", order.shipping) : nothing}
    ${taxed && !order.tax_inclusive ? part("Tax", order.tax) : nothing}
    <p class="sum num"><span>${priced ? "Total" : "Before delivery"}</span><span data-pc="total">${money(total, currency)}</span></p>
    ${taxed && order.tax_inclusive ? html`<p class="part muted num"><span>Tax in it</span><span data-pc="tax">${money(order.tax, currency)}</span></p>` : nothing}
  </div>`;
}

export function holdLine(flow: PayFlow): TemplateResult {
  const left = flow.left();
  const late = left <= MORE_TIME_MS && (flow.hold?.extensions_left ?? 0) > 0;
  return html`<div class="hold" ?data-late=${late}>
      <span>Held for you: <span class="countdown num" data-pc="countdown" role="timer">${minutes(left)}</span></span>
      ${late
        ? html`<button class="btn quiet" type="button" data-pc="more-time" ?data-busy=${flow.extending} @click=${() => flow.extend()}>
            ${flow.extending ? "Asking…" : "More time"}
          </button>`
        : nothing}
    </div>
    ${flow.extendRefused === "" ? nothing : html`<p class="note bad">${icon(CircleAlert)}<span>${flow.extendRefused}</span></p>`}`;
}

export interface FormHooks {
  email: string;
  emailWrong: string;
  /** Stripe draws its own box around its own fields. */
  ownBox: boolean;
  typed: (event: Event) => void;
  submit: (event: Event) => void;
  /** Of an order that ships: how it goes where. The e-mail was given with it. */
  ways: TemplateResult | undefined;
}

export function formView(flow: PayFlow, hooks: FormHooks): TemplateResult {
  const { item, order } = flow;
  const busy = flow.phase === "paying";
  const total = money(order?.total ?? item?.price ?? 0, order?.currency ?? item?.currency ?? "");
  return html`<form novalidate @submit=${hooks.submit} ?inert=${busy} data-pc="pay-form">
    ${flow.declined === ""
      ? nothing
      : html`<p class="note bad" role="alert" data-pc="declined">
          ${icon(CircleAlert)}<span>${flow.declined} Nothing was charged, and your unit is still held. Check the card, or try another one.</span>
        </p>`}
    ${hooks.ways ?? nothing}
    <div ?hidden=${!flow.express} data-pc="express"><slot name="express"></slot></div>
    ${flow.express ? html`<p class="or">or by card</p>` : nothing}
    <div ?hidden=${hooks.ways !== undefined}>
      <label for="email">E-mail</label>
      <input
        id="email"
        class="box"
        data-pc="email"
        type="email"
        name="email"
        autocomplete="email"
        inputmode="email"
        spellcheck="false"
        maxlength="200"
        required
        .value=${hooks.email}
        aria-invalid=${hooks.emailWrong === "" ? "false" : "true"}
        aria-describedby="email-help"
        ?disabled=${busy}
        @input=${hooks.typed}
      />
      <p id="email-help" class=${hooks.emailWrong === "" ? "sr" : "wrong"}>
        ${hooks.emailWrong === "" ? "So that the shop can reach you about this order." : html`${icon(CircleAlert, 18)} ${hooks.emailWrong}`}
      </p>
    </div>
    <div>
      <span class="label" id="card-label">Card</span>
      <div class=${hooks.ownBox ? "plain" : "box"} role="group" aria-labelledby="card-label" data-pc="card-field" ?data-wrong=${flow.wrong !== ""}>
        <slot name="card"></slot>
      </div>
      ${flow.wrong === "" ? nothing : html`<p class="wrong" role="alert" data-pc="card-wrong">${icon(CircleAlert, 18)} ${flow.wrong}</p>`}
    </div>
    <button class="btn primary wide buy" type="submit" data-pc="buy-now" ?data-busy=${busy || flow.pricing} aria-disabled=${busy || flow.pricing ? "true" : nothing}>
      <span class="num">${busy ? "Asking your bank…" : `Buy now, pay ${total}`}</span>
    </button>
    <p class="small">${icon(LockKeyhole, 16)}<span>Your card goes to Stripe, never to the shop.</span></p>
  </form>`;
}

/** Announced once; the form above stays where it is, locked. */
export function payingWords(flow: PayFlow): string {
  if (flow.phase === "paying") return "Asking your bank. Please don't close this.";
  if (flow.phase === "settling") return flow.slow ? "Still confirming. Your payment is safe." : "Paid. Writing your order.";
  return "";
}

export function endView(flow: PayFlow, shop: string): TemplateResult | typeof nothing {
  const { order } = flow;
  switch (flow.phase) {
    case "settling":
      return ending("info", "settling", Clock, flow.slow ? "Still confirming" : "Confirming your order", [
        html`<p>
          ${flow.slow
            ? "It takes longer than usual. Your payment is safe: you can close this, and the show page tells you when it is done."
            : "Your bank has agreed. This takes a moment."}
        </p>`,
        html`<span class="progress"><i></i></span>`,
      ]);
    case "paid":
      return ending("good", "paid", CircleCheck, "Paid. Thank you!", [
        order === undefined ? html`` : receipt(order, shop),
        flow.checkout === undefined
          ? html``
          : html`<p><a href=${flow.checkout.page} target="_blank" rel="noopener" data-pc="order-page">Your order's page</a></p>`,
        html`<p class="muted">Keep the number: the shop finds your order by it.</p>`,
        backButton(flow, "Back to the show"),
      ]);
    case "refunded":
      return ending("info", "refunded", Undo2, "It sold out a moment before", [
        html`<p>
          Your payment came through when nothing was left. The whole ${order === undefined ? "sum" : money(order.total, order.currency)} goes back to your card by itself; banks
          need up to ten days to show it.
        </p>`,
        order === undefined ? html`` : html`<p class="muted">Order ${order.number}</p>`,
        backButton(flow, "Back to the show"),
      ]);
    case "over":
      return ending("info", "over", RotateCcw, flow.reason === "released" || flow.reason === "let_go" ? "Let go" : "The time ran out", [
        html`<p>${endedWords(flow.reason === "let_go" ? "released" : flow.reason, undefined)}</p>`,
        backButton(flow, "Back to the show"),
      ]);
    case "failed":
      return failedView(flow);
    default:
      return nothing;
  }
}

function failedView(flow: PayFlow): TemplateResult {
  const kept = html`<p>Nothing was charged. Your unit stays held until ${clockTime(flow.hold?.deadline ?? 0)}.</p>`;
  const again = html`<button class="btn primary" data-pc="retry" @click=${() => flow.retry()}>${icon(RotateCw)} Try again</button>`;
  if (flow.failure === "stripe") return ending("bad", "error", CircleAlert, "Payment can't be reached", [kept, again]);
  if (flow.failure === "lost") {
    return ending("bad", "error", CircleAlert, "This payment is no longer open", [
      html`<p>Nothing was charged. Go back to the show and hold one again.</p>`,
      backButton(flow, "Back to the show"),
    ]);
  }
  return ending("bad", "error", CircleAlert, "The shop can't be reached", [kept, again]);
}

export function aloneView(stream: string): TemplateResult {
  return ending("info", "alone", CircleAlert, "Payment opens from the show", [
    html`<p>This page belongs to a hold, and there is none here. Go to the show, hold something, and pay from there.</p>`,
    html`<a class="btn quiet" href=${`/watch/${encodeURIComponent(stream)}`}>To the show</a>`,
  ]);
}

function receipt(order: OrderView, shop: string): TemplateResult {
  return html`<dl>
    <div><dt>Order</dt><dd class="num" data-pc="order-number">${order.number}</dd></div>
    <div><dt>Paid</dt><dd class="num">${money(order.total, order.currency)}</dd></div>
    <div><dt>To</dt><dd>${shop}</dd></div>
  </dl>`;
}

function backButton(flow: PayFlow, words: string): TemplateResult {
  return html`<button class="btn quiet" data-pc="back" @click=${() => flow.close()}>${words}</button>`;
}

function ending(
  kind: "good" | "bad" | "info",
  name: string,
  sign: Parameters<typeof icon>[0],
  said: string,
  rest: TemplateResult[],
): TemplateResult {
  return html`<section class="end" data-kind=${kind} data-pc=${name} role="status">
    <span class="sign">${icon(sign, 32)}</span>
    <h2>${said}</h2>
    ${rest}
  </section>`;
}

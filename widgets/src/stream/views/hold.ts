/** The same card, held: the deadline as m:ss and a thin bar, pay, let go, more time; and what is said when it is over. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import ChevronDown from "lucide/dist/esm/icons/chevron-down.mjs";
import X from "lucide/dist/esm/icons/x.mjs";

import { endedWords } from "../../ui/ended.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import { clockTime, minutes } from "../../ui/time.js";
import { errorWords } from "../../ui/words.js";
import type { HoldState } from "../holding.js";
import type { Item } from "../item.js";
import { pictureView } from "./card.js";
import { noticeView } from "./notice.js";
import type { Notice, Stage } from "./stage.js";

/** "More time" is offered when this is left. */
export const MORE_TIME_MS = 20_000;

type Held = Extract<HoldState, { phase: "held" }>;
type Over = Extract<HoldState, { phase: "over" }>;

export function holdView(stage: Stage, held: Held): TemplateResult {
  const { item } = held;
  const left = stage.holdLeft;
  const late = left <= MORE_TIME_MS;
  const letting = held.busy === "release";
  return html`${keyed(
    item.pin,
    html`<section class="card held" part="card hold" data-pc="hold" data-hold=${held.hold.id} aria-label=${`Held for you: ${item.name}`}>
      <div class="row">
        ${pictureView(stage, item.imageUrl)}
        <div class="what">
          <h3 class="name" part="name" data-pc="name">${fullName(item)}</h3>
          <p class="held-words" data-pc="held-words">${heldWords(held)}</p>
        </div>
        <div class="clock" ?data-late=${late}>
          <span class="countdown num" part="countdown" data-pc="countdown" role="timer">${minutes(left)}</span>
        </div>
        <button class="btn bare icon-only small" part="collapse" data-pc="collapse" aria-label="Make small" @click=${() => stage.collapse(true)}>
          ${icon(ChevronDown)}
        </button>
      </div>
      <div class="bar" part="bar" ?data-late=${late}><i></i></div>
      <div class="acts">
        <button class="btn primary" part="pay" data-pc="pay" ?disabled=${letting} @click=${() => stage.pay()}>
          <span class="num">Pay ${money(item.price, item.currency)}</span>
        </button>
        <button class="btn quiet" part="let-go" data-pc="let-go" ?data-busy=${letting} aria-disabled=${letting ? "true" : nothing} @click=${() => void stage.session.holding.release()}>
          ${letting ? "Letting go…" : "Let go"}
        </button>
      </div>
      ${late ? moreTimeView(stage, held) : nothing} ${noticeView(noticeOf(held))}
    </section>`,
  )}`;
}

/** By the viewer's own clock: it is where they look for the time. */
function heldWords({ offered, hold }: Held): string {
  return offered ? `One is yours until ${clockTime(hold.deadline)}` : "Held for you";
}

function moreTimeView(stage: Stage, held: Held): TemplateResult | typeof nothing {
  if (held.hold.extensions_left <= 0) return nothing;
  const busy = held.busy === "extend";
  return html`<div class="more-time">
    <span>Need a little longer?</span>
    <button class="btn quiet" part="more-time" data-pc="more-time" ?data-busy=${busy} aria-disabled=${busy ? "true" : nothing} @click=${() => stage.moreTime()}>
      ${busy ? "Asking…" : "More time"}
    </button>
  </div>`;
}

function noticeOf(held: Held): Notice | undefined {
  return held.error === undefined ? undefined : { kind: "bad", words: errorWords(held.error) };
}

export function fullName(item: Item): string {
  return item.variantName === "" ? item.name : `${item.name}, ${item.variantName}`;
}

/** What is said once a hold is over, in the place where it was. */
export function overNotice(over: Over, left: number | undefined): Notice {
  const { order, reason } = over;
  if (order?.state === "paid") return { kind: "good", words: `Paid. Your order is ${order.number}. Thank you.` };
  if (order?.state === "refunded") {
    return {
      kind: "info",
      words: `Order ${order.number}: it sold out before the payment came through. Your money goes back by itself.`,
    };
  }
  return { kind: "info", words: endedWords(reason, left, over.offered) };
}

export function overView(stage: Stage, over: Over): TemplateResult {
  const { item, order } = over;
  const left = stage.left(item.variant);
  return html`${keyed(
    item.pin,
    html`<section class="card" part="card" data-pc=${order?.state === "paid" ? "paid" : "over"} data-reason=${over.reason} aria-label=${item.name}>
      <div class="row">
        ${pictureView(stage, item.imageUrl)}
        <div class="what">
          <h3 class="name" part="name" data-pc="name">${fullName(item)}</h3>
          <p class="cost num"><span class="price">${money(order?.total ?? item.price, item.currency)}</span></p>
        </div>
        <button class="btn bare icon-only small" data-pc="dismiss" aria-label="Close this message" @click=${() => stage.session.holding.dismiss()}>
          ${icon(X)}
        </button>
      </div>
      ${noticeView(overNotice(over, left))}
    </section>`,
  )}`;
}

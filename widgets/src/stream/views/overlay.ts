/** Which card lies over the picture now: the hold, what became of it, a pin, or a pill. */
import { html, nothing, type TemplateResult } from "lit";

import { shortMoney } from "../../ui/money.js";
import { minutes } from "../../ui/time.js";
import type { Spot } from "../line/waiting.js";
import { cardView, chipsView, pictureView, pillView } from "./card.js";
import { fullName, holdView, overNotice, overView } from "./hold.js";
import { noticeView } from "./notice.js";
import type { Stage } from "./stage.js";

export function overlayView(stage: Stage): TemplateResult | typeof nothing {
  const { hold, front } = stage;
  if (stage.collapsed) return smallView(stage, () => stage.collapse(false));
  // Room for one: the poll or the chat was opened, so what can be bought is small, and a tap away.
  const { voting, side } = stage;
  if (!voting.roomy && stage.pollOpen) return smallView(stage, () => voting.show(false));
  if (!voting.roomy && side.shown) return smallView(stage, () => side.toggle(false));
  if (stage.holdInFront && hold.phase === "held") return html`${asideView(stage)} ${chipsView(stage)} ${holdView(stage, hold)}`;
  if (stage.holdInFront && hold.phase === "over") {
    const gone = front === undefined || front.id !== hold.item.pin || hold.order?.state === "paid";
    if (gone || hold.order?.state === "refunded") return html`${asideView(stage)} ${chipsView(stage)} ${overView(stage, hold)}`;
    // The pin is still there: its card offers the unit again, and says what happened.
    return html`${asideView(stage)} ${chipsView(stage)} ${cardView(stage, front, overNotice(hold, stage.left(hold.item.variant)))}`;
  }
  if (front === undefined) return html`${asideView(stage)} ${heldChip(stage)} ${emptyView(stage)}`;
  return html`${asideView(stage)} ${heldChip(stage)} ${chipsView(stage)} ${cardView(stage, front, stage.notice)}`;
}

/** What else is the viewer's: other holds, and places in line for what is not in front. */
function asideView(stage: Stage): (TemplateResult | typeof nothing)[] {
  const holds = stage.session.holding.others.map(({ item, hold }) => {
    const words = html`Held · ${minutes(hold.deadline - stage.serverNow)}`;
    return pillView(stage, item.imageUrl, words, `${item.name}, held for you`, () => stage.frontHold(hold.id));
  });
  const { front, hold, holdInFront, inLine } = stage;
  const card = front === undefined || (holdInFront && hold.phase === "held") ? undefined : stage.chosen(front)?.id;
  const elsewhere = inLine.spots.filter((spot) => spot.item.variant !== card);
  return [...holds, ...elsewhere.map((spot) => elsewhereView(stage, spot))];
}

/** What the viewer waits for, or waited for, and is not on the card in front. */
function elsewhereView(stage: Stage, spot: Spot): TemplateResult | typeof nothing {
  const { part } = stage.inLine.parts;
  const { item } = spot;
  if (part === undefined || spot.phase === "asking" || (spot.phase === "gone" && stage.front !== undefined)) return nothing;
  return html`<section class="card" part="card" data-pc="line-elsewhere" aria-label=${`In line: ${fullName(item)}`}>
    <div class="row">
      ${pictureView(stage, item.imageUrl)}
      <div class="what"><h3 class="name" part="name">${fullName(item)}</h3></div>
    </div>
    ${spot.phase === "waiting" ? part.placeView(stage, spot) : noticeView({ kind: "info", words: part.goneWords(spot.reason) })}
  </section>`;
}

function emptyView(stage: Stage): TemplateResult | typeof nothing {
  const { stream, failure, player } = stage;
  if (stream?.state !== "live" || failure !== undefined || player.trouble !== "") return nothing;
  return html`<p class="none" data-pc="no-pins">Nothing is pinned right now. What the host shows you to buy comes up here.</p>`;
}

function smallView(stage: Stage, open: () => void): TemplateResult | typeof nothing {
  const { hold, front } = stage;
  if (stage.holdInFront && hold.phase === "held") {
    const words = html`Held · ${minutes(stage.holdLeft)}`;
    return pillView(stage, hold.item.imageUrl, words, hold.item.name, open);
  }
  const variant = front === undefined ? undefined : stage.chosen(front);
  if (front === undefined || variant === undefined) return nothing;
  const price = shortMoney(variant.price, front.product.currency);
  return pillView(stage, front.product.image_url, html`${price}`, front.product.name, open);
}

/** The hold, while the viewer looks at another pin. */
function heldChip(stage: Stage): TemplateResult | typeof nothing {
  const { hold } = stage;
  if (hold.phase !== "held") return nothing;
  const words = html`Held · ${minutes(stage.holdLeft)}`;
  return pillView(stage, hold.item.imageUrl, words, `${hold.item.name}, held for you`, () => stage.bringFront(hold.item.pin));
}

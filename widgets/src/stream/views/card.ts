/** The pin card: picture, name, price, stock in words, and one button that says what it does and costs. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import ChevronDown from "lucide/dist/esm/icons/chevron-down.mjs";
import ChevronUp from "lucide/dist/esm/icons/chevron-up.mjs";

import { icon } from "../../ui/icons.js";
import { money, shortMoney } from "../../ui/money.js";
import { stockWords } from "../../ui/words.js";
import type { PinView, VariantView } from "../../wire/protocol.gen.js";
import { canWait } from "../choice.js";
import { noticeView } from "./notice.js";
import type { Notice, Stage } from "./stage.js";

export function cardView(stage: Stage, pin: PinView, notice: Notice | undefined): TemplateResult {
  const { product } = pin;
  const variant = stage.chosen(pin);
  if (variant === undefined) return html``;
  const left = stage.left(variant.id);
  const spot = stage.inLine.spot(variant.id);
  const gone = spot?.phase === "gone" ? (stage.inLine.parts.part?.goneWords(spot.reason) ?? "") : "";
  const said = notice ?? (gone === "" ? undefined : { kind: "info" as const, words: gone });
  return html`${keyed(
    pin.id,
    html`<section class="card" part="card" data-pc="card" data-product=${product.id} aria-label=${`Shown now: ${product.name}`}>
      <div class="row">
        ${pictureView(stage, product.image_url)}
        <div class="what">
          <h3 class="name" part="name" data-pc="name">${product.name}</h3>
          <p class="cost num">
            <span class="price" part="price" data-pc="price">${money(variant.price, product.currency)}</span>
            ${variant.was_price !== null && variant.was_price > variant.price
              ? html`<s class="was"><span class="sr">before: </span>${money(variant.was_price, product.currency)}</s>`
              : nothing}
            <span class="stock" part="stock" data-pc="stock" data-left=${left ?? ""} data-low=${isLow(left)}
              >${stockWords(left)}</span
            >
          </p>
        </div>
        <button class="btn bare icon-only small" part="collapse" data-pc="collapse" aria-label="Make small" @click=${() => stage.collapse(true)}>
          ${icon(ChevronDown)}
        </button>
      </div>
      ${product.variants.length > 1 ? variantsView(stage, pin, variant) : nothing} ${buyView(stage, pin, variant, left)}
      ${noticeView(said)}
    </section>`,
  )}`;
}

function isLow(left: number | undefined): "yes" | "no" | "out" {
  if (left === undefined) return "no";
  return left <= 0 ? "out" : left < 20 ? "yes" : "no";
}

export function pictureView(stage: Stage, address: string | null): TemplateResult {
  const source = stage.resolve(address);
  return source === undefined
    ? html`<span class="picture empty" part="picture"></span>`
    : html`<img class="picture" part="picture" src=${source} alt="" width="64" height="64" decoding="async" />`;
}

function buyView(stage: Stage, pin: PinView, variant: VariantView, left: number | undefined): TemplateResult {
  const waits = stage.inLine.waits(variant.id);
  if (waits || (left !== undefined && left <= 0)) {
    if (canWait(pin, variant)) return waitView(stage, variant, waits);
    return html`<p class="nothing" data-pc="sold-out">Sold out. There is nothing to hold or to pay.</p>`;
  }
  const asking = stage.hold.phase === "asking";
  const price = shortMoney(variant.price, pin.product.currency);
  return html`<button
    class="btn primary wide"
    part="buy"
    data-pc="buy"
    data-variant=${variant.id}
    ?data-busy=${asking}
    aria-disabled=${asking ? "true" : nothing}
    @click=${() => stage.buy()}
  >
    <span class="num">${asking ? "Holding…" : `Hold one – ${price}`}</span>
  </button>`;
}

function waitView(stage: Stage, variant: VariantView, waits: boolean): TemplateResult {
  const spot = stage.inLine.spot(variant.id);
  const { part } = stage.inLine.parts;
  if (spot?.phase === "waiting" && part !== undefined) return part.placeView(stage, spot);
  return html`<button
      class="btn primary wide"
      part="wait"
      data-pc="wait"
      data-variant=${variant.id}
      ?data-busy=${waits}
      aria-disabled=${waits ? "true" : nothing}
      @click=${() => stage.wait()}
    >
      ${waits ? "Joining the line…" : "Wait for one"}
    </button>
    <p class="nothing" data-pc="sold-out">Sold out. One that comes back is held for who is first in line.</p>`;
}

function variantsView(stage: Stage, pin: PinView, chosen: VariantView): TemplateResult {
  return html`<fieldset class="variants" data-pc="variants">
    <legend class="sr">Which one</legend>
    ${pin.product.variants.map((variant) => {
      const left = stage.left(variant.id);
      const out = left !== undefined && left <= 0;
      return html`<label class="variant" part="variant" ?data-out=${out}>
        <input
          type="radio"
          name=${`variant-${pin.id}`}
          data-pc="variant"
          value=${variant.id}
          .checked=${variant.id === chosen.id}
          ?disabled=${out && !canWait(pin, variant)}
          @change=${() => stage.choose(pin, variant.id)}
        />
        <span>${variant.name}${out ? html` <em>sold out</em>` : nothing}</span>
      </label>`;
    })}
  </fieldset>`;
}

/** The card, made small by the viewer: a pill with the product's picture. */
export function pillView(
  stage: Stage,
  imageUrl: string | null,
  words: TemplateResult,
  name: string,
  open: () => void,
): TemplateResult {
  return html`<button class="pill" part="pill" data-pc="pill" aria-label=${`Show ${name}`} @click=${open}>
    ${pictureView(stage, imageUrl)}<span class="num">${words}</span>${icon(ChevronUp)}
  </button>`;
}

/** The other pins of the moment: a tap brings one in front, for this viewer alone. */
export function chipsView(stage: Stage): TemplateResult | typeof nothing {
  if (stage.others.length === 0) return nothing;
  return html`<ul class="chips" part="chips">
    ${stage.others.map((pin) => {
      const { product } = pin;
      const variant = stage.chosen(pin);
      const left = variant === undefined ? undefined : stage.left(variant.id);
      const price = variant === undefined ? "" : shortMoney(variant.price, product.currency);
      const words = left !== undefined && left <= 0 ? "sold out" : price;
      return html`<li>
        <button class="chip" part="chip" data-pc="chip" data-pin=${pin.id} aria-label=${`Show ${product.name}, ${words}`} @click=${() => stage.bringFront(pin.id)}>
          ${pictureView(stage, product.image_url)}<span class="num">${words}</span>
        </button>
      </li>`;
    })}
  </ul>`;
}

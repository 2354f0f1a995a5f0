/** Middle, under the picture: what viewers see over the video now, in its order. The first one is in front. */
import { LitElement, css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ArrowDown, ArrowUp, ArrowUpToLine, Pin, PinOff } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import type { PinView, StreamView } from "../../wire/protocol.gen.js";
import { running } from "../format.js";
import { Follows } from "../ui/follow.js";
import { panel } from "../ui/styles.js";
import { MOST_PINS, type ShowActions } from "./actions.js";
import type { Show } from "./state.js";
import { leftTag } from "./stock_words.js";

const NOTHING: Record<StreamView["state"], string> = {
  scheduled: "Nothing is pinned yet. What you pin now is there when you go live.",
  live: "Nothing is pinned. Viewers see only the picture.",
  ended: "The show has ended, and its pins with it.",
};

export class PinnedList extends LitElement {
  static override properties = { show: { attribute: false }, actions: { attribute: false } };
  static override styles = [
    base,
    panel,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .head {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--pc-space-3);
        padding-bottom: var(--pc-space-2);
      }
      ol {
        display: grid;
        gap: var(--pc-space-2);
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--pc-space-3);
        min-width: 0;
        padding: var(--pc-space-2) var(--pc-space-2) var(--pc-space-2) var(--pc-space-3);
      }
      li[data-guess] {
        opacity: 0.7;
      }
      .name {
        font-weight: var(--pc-strong);
      }
      .facts {
        font-size: var(--pc-text-1);
        color: var(--pc-muted);
      }
      .left.few {
        color: var(--pc-accent-deep);
        font-weight: var(--pc-strong);
      }
      .left.out {
        color: var(--pc-bad);
        font-weight: var(--pc-strong);
      }
      .tools {
        display: flex;
        gap: 2px;
      }
      .none {
        display: flex;
        align-items: center;
        gap: var(--pc-space-3);
        min-height: 64px;
        padding: var(--pc-space-3) var(--pc-space-4);
        border: 1px dashed var(--pc-line-strong);
        border-radius: var(--pc-radius);
        color: var(--pc-muted);
      }
      @container (max-width: 480px) {
        li {
          flex-wrap: wrap;
        }
        .price {
          display: none;
        }
        .tools {
          flex-basis: 100%;
          justify-content: flex-end;
        }
      }
    `,
  ];

  declare show: Show;
  declare actions: ShowActions;
  #clock = 0;

  constructor() {
    super();
    new Follows(this, () => this.show);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = window.setInterval(() => this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  #since(pin: PinView): string {
    return running(this.show.clock.now() - pin.at);
  }

  #row(pin: PinView, index: number, all: number) {
    const { product } = pin;
    const guess = pin.id.startsWith("guess_");
    const prices = product.variants.map((variant) => variant.price);
    const low = Math.min(...prices);
    const price = `${Math.max(...prices) > low ? "from " : ""}${money(low, product.currency)}`;
    return html`<li class="card" data-pc="pinned-${pin.id}" data-product=${product.id} ?data-guess=${guess}>
      ${product.image_url ? html`<img class="picture" src=${product.image_url} alt="" width="48" height="48" />` : nothing}
      <div class="grow">
        <p class="name one-line">${product.name}</p>
        <p class="facts num">
          ${index === 0 ? "In front" : `Number ${index + 1}`} · <span class="price">${price} · </span>${leftTag(this.show.leftOf(product.variants))} ·
          ${guess ? "going up…" : html`up for ${this.#since(pin)}`}
        </p>
      </div>
      <div class="tools">
        ${all > 2 && index > 1
          ? this.#tool("to-front", pin, "Put in front", ArrowUpToLine, () => this.actions.movePin(index, 0), guess)
          : nothing}
        ${all > 1
          ? html`${this.#tool("up", pin, "Move up", ArrowUp, () => this.actions.movePin(index, index - 1), guess || index === 0)}
            ${this.#tool("down", pin, "Move down", ArrowDown, () => this.actions.movePin(index, index + 1), guess || index === all - 1)}`
          : nothing}
        <button
          type="button"
          class="btn small quiet"
          data-pc="unpin-${pin.id}"
          aria-label="Unpin ${product.name}"
          ?disabled=${guess}
          @click=${() => this.actions.unpin(pin)}
        >
          ${icon(PinOff, 18)}Unpin
        </button>
      </div>
    </li>`;
  }

  #tool(hook: string, pin: PinView, label: string, drawing: typeof ArrowUp, act: () => void, off: boolean) {
    return html`<button
      type="button"
      class="btn small bare icon-only"
      data-pc="${hook}-${pin.id}"
      aria-label="${label}: ${pin.product.name}"
      title=${label}
      ?disabled=${off}
      @click=${act}
    >
      ${icon(drawing, 18)}
    </button>`;
  }

  protected override render() {
    const pins = this.show.pins;
    return html`<div class="head">
        <h2>On screen now</h2>
        <span class="muted small-text num">${pins.length} of ${MOST_PINS}</span>
      </div>
      ${pins.length === 0
        ? html`<p class="none" data-pc="pinned-none">
            ${icon(Pin)}<span>${NOTHING[this.show.stream.state]}</span>
          </p>`
        : html`<ol data-pc="pinned">
            ${repeat(
              pins,
              (pin) => pin.product.id,
              (pin, index) => this.#row(pin, index, pins.length),
            )}
          </ol>`}`;
  }
}

/** Left: the run of show. What comes next, in which order, and how much is left of it. */
import { LitElement, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ArrowDown, ArrowUp, GripVertical, ListPlus, Pin, PinOff, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import type { ProductView } from "../../wire/protocol.gen.js";
import { Follows } from "../ui/follow.js";
import { startDrag } from "../ui/reorder.js";
import { panel } from "../ui/styles.js";
import { moved, type ShowActions } from "./actions.js";
import { lineUpStyles } from "./line_up_styles.js";
import type { Show } from "./state.js";
import { leftTag } from "./stock_words.js";

export class LineUpColumn extends LitElement {
  static override properties = {
    show: { attribute: false },
    actions: { attribute: false },
    moving: { state: true },
    adding: { state: true },
  };
  static override styles = [base, panel, lineUpStyles];

  declare show: Show;
  declare actions: ShowActions;
  /** The row whose handle was tapped: it shows buttons for up and down. */
  declare moving: string | null;
  declare adding: boolean;

  constructor() {
    super();
    this.moving = null;
    this.adding = false;
    new Follows(this, () => this.show);
  }

  /** Puts the focus on the row `step` away from the focused one. */
  focusRow(step: number): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>(".pin")];
    const at = buttons.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
  }

  #products(): ProductView[] {
    return this.show.lineUp.flatMap((id) => this.show.products.get(id) ?? []);
  }

  async #move(from: number, to: number): Promise<void> {
    const products = this.#products();
    const product = products[from];
    if (!product || to < 0 || to >= products.length || from === to) return;
    const ids = moved(products, from, to).map((one) => one.id);
    this.actions.setLineUp(ids, `${product.name} is now number ${to + 1}.`);
    await this.updateComplete;
    if (this.moving === null) this.#handle(product.id)?.focus();
  }

  #handle(product: string): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-row="${product}"] .handle`);
  }

  #keys(event: KeyboardEvent, index: number): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#move(index, index + step);
  }

  #drag(event: PointerEvent, index: number): void {
    startDrag(event, index, {
      rows: () => [...this.renderRoot.querySelectorAll<HTMLElement>("li[data-row]")],
      scroller: () => this.closest<HTMLElement>("[data-scroller]") ?? this.renderRoot.querySelector(".list"),
      move: (from, to) => void this.#move(from, to),
      tap: (at) => this.#tap(at),
    });
  }

  #tap(index: number): void {
    const id = this.#products()[index]?.id ?? null;
    this.moving = this.moving === id ? null : id;
    if (id) this.#handle(id)?.focus();
  }

  #remove(product: ProductView): void {
    const ids = this.show.lineUp.filter((id) => id !== product.id);
    this.actions.setLineUp(ids, `${product.name} left the run of show.`);
  }

  #add(products: ProductView[]): void {
    const words = products.length === 1 ? `${products[0]?.name} joined the run of show.` : "The products joined the run of show.";
    this.actions.setLineUp([...this.show.lineUp, ...products.map((one) => one.id)], words);
    if (this.#rest().length === 0) this.adding = false;
  }

  #rest(): ProductView[] {
    return [...this.show.products.values()].filter((one) => !this.show.lineUp.includes(one.id));
  }

  #pinButton(product: ProductView) {
    const pin = this.show.pinOf(product.id);
    const ended = this.show.stream.state === "ended";
    const guess = pin?.id.startsWith("guess_");
    if (pin) {
      return html`<button
        type="button"
        class="btn small quiet pin"
        data-pc="unpin-${pin.id}"
        aria-label="Unpin ${product.name}"
        ?disabled=${guess || ended}
        @click=${() => this.actions.unpin(pin)}
      >
        ${icon(PinOff, 18)}<span class="word">Unpin</span>
      </button>`;
    }
    return html`<button
      type="button"
      class="btn small quiet pin"
      data-pc="pin-${product.id}"
      aria-label="Pin ${product.name}"
      ?disabled=${ended}
      @click=${() => this.actions.pin(product)}
    >
      ${icon(Pin, 18)}<span class="word">Pin</span>
    </button>`;
  }

  #tags(product: ProductView) {
    const next = this.show.next?.id === product.id && this.show.stream.state === "live";
    if (this.show.pinOf(product.id)) return html`<span class="badge accent">${icon(Pin, 14)}On screen</span>`;
    if (next) return html`<span class="badge">Next</span>`;
    return this.show.shown.has(product.id) ? html`<span class="badge">Shown</span>` : nothing;
  }

  #variants(product: ProductView) {
    if (product.variants.length < 2) {
      const only = product.variants[0];
      if (!only) return nothing;
      return html`<p class="facts num" data-pc="left-${only.id}">
        ${money(only.price, product.currency)} · ${leftTag(this.show.left(only.id))}
      </p>`;
    }
    return html`<ul class="variants num">
      ${product.variants.map(
        (variant) => html`<li data-pc="left-${variant.id}">
          <span>${variant.name}</span><span class="muted">${money(variant.price, product.currency)}</span>
          ${leftTag(this.show.left(variant.id))}
        </li>`,
      )}
    </ul>`;
  }

  #row(product: ProductView, index: number, all: number) {
    const moving = this.moving === product.id;
    return html`<li data-row=${product.id} class=${this.show.pinOf(product.id) ? "on" : ""} data-pc="line-${product.id}">
      <button
        type="button"
        class="handle"
        aria-label="Move ${product.name}, number ${index + 1} of ${all}. Arrow keys move it."
        aria-expanded=${moving}
        @pointerdown=${(event: PointerEvent) => this.#drag(event, index)}
        @keydown=${(event: KeyboardEvent) => this.#keys(event, index)}
        @click=${(event: MouseEvent) => event.detail === 0 && this.#tap(index)}
      >
        ${icon(GripVertical, 18)}
      </button>
      ${product.image_url
        ? html`<img class="picture" src=${product.image_url} alt="" width="48" height="48" draggable="false" />`
        : html`<span class="picture none"></span>`}
      <div class="what">
        <p class="name">${product.name}</p>
        ${this.#tags(product)}
      </div>
      ${this.#pinButton(product)} ${this.#variants(product)}
      ${moving
        ? html`<div class="steps">
            <button type="button" class="btn small quiet" ?disabled=${index === 0} @click=${() => this.#move(index, index - 1)}>
              ${icon(ArrowUp, 18)}Up
            </button>
            <button type="button" class="btn small quiet" ?disabled=${index === all - 1} @click=${() => this.#move(index, index + 1)}>
              ${icon(ArrowDown, 18)}Down
            </button>
            <button type="button" class="btn small bare" data-pc="line-remove-${product.id}" @click=${() => this.#remove(product)}>
              ${icon(X, 18)}Take out
            </button>
          </div>`
        : nothing}
    </li>`;
  }

  #adder() {
    const rest = this.#rest();
    if (rest.length === 0 || this.show.phase !== "ready" || this.show.stream.state === "ended") return nothing;
    const open = this.adding || this.show.lineUp.length === 0;
    if (!open) {
      return html`<button type="button" class="btn quiet wide" data-pc="line-add" @click=${() => (this.adding = true)}>
        ${icon(ListPlus)}Add products
      </button>`;
    }
    return html`<section class="rest" aria-label="Products that are not in the run of show">
      <div class="row">
        <h3 class="grow">Not in the run of show</h3>
        <button type="button" class="btn small bare" data-pc="line-add-all" @click=${() => this.#add(rest)}>Add all</button>
      </div>
      ${rest.map(
        (product) => html`<button type="button" class="btn quiet add" data-pc="line-add-${product.id}" @click=${() => this.#add([product])}>
          ${icon(ListPlus, 18)}<span class="one-line">${product.name}</span>
        </button>`,
      )}
    </section>`;
  }

  #empty() {
    if (this.show.phase === "loading") {
      return html`<div class="late" role="status" aria-label="Reading the run of show">
        ${[1, 2, 3, 4].map(() => html`<div class="bone"></div>`)}
      </div>`;
    }
    if (this.show.phase === "failed") return nothing;
    return this.show.products.size === 0
      ? html`<div class="empty">
          <p>Your shop has no product yet. A pin needs one.</p>
          <a class="btn small quiet" href="/host#products">Add a product</a>
        </div>`
      : html`<div class="empty"><p>Nothing planned yet. Add what you will show, in the order you will show it.</p></div>`;
  }

  protected override render() {
    const products = this.#products();
    return html`<div class="head">
        <h2>Run of show</h2>
        <span class="muted small-text num">${products.length > 0 ? `${products.length} planned` : nothing}</span>
      </div>
      <div class="list">
        <ol data-pc="line-up">
          ${repeat(
            products,
            (product) => product.id,
            (product, index) => this.#row(product, index, products.length),
          )}
        </ol>
        ${products.length === 0 ? this.#empty() : nothing} ${this.#adder()}
      </div>`;
  }
}

/** The shop's products with the stock book: how much was stocked, is left, is held, is sold. */
import { LitElement, html, nothing } from "lit";
import { CircleAlert, Package, Plus } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import type { ProductView, VariantView } from "../../wire/protocol.gen.js";
import type { HostCalls, Products, VariantStock } from "../calls.js";
import { count, plural } from "../format.js";
import { say } from "../words.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import { listStyles } from "./list_styles.js";
import type { ProductForm } from "./product_form.js";
import { productsStyles } from "./products_styles.js";

/** Stock moves while one looks. */
const EVERY_MS = 5000;
const NOTHING: VariantStock = { stocked: 0, available: 0, held: 0, sold: 0 };

export class ProductsList extends LitElement {
  static override properties = {
    calls: { attribute: false },
    currency: {},
    known: { state: true },
    problem: { state: true },
  };
  static override styles = [base, panel, fields, listStyles, productsStyles];

  declare calls: HostCalls;
  declare currency: string;
  declare known: Products | null;
  declare problem: string;
  #timer = 0;

  constructor() {
    super();
    this.currency = "eur";
    this.known = null;
    this.problem = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#load);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#load);
    clearTimeout(this.#timer);
  }

  #load = async (): Promise<void> => {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    try {
      this.known = await this.calls.products();
      this.problem = "";
    } catch (error) {
      this.problem = say(error, this.known ? "The stock could not be brought up to date" : "The products could not be read");
    }
    if (this.isConnected) this.#timer = window.setTimeout(this.#load, EVERY_MS);
  };

  #form(): void {
    this.renderRoot.querySelector<ProductForm>("pc-product-form")?.open();
  }

  #stock(variant: VariantView): VariantStock {
    return this.known?.stock.variants[variant.id] ?? NOTHING;
  }

  #price(variant: VariantView, currency: string) {
    return html`${money(variant.price, currency)}${variant.was_price !== null
      ? html` <s class="muted"><span class="sr">was </span>${money(variant.was_price, currency)}</s>`
      : nothing}`;
  }

  #variant(product: ProductView, variant: VariantView) {
    const stock = this.#stock(variant);
    const left = stock.available === 0 ? "out" : stock.available < 6 ? "few" : "";
    return html`<tr data-pc="variant-${variant.id}">
      <th scope="row">
        <span class="variant">${variant.name}</span>
        <span class="muted small-text">${variant.sku}</span>
      </th>
      <td data-label="Price" class="num">${this.#price(variant, product.currency)}</td>
      <td data-label="Per buyer" class="num limit">${count(variant.limit)}</td>
      <td data-label="Available" class="num left ${left}" data-pc="available-${variant.id}">
        ${stock.available === 0 ? "sold out" : count(stock.available)}
      </td>
      <td data-label="Held" class="num" data-pc="held-${variant.id}">${count(stock.held)}</td>
      <td data-label="Sold" class="num" data-pc="sold-${variant.id}">${count(stock.sold)}</td>
      <td data-label="Stocked" class="stock">
        <pc-stock-field
          .calls=${this.calls}
          .variant=${variant.id}
          .name=${`${product.name}, ${variant.name}`}
          .stock=${stock}
          data-pc="stock-${variant.id}"
          @kept=${this.#load}
        ></pc-stock-field>
      </td>
    </tr>`;
  }

  #product(product: ProductView) {
    const left = product.variants.reduce((all, variant) => all + this.#stock(variant).available, 0);
    return html`<li class="card product" data-pc="product-${product.id}">
      <div class="about">
        ${product.image_url
          ? html`<img class="picture" src=${product.image_url} alt="" width="72" height="72" loading="lazy" />`
          : html`<span class="picture none">${icon(Package)}</span>`}
        <div class="grow">
          <h2>${product.name}</h2>
          ${product.description ? html`<p class="muted description">${product.description}</p>` : nothing}
          <p class="small-text ${left === 0 ? "gone" : "muted"} num">
            ${plural(product.variants.length, "variant")} · ${left === 0 ? "sold out" : `${count(left)} available in all`}
          </p>
        </div>
      </div>
      <table>
        <caption class="sr">
          Variants and stock of ${product.name}
        </caption>
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col">Price</th>
            <th scope="col">Per buyer</th>
            <th scope="col">Available</th>
            <th scope="col">Held</th>
            <th scope="col">Sold</th>
            <th scope="col">Stocked</th>
          </tr>
        </thead>
        <tbody>
          ${product.variants.map((variant) => this.#variant(product, variant))}
        </tbody>
      </table>
    </li>`;
  }

  #content() {
    if (this.known === null) {
      if (this.problem) return nothing;
      return html`<div class="late" role="status" aria-label="Reading the products">
        ${[1, 2, 3].map(() => html`<div class="bone"></div>`)}
      </div>`;
    }
    if (this.known.products.length === 0) {
      return html`<div class="empty card" data-pc="products-empty">
        ${icon(Package, 32)}
        <h2>Nothing to sell yet</h2>
        <p class="muted">A product has one or more variants, each with its own price and stock. A pin on a stream shows a product.</p>
        <button type="button" class="btn primary" data-pc="create-first-product" @click=${this.#form}>${icon(Plus)}New product</button>
      </div>`;
    }
    return html`<p class="muted small-text law">
        Stocked = available + held + sold, always. Change “stocked” to add units or take some out; what is held or sold stays.
      </p>
      <ul data-pc="products">
        ${this.known.products.map((product) => this.#product(product))}
      </ul>`;
  }

  protected override render() {
    return html`<div class="head">
        <h1>Products</h1>
        <button type="button" class="btn primary" data-pc="create-product" @click=${this.#form}>${icon(Plus)}New product</button>
      </div>
      ${this.problem
        ? html`<div class="note bad" role="alert">
            ${icon(CircleAlert)}<span class="grow">${this.problem}</span>
            <button type="button" class="btn small quiet" @click=${this.#load}>Try again</button>
          </div>`
        : nothing}
      ${this.#content()}
      <pc-product-form .calls=${this.calls} .currency=${this.currency} @kept=${this.#load}></pc-product-form>`;
  }
}

/** Creating a product with its variants. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, Plus, Trash2, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { HostCalls } from "../calls.js";
import { say } from "../words.js";
import { dialogs } from "../ui/dialog_styles.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import {
  emptyProduct,
  emptyVariant,
  productOf,
  productWrong,
  type ProductDraft,
  type VariantDraft,
  type Wrong,
} from "./product_draft.js";

const MOST_VARIANTS = 100;

export class ProductForm extends LitElement {
  static override properties = {
    calls: { attribute: false },
    currency: {},
    draft: { state: true },
    wrong: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    panel,
    fields,
    dialogs,
    css`
      dialog {
        max-width: 720px;
      }
      form {
        display: contents;
      }
      .tick {
        display: flex;
        gap: var(--pc-space-2);
        align-items: center;
        min-height: var(--pc-target);
      }
      .variants {
        display: grid;
        gap: var(--pc-space-3);
      }
      .variant {
        display: grid;
        grid-template-columns: 3fr 3fr 2fr 2fr 2fr 2fr;
        gap: var(--pc-space-3);
        position: relative;
        padding: var(--pc-space-4);
      }
      .variant legend {
        float: left;
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 36px;
      }
      .variant .field {
        align-content: start;
      }
      .variant .field > label {
        font-size: var(--pc-text-1);
        white-space: nowrap;
      }
      .variant .window {
        grid-column: span 2;
      }
      .take {
        position: absolute;
        top: var(--pc-space-3);
        right: var(--pc-space-3);
      }
      @media (max-width: 700px) {
        .variant {
          grid-template-columns: 1fr 1fr;
        }
      }
    `,
  ];

  declare calls: HostCalls;
  declare currency: string;
  declare draft: ProductDraft;
  declare wrong: Wrong;
  declare problem: string;
  declare busy: boolean;

  constructor() {
    super();
    this.currency = "eur";
    this.#reset();
  }

  #reset(): void {
    this.draft = emptyProduct();
    this.wrong = {};
    this.problem = "";
    this.busy = false;
  }

  async open(): Promise<void> {
    this.#reset();
    await this.updateComplete;
    this.renderRoot.querySelector("dialog")?.showModal();
    this.renderRoot.querySelector<HTMLElement>("#name")?.focus();
  }

  #close = (): void => this.renderRoot.querySelector("dialog")?.close();

  #set(change: Partial<ProductDraft>): void {
    this.draft = { ...this.draft, ...change };
  }

  #setVariant(index: number, change: Partial<VariantDraft>): void {
    this.#set({ variants: this.draft.variants.map((one, at) => (at === index ? { ...one, ...change } : one)) });
  }

  async #addVariant(): Promise<void> {
    this.#set({ variants: [...this.draft.variants, emptyVariant()] });
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[id="${this.draft.variants.length - 1}.name"]`)?.focus();
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    this.wrong = productWrong(this.draft, this.currency);
    this.problem = "";
    if (Object.keys(this.wrong).length > 0) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
      return;
    }
    this.busy = true;
    try {
      const product = await this.calls.createProduct(productOf(this.draft, this.currency));
      this.#close();
      this.dispatchEvent(new CustomEvent("kept", { detail: product }));
    } catch (error) {
      this.problem = say(error, "The product was not created");
    } finally {
      this.busy = false;
    }
  };

  #wrongWords(name: string) {
    const words = this.wrong[name];
    return html`<span class="wrong" id="${name}.wrong">${words ? html`${icon(CircleAlert, 16)}${words}` : nothing}</span>`;
  }

  #field(name: string, label: unknown, value: string, typed: (text: string) => void, more: { help?: string; mode?: string } = {}) {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input
        id=${name}
        autocomplete="off"
        inputmode=${more.mode ?? "text"}
        data-pc="product-${name}"
        aria-invalid=${this.wrong[name] ? "true" : "false"}
        aria-describedby="${name}.wrong"
        .value=${value}
        @input=${(event: Event) => {
          this.wrong = { ...this.wrong, [name]: "" };
          typed((event.target as HTMLInputElement).value);
        }}
      />
      ${this.#wrongWords(name)} ${more.help ? html`<span class="help">${more.help}</span>` : nothing}
    </div>`;
  }

  #variant(variant: VariantDraft, index: number) {
    const all = this.draft.variants.length;
    const set = (key: keyof VariantDraft) => (text: string) => this.#setVariant(index, { [key]: text });
    const optional = html`<span class="optional">(optional)</span>`;
    return html`<fieldset class="card variant">
      <legend>${all === 1 ? "Variant" : `Variant ${index + 1}`}</legend>
      ${all > 1
        ? html`<button
            type="button"
            class="btn small icon-only take"
            aria-label="Take variant ${index + 1} out"
            @click=${() => this.#set({ variants: this.draft.variants.filter((_, at) => at !== index) })}
          >
            ${icon(Trash2, 18)}
          </button>`
        : nothing}
      ${this.#field(`${index}.name`, html`Name ${all === 1 ? optional : nothing}`, variant.name, set("name"))}
      ${this.#field(`${index}.sku`, "SKU", variant.sku, set("sku"))}
      ${this.#field(`${index}.price`, `Price (${this.currency.toUpperCase()})`, variant.price, set("price"), { mode: "decimal" })}
      ${this.#field(`${index}.was`, "Was", variant.was, set("was"), { mode: "decimal" })}
      ${this.#field(`${index}.stocked`, "Stocked", variant.stocked, set("stocked"), { mode: "numeric" })}
      ${this.#field(`${index}.limit`, "Per buyer", variant.limit, set("limit"), { mode: "numeric" })}
      ${this.#window(variant, index)}
      ${variant.window === "own" ? this.#field(`${index}.hours`, "Hours", variant.hours, set("hours"), { mode: "numeric" }) : nothing}
    </fieldset>`;
  }

  #window(variant: VariantDraft, index: number) {
    const id = `${index}.window`;
    const options = [
      ["", "All that was ever bought"],
      ["24", "The last 24 hours"],
      ["168", "The last 7 days"],
      ["own", "The last … hours"],
    ] as const;
    return html`<div class="field window">
      <label for=${id}>The limit counts</label>
      <select
        id=${id}
        data-pc="product-${id}"
        aria-describedby="${id}.help"
        @change=${(event: Event) =>
          this.#setVariant(index, { window: (event.target as HTMLSelectElement).value as VariantDraft["window"] })}
      >
        ${options.map(([value, words]) => html`<option value=${value} ?selected=${value === variant.window}>${words}</option>`)}
      </select>
      <span class="help" id="${id}.help">${variant.window === "" ? nothing : "Who bought earlier can buy again."}</span>
    </div>`;
  }

  protected override render() {
    const { draft } = this;
    const optional = html`<span class="optional">(optional)</span>`;
    return html`<dialog aria-labelledby="heading" data-pc="product-form">
      <form novalidate @submit=${this.#submit}>
        <div class="head">
          <h2 id="heading">New product</h2>
          <button type="button" class="btn icon-only" aria-label="Close" @click=${this.#close}>${icon(X)}</button>
        </div>
        <div class="body">
          ${this.#field("name", "Name", draft.name, (name) => this.#set({ name }))}
          <div class="field">
            <label for="description">Description ${optional}</label>
            <textarea
              id="description"
              maxlength="4000"
              data-pc="product-description"
              .value=${draft.description}
              @input=${(event: Event) => this.#set({ description: (event.target as HTMLTextAreaElement).value })}
            ></textarea>
          </div>
          ${this.#field("image", html`Picture ${optional}`, draft.image, (image) => this.#set({ image }), {
            help: "The address of a square picture. It is shown at 64 px and up.",
          })}
          <label class="tick">
            <input
              type="checkbox"
              data-pc="product-digital"
              .checked=${draft.digital}
              @change=${(event: Event) => this.#set({ digital: (event.target as HTMLInputElement).checked })}
            />
            Nothing to ship: a file, a ticket, a course
          </label>
          <div class="variants">
            ${draft.variants.map((variant, index) => this.#variant(variant, index))}
            <button
              type="button"
              class="btn quiet"
              data-pc="product-add-variant"
              ?disabled=${draft.variants.length >= MOST_VARIANTS}
              @click=${this.#addVariant}
            >
              ${icon(Plus)}Add a variant
            </button>
          </div>
          ${this.problem
            ? html`<p class="note bad" role="alert" data-pc="product-form-error">${icon(CircleAlert)}<span>${this.problem}</span></p>`
            : nothing}
        </div>
        <div class="foot">
          <button type="button" class="btn quiet" @click=${this.#close}>Cancel</button>
          <button type="submit" class="btn primary" data-pc="product-save" ?data-busy=${this.busy}>
            ${this.busy ? "Saving…" : "Create product"}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}

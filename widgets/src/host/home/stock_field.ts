/** Units stocked of one variant, changed in place: Enter keeps, Escape puts back. */
import { LitElement, css, html, nothing } from "lit";
import { Check, CircleAlert, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { HostCalls, VariantStock } from "../calls.js";
import { count } from "../format.js";
import { say } from "../words.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";

const MOST = 10_000_000;

/** What is wrong with a number of units, in words; empty when nothing is. */
export function stockProblem(text: string, stock: VariantStock): string {
  if (!/^\d+$/.test(text)) return "Enter a whole number.";
  const taken = stock.held + stock.sold;
  if (Number(text) < taken) return `${count(taken)} are held or sold; it can't be less.`;
  return Number(text) > MOST ? `At most ${count(MOST)}.` : "";
}

export class StockField extends LitElement {
  static override properties = {
    calls: { attribute: false },
    variant: { attribute: false },
    name: { attribute: false },
    stock: { attribute: false },
    draft: { state: true },
    problem: { state: true },
    busy: { state: true },
    kept: { state: true },
  };
  static override styles = [
    base,
    panel,
    fields,
    css`
      form {
        display: flex;
        gap: 4px;
        justify-content: flex-end;
      }
      input.count {
        width: 92px;
        min-height: 40px;
        text-align: right;
      }
      .wrong {
        justify-content: flex-end;
        margin-top: 4px;
        text-align: right;
      }
      .done {
        display: inline-grid;
        place-items: center;
        width: 36px;
        color: var(--pc-good);
      }
      @media (max-width: 760px) {
        form,
        .wrong {
          justify-content: flex-start;
          text-align: left;
        }
        input.count {
          order: -1;
          text-align: left;
        }
      }
    `,
  ];

  declare calls: HostCalls;
  declare variant: string;
  declare name: string;
  declare stock: VariantStock;
  /** What stands in the field while it differs from the book. */
  declare draft: string | null;
  declare problem: string;
  declare busy: boolean;
  declare kept: boolean;
  #timer = 0;

  constructor() {
    super();
    this.draft = null;
    this.problem = "";
    this.busy = false;
    this.kept = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #typed(event: Event): void {
    const text = (event.target as HTMLInputElement).value.trim();
    this.draft = text === String(this.stock.stocked) ? null : text;
    this.problem = "";
    this.kept = false;
  }

  #back = (): void => {
    this.draft = null;
    this.problem = "";
  };

  #keep = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { draft } = this;
    if (draft === null || this.busy) return;
    this.problem = stockProblem(draft, this.stock);
    if (this.problem) return;
    this.busy = true;
    try {
      await this.calls.setStock(this.variant, Number(draft));
      const more = Number(draft) - this.stock.stocked;
      this.stock = { ...this.stock, stocked: Number(draft), available: this.stock.available + more };
      this.draft = null;
      this.kept = true;
      this.#timer = window.setTimeout(() => (this.kept = false), 2500);
      this.dispatchEvent(new CustomEvent("kept"));
    } catch (error) {
      this.problem = say(error, "Not changed");
    } finally {
      this.busy = false;
    }
  };

  protected override render() {
    const changed = this.draft !== null;
    return html`<form novalidate @submit=${this.#keep}>
        ${changed
          ? html`<button type="button" class="btn small icon-only" aria-label="Put back" title="Put back (Esc)" @click=${this.#back}>
                ${icon(X, 18)}
              </button>
              <button type="submit" class="btn small quiet icon-only" aria-label="Keep" title="Keep (Enter)" data-pc="stock-keep">
                ${icon(Check, 18)}
              </button>`
          : this.kept
            ? html`<span class="done">${icon(Check, 18)}</span>`
            : nothing}
        <input
          class="count"
          inputmode="numeric"
          autocomplete="off"
          data-pc="stock-input"
          aria-label="Units stocked of ${this.name}"
          aria-invalid=${this.problem ? "true" : "false"}
          aria-describedby="wrong"
          .value=${this.draft ?? String(this.stock.stocked)}
          @input=${this.#typed}
          @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#back()}
        />
      </form>
      <span class="wrong" id="wrong" role="status"
        >${this.problem
          ? html`${icon(CircleAlert, 16)}${this.problem}`
          : html`<span class="sr">${this.kept ? "Stock is changed" : ""}</span>`}</span
      >`;
  }
}

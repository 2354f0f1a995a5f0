/** Where the shop delivers to, for how much, and the tax there: one form, kept as a whole. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, Plus, Trash2 } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { HostCalls } from "../calls.js";
import { say } from "../words.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import type { Said } from "../ui/toast.js";
import {
  codes,
  deliveryOf,
  deliveryWrong,
  draftOf,
  emptyRate,
  emptyZone,
  type DeliveryDraft,
  type RateDraft,
  type Wrong,
  type ZoneDraft,
} from "./delivery_draft.js";

const NAMES = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const known = (code: string): boolean => /^[A-Z]{2}$/.test(code) && NAMES.of(code) !== undefined;
const named = (text: string): string =>
  codes(text).filter(known).map((code) => NAMES.of(code)).join(", ");

export class ShopDeliverySettings extends LitElement {
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
    css`
      :host {
        display: block;
        margin-top: var(--pc-space-4);
      }
      form {
        display: grid;
        gap: var(--pc-space-5);
        padding: var(--pc-space-5);
      }
      fieldset {
        display: grid;
        gap: var(--pc-space-3);
        min-width: 0;
        margin: 0;
        padding: var(--pc-space-4);
        border: 1px solid var(--pc-line);
        border-radius: var(--pc-radius);
      }
      .field {
        align-content: start;
      }
      .rate {
        display: grid;
        grid-template-columns: 3fr 2fr 2fr 1fr 1fr auto;
        gap: var(--pc-space-3);
        align-items: start;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--pc-space-3);
      }
      .tax {
        display: grid;
        grid-template-columns: 1fr 1fr auto;
        gap: var(--pc-space-3);
        align-items: start;
        max-width: 480px;
      }
      .tick {
        display: flex;
        gap: var(--pc-space-2);
        align-items: center;
        min-height: var(--pc-target);
      }
      .take {
        margin-top: 24px;
      }
      @media (max-width: 760px) {
        .rate {
          grid-template-columns: 1fr 1fr;
        }
        .pair {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare calls: HostCalls;
  declare currency: string;
  declare draft: DeliveryDraft | undefined;
  declare wrong: Wrong;
  declare problem: string;
  declare busy: boolean;

  constructor() {
    super();
    this.currency = "eur";
    this.draft = undefined;
    this.wrong = {};
    this.problem = "";
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  #load = async (): Promise<void> => {
    try {
      this.draft = draftOf(await this.calls.delivery(), this.currency);
      this.problem = "";
    } catch (error) {
      this.problem = say(error, "The delivery could not be read");
    }
  };

  #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { draft } = this;
    if (draft === undefined || this.busy) return;
    this.problem = "";
    this.wrong = deliveryWrong(draft, this.currency, known);
    if (Object.keys(this.wrong).length > 0) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
      return;
    }
    this.busy = true;
    try {
      this.draft = draftOf(await this.calls.changeDelivery(deliveryOf(draft, this.currency)), this.currency);
      const words = draft.zones.length > 0 ? "Delivery and tax are kept." : "Kept. Nothing is shipped, and no address is asked for.";
      this.dispatchEvent(new CustomEvent<Said>("said", { detail: { words }, bubbles: true, composed: true }));
    } catch (error) {
      this.problem = say(error, "Delivery and tax were not changed");
    } finally {
      this.busy = false;
    }
  };

  #set(change: Partial<DeliveryDraft>): void {
    if (this.draft !== undefined) this.draft = { ...this.draft, ...change };
  }

  #zone(at: number, change: Partial<ZoneDraft>): void {
    this.#set({ zones: (this.draft?.zones ?? []).map((zone, number) => (number === at ? { ...zone, ...change } : zone)) });
  }

  #rate(at: number, number: number, change: Partial<RateDraft>): void {
    const rates = (this.draft?.zones[at]?.rates ?? []).map((rate, one) => (one === number ? { ...rate, ...change } : rate));
    this.#zone(at, { rates });
  }

  #field(name: string, label: string, value: string, typed: (text: string) => void, more: { help?: string; mode?: string } = {}) {
    const wrong = this.wrong[name];
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input
        id=${name}
        autocomplete="off"
        inputmode=${more.mode ?? "text"}
        maxlength="1200"
        data-pc="delivery-${name}"
        aria-invalid=${wrong ? "true" : "false"}
        aria-describedby="${name}.wrong ${name}.help"
        .value=${value}
        @input=${(event: Event) => {
          this.wrong = { ...this.wrong, [name]: "" };
          typed((event.target as HTMLInputElement).value);
        }}
      />
      <span class="wrong" id="${name}.wrong">${wrong ? html`${icon(CircleAlert, 16)}${wrong}` : nothing}</span>
      <span class="help" id="${name}.help">${more.help ?? nothing}</span>
    </div>`;
  }

  #remove(words: string, act: () => void) {
    return html`<button type="button" class="btn small icon-only take" aria-label=${words} @click=${act}>${icon(Trash2, 18)}</button>`;
  }

  #rateView(rate: RateDraft, at: number, number: number, only: boolean) {
    const name = (field: string): string => `${at}.${number}.${field}`;
    const set = (field: keyof RateDraft) => (text: string) => this.#rate(at, number, { [field]: text });
    const rest = (): RateDraft[] => (this.draft?.zones[at]?.rates ?? []).filter((_, one) => one !== number);
    return html`<div class="rate">
      ${this.#field(name("label"), "Way", rate.label, set("label"))}
      ${this.#field(name("price"), `Price (${this.currency.toUpperCase()})`, rate.price, set("price"), { mode: "decimal" })}
      ${this.#field(name("free"), "Free from", rate.free, set("free"), { mode: "decimal" })}
      ${this.#field(name("from"), "Days", rate.from, set("from"), { mode: "numeric" })}
      ${this.#field(name("to"), "to", rate.to, set("to"), { mode: "numeric" })}
      ${only ? nothing : this.#remove(`Remove ${rate.label || "this way"}`, () => this.#zone(at, { rates: rest() }))}
    </div>`;
  }

  #zoneView(zone: ZoneDraft, at: number) {
    const { draft } = this;
    return html`<fieldset data-pc="zone">
      <legend>${zone.name || `Zone ${at + 1}`}</legend>
      <div class="pair">
        ${this.#field(`${at}.name`, "Name of the zone", zone.name, (name) => this.#zone(at, { name }))}
        ${this.#field(`${at}.countries`, "Countries, as codes", zone.countries, (countries) => this.#zone(at, { countries }), {
          help: named(zone.countries) || "Two letters each: DE, AT, FR",
        })}
      </div>
      <label class="tick">
        <input
          type="checkbox"
          data-pc="delivery-${at}.elsewhere"
          .checked=${zone.elsewhere}
          @change=${(event: Event) => this.#zone(at, { elsewhere: (event.target as HTMLInputElement).checked })}
        />
        Everywhere else, too
      </label>
      ${zone.rates.map((rate, number) => this.#rateView(rate, at, number, zone.rates.length === 1))}
      <div class="row wrap">
        <button type="button" class="btn small quiet" ?disabled=${zone.rates.length >= 10} @click=${() => this.#zone(at, { rates: [...zone.rates, emptyRate()] })}>
          ${icon(Plus, 18)}Add a way
        </button>
        <button type="button" class="btn small bare" @click=${() => this.#set({ zones: (draft?.zones ?? []).filter((_, one) => one !== at) })}>
          ${icon(Trash2, 18)}Remove this zone
        </button>
      </div>
    </fieldset>`;
  }

  #taxes(draft: DeliveryDraft) {
    const set = (at: number, change: Partial<{ country: string; percent: string }>): void =>
      this.#set({ taxes: draft.taxes.map((tax, one) => (one === at ? { ...tax, ...change } : tax)) });
    return html`<fieldset>
      <legend>Tax</legend>
      ${this.#field("home", "Your country, as a code", draft.home, (home) => this.#set({ home }), {
        help: "What is not shipped is taxed as there.",
      })}
      <label class="tick">
        <input
          type="checkbox"
          data-pc="delivery-inclusive"
          .checked=${draft.inclusive}
          @change=${(event: Event) => this.#set({ inclusive: (event.target as HTMLInputElement).checked })}
        />
        My prices have the tax in them
      </label>
      ${draft.taxes.map(
        (tax, at) => html`<div class="tax">
          ${this.#field(`tax.${at}.country`, "Country", tax.country, (country) => set(at, { country }), { help: named(tax.country) })}
          ${this.#field(`tax.${at}.percent`, "Rate in %", tax.percent, (percent) => set(at, { percent }), { mode: "decimal" })}
          ${this.#remove(`Remove the tax of ${tax.country || "this country"}`, () => this.#set({ taxes: draft.taxes.filter((_, one) => one !== at) }))}
        </div>`,
      )}
      <div>
        <button type="button" class="btn small quiet" data-pc="delivery-add-tax" @click=${() => this.#set({ taxes: [...draft.taxes, { country: "", percent: "" }] })}>
          ${icon(Plus, 18)}Add a country's rate
        </button>
      </div>
    </fieldset>`;
  }

  protected override render() {
    const { draft } = this;
    return html`<form class="card" novalidate aria-labelledby="delivery" @submit=${this.#save} data-pc="delivery-form">
      <h2 id="delivery">Delivery and tax</h2>
      ${this.problem
        ? html`<p class="note bad" role="alert">
            ${icon(CircleAlert)}<span class="grow">${this.problem}</span>
            ${draft === undefined ? html`<button type="button" class="btn small quiet" @click=${this.#load}>Try again</button>` : nothing}
          </p>`
        : nothing}
      ${draft === undefined
        ? html`<div class="bone"></div>`
        : html`${draft.zones.length === 0
              ? html`<p class="muted" data-pc="delivery-empty">You ship nowhere: buyers are asked for no address. Add a zone to ship goods.</p>`
              : nothing}
            ${draft.zones.map((zone, at) => this.#zoneView(zone, at))}
            <div>
              <button type="button" class="btn quiet" data-pc="delivery-add-zone" ?disabled=${draft.zones.length >= 20} @click=${() => this.#set({ zones: [...draft.zones, emptyZone()] })}>
                ${icon(Plus)}Add a zone
              </button>
            </div>
            ${this.#taxes(draft)}
            <div><button class="btn primary" data-pc="delivery-save" ?data-busy=${this.busy}>Save</button></div>`}
    </form>`;
  }
}

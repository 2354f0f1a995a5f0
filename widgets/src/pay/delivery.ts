/** What only goods that ship need: who gets it where, and by which way. Loaded when the first such order is paid for. */
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import CircleAlert from "lucide/dist/esm/icons/circle-alert.mjs";

import { base } from "../ui/base.js";
import { icon } from "../ui/icons.js";
import { money } from "../ui/money.js";
import type { DeliveryOptions, RateView, SetDetails } from "../wire/protocol.gen.js";
import type { Refusal } from "./failure.js";
import type { PayFlow } from "./flow.js";
import { payStyles } from "./styles.js";

const KEPT = "proofcast.buyer";
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const WITH_REGION = new Set(["AU", "CA", "US"]);

type Name = "email" | "name" | "country" | "line1" | "line2" | "postcode" | "city" | "region";
type Draft = Record<Name, string>;

const EMPTY: Draft = { email: "", name: "", country: "", line1: "", line2: "", postcode: "", city: "", region: "" };
const MISSING: Partial<Draft> = {
  name: "Please say who gets it.",
  country: "Please choose a country.",
  line1: "Please give street and number.",
  city: "Please give the town.",
};

/** What this browser was asked to remember. Storage may be off, or hold anything. */
function remembered(): Draft | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    if (typeof found !== "object" || found === null) return undefined;
    const known = Object.entries(found).filter(([name, value]) => name in EMPTY && typeof value === "string");
    return { ...EMPTY, ...(Object.fromEntries(known) as Partial<Draft>) };
  } catch {
    return undefined;
  }
}

function remember(draft: Draft | undefined): void {
  try {
    if (draft === undefined) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, JSON.stringify(draft));
  } catch {
    // Storage is off: nothing is remembered, and nothing else is lost.
  }
}

export class PcDetails extends LitElement {
  static override properties = {
    options: { attribute: false },
    busy: { attribute: false },
    refused: { attribute: false },
    draft: { state: true },
    wrong: { state: true },
    keep: { state: true },
  };
  static override styles = [
    base,
    payStyles,
    css`
      :host {
        padding: 0;
      }
      :host([hidden]) {
        display: none;
      }
      .two {
        display: grid;
        grid-template-columns: 2fr 3fr;
        gap: var(--pc-space-3);
      }
      .tick {
        display: flex;
        gap: var(--pc-space-3);
        align-items: center;
        min-height: var(--pc-target);
        margin: 0;
        font-weight: var(--pc-regular);
      }
      .tick input {
        width: 20px;
        height: 20px;
        accent-color: var(--pc-accent);
      }
    `,
  ];

  declare options: DeliveryOptions;
  declare busy: boolean;
  declare refused: Refusal | undefined;
  declare draft: Draft;
  declare wrong: Partial<Draft>;
  declare keep: boolean;
  readonly #names = new Intl.DisplayNames("en", { type: "region" });

  constructor() {
    super();
    const kept = remembered();
    this.draft = kept ?? EMPTY;
    this.keep = kept !== undefined;
    this.wrong = {};
    this.busy = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("options") && !this.options.countries.includes(this.draft.country)) {
      const { home, countries } = this.options;
      const first = home !== null && countries.includes(home) ? home : countries.length === 1 ? countries[0] : undefined;
      this.draft = { ...this.draft, country: first ?? "" };
    }
    if (changed.has("refused") && this.refused !== undefined && this.refused.field in EMPTY) {
      this.wrong = { [this.refused.field]: this.refused.words };
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("wrong")) this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }

  readonly #typed = (event: Event): void => {
    const input = event.target as HTMLInputElement | HTMLSelectElement;
    const name = input.name as Name;
    this.draft = { ...this.draft, [name]: input.value };
    if (this.wrong[name] !== undefined) delete this.wrong[name];
    this.dispatchEvent(new CustomEvent("typed"));
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    if (this.busy) return;
    const draft = Object.fromEntries(Object.entries(this.draft).map(([name, value]) => [name, value.trim()])) as Draft;
    const wrong: Partial<Draft> = {};
    if (!EMAIL.test(draft.email)) wrong.email = draft.email === "" ? "Please give your e-mail address." : "This e-mail address is not complete.";
    for (const name of ["name", "country", "line1", "city"] as const) if (draft[name] === "") wrong[name] = MISSING[name] ?? "";
    if (WITH_REGION.has(draft.country) && draft.region === "") wrong.region = "Please give the state or province.";
    this.wrong = wrong;
    if (Object.keys(wrong).length > 0) return;
    remember(this.keep ? draft : undefined);
    const { email, name, country, line1, city } = draft;
    const detail: SetDetails = {
      email,
      name,
      address: { country, line1, city, line2: draft.line2 || null, postcode: draft.postcode || null, region: draft.region || null },
    };
    this.dispatchEvent(new CustomEvent<SetDetails>("details", { detail }));
  };

  #field(name: Name, words: string, complete: string, more: { type?: string; optional?: boolean; most?: number } = {}): TemplateResult {
    const wrong = this.wrong[name];
    return html`<div>
      <label for=${name}>${words}${more.optional ? html` <span class="muted">(optional)</span>` : nothing}</label>
      <input
        id=${name}
        class="box"
        data-pc=${name}
        type=${more.type ?? "text"}
        name=${name}
        autocomplete=${complete}
        maxlength=${more.most ?? 200}
        ?required=${!more.optional}
        .value=${this.draft[name]}
        aria-invalid=${wrong ? "true" : "false"}
        aria-describedby=${wrong ? `${name}-wrong` : nothing}
        @input=${this.#typed}
      />
      ${this.#wrongWords(name)}
    </div>`;
  }

  #wrongWords(name: Name): TemplateResult | typeof nothing {
    const wrong = this.wrong[name];
    return wrong ? html`<p class="wrong" id="${name}-wrong" data-pc="${name}-wrong">${icon(CircleAlert, 18)} ${wrong}</p>` : nothing;
  }

  #country(): TemplateResult {
    const { wrong, draft } = this;
    const named = this.options.countries
      .map((code) => ({ code, name: this.#names.of(code) ?? code }))
      .sort((a, b) => a.name.localeCompare(b.name, "en"));
    return html`<div>
      <label for="country">Country</label>
      <select
        id="country"
        class="box"
        data-pc="country"
        name="country"
        autocomplete="country"
        required
        aria-invalid=${wrong.country ? "true" : "false"}
        aria-describedby=${wrong.country ? "country-wrong" : nothing}
        @change=${this.#typed}
      >
        ${draft.country === "" ? html`<option value="" selected>Choose…</option>` : nothing}
        ${named.map(({ code, name }) => html`<option value=${code} ?selected=${code === draft.country}>${name}</option>`)}
      </select>
      ${this.#wrongWords("country")}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { refused } = this;
    return html`<form novalidate @submit=${this.#submit} aria-label="Where it goes to" data-pc="details-form">
      ${refused !== undefined && !(refused.field in EMPTY)
        ? html`<p class="note bad" role="alert">${icon(CircleAlert)}<span>${refused.words}</span></p>`
        : nothing}
      ${this.#field("email", "E-mail", "email", { type: "email" })} ${this.#field("name", "Name", "name")} ${this.#country()}
      ${this.#field("line1", "Street and number", "address-line1")}
      ${this.#field("line2", "Flat, company, c/o", "address-line2", { optional: true })}
      <div class="two">
        ${this.#field("postcode", "Postcode", "postal-code", { most: 20 })} ${this.#field("city", "Town", "address-level2")}
      </div>
      ${WITH_REGION.has(this.draft.country) ? this.#field("region", "State or province", "address-level1") : nothing}
      <label class="tick">
        <input type="checkbox" data-pc="remember" .checked=${this.keep} @change=${(event: Event) => (this.keep = (event.target as HTMLInputElement).checked)} />
        Remember this in this browser for the next purchase
      </label>
      <button class="btn primary wide buy" type="submit" data-pc="to-card" ?data-busy=${this.busy} aria-disabled=${this.busy ? "true" : nothing}>
        ${this.busy ? "Asking what delivery costs…" : "Go on to delivery and payment"}
      </button>
    </form>`;
  }
}

const days = ({ min_days: from, max_days: to }: RateView): string =>
  to === 365 && from === 0 ? "" : from === to ? `${to} ${to === 1 ? "day" : "days"}` : `${from} to ${to} days`;

/** Where it goes to, and the ways there are, with what each costs. */
export function waysView(flow: PayFlow): TemplateResult {
  const { details, rates, rate, order } = flow;
  const address = details?.address;
  const to = [details?.name, address?.line1, address?.line2, [address?.postcode, address?.city].filter(Boolean).join(" "), address?.country];
  return html`<div class="where">
      <div>
        <span class="label">Goes to</span>
        <p data-pc="goes-to">${to.filter(Boolean).join(", ")}</p>
      </div>
      <button class="btn quiet" type="button" data-pc="edit-details" @click=${() => flow.edit()}>Change</button>
    </div>
    <fieldset class="ways" ?disabled=${flow.pricing}>
      <legend class="label">Delivery</legend>
      ${rates.map(
        (way) => html`<label class="way">
          <input
            type="radio"
            name="way"
            value=${way.id}
            data-pc="way-${way.id}"
            .checked=${way.id === rate}
            @change=${() => details && void flow.setDetails({ ...details, rate: way.id })}
          />
          <span class="what">${way.label}${days(way) ? html` <span class="muted">${days(way)}</span>` : nothing}</span>
          <span class="num">${way.price === 0 ? "Free" : money(way.price, order?.currency ?? "")}</span>
        </label>`,
      )}
    </fieldset>`;
}

if (customElements.get("pc-details") === undefined) customElements.define("pc-details", PcDetails);

/** The shop's settings: its name, how long a hold lives, and who may embed. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, Globe, Plus, Trash2 } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChangeShop, ShopView } from "../../wire/protocol.gen.js";
import type { HostCalls } from "../calls.js";
import { span } from "../format.js";
import { say } from "../words.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import type { Said } from "../ui/toast.js";
import { listStyles } from "./list_styles.js";
import { shopStyles } from "./shop_styles.js";
import { asOrigin } from "./source.js";

const SHORTEST = 30;
const LONGEST = 3600;

/** `90` -> `1 min 30 s`. */
export function holdWords(seconds: number): string {
  const rest = seconds % 60;
  return seconds < 60 ? `${seconds} s` : `${span(seconds * 1000 - rest * 1000)}${rest > 0 ? ` ${rest} s` : ""}`;
}

export class ShopSettings extends LitElement {
  static override properties = {
    calls: { attribute: false },
    shop: { state: true },
    problem: { state: true },
    wrong: { state: true },
    busy: { state: true },
    hold: { state: true },
  };
  static override styles = [base, panel, fields, listStyles, shopStyles, css``];

  declare calls: HostCalls;
  declare shop: ShopView | null;
  declare problem: string;
  declare wrong: { name?: string; hold?: string; origin?: string };
  declare busy: string;
  declare hold: number;

  constructor() {
    super();
    this.shop = null;
    this.problem = "";
    this.wrong = {};
    this.busy = "";
    this.hold = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  #load = async (): Promise<void> => {
    try {
      this.#take(await this.calls.shop());
      this.problem = "";
    } catch (error) {
      this.problem = say(error, "The shop could not be read");
    }
  };

  #take(shop: ShopView): void {
    this.shop = shop;
    this.hold = shop.hold_seconds;
  }

  #say(said: Said): void {
    this.dispatchEvent(new CustomEvent<Said>("said", { detail: said, bubbles: true, composed: true }));
  }

  async #change(change: ChangeShop, which: keyof typeof this.wrong, words: string, undo?: () => void): Promise<boolean> {
    this.busy = which;
    this.wrong = { ...this.wrong, [which]: "" };
    try {
      this.#take(await this.calls.changeShop(change));
      this.dispatchEvent(new CustomEvent("shop", { detail: this.shop, bubbles: true, composed: true }));
      this.#say(undo ? { words, undo } : { words });
      return true;
    } catch (error) {
      this.wrong = { ...this.wrong, [which]: say(error, "Not changed") };
      return false;
    } finally {
      this.busy = "";
    }
  }

  #value = (id: string): string => this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value.trim() ?? "";

  #keepBasics = async (event: Event): Promise<void> => {
    event.preventDefault();
    const name = this.#value("name");
    const text = this.#value("hold");
    const hold = Number(text);
    const wrong: { name?: string; hold?: string } = {};
    if (name === "") wrong.name = "A shop needs a name; viewers read it.";
    if (!/^\d+$/.test(text) || hold < SHORTEST || hold > LONGEST) {
      wrong.hold = `Enter whole seconds, from ${SHORTEST} to ${LONGEST}.`;
    }
    this.wrong = wrong;
    if (wrong.name || wrong.hold) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
      return;
    }
    await this.#change({ name, hold_seconds: hold }, "name", "The shop's settings are kept.");
  };

  #addOrigin = async (event: Event): Promise<void> => {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>("#origin");
    const { origin, problem, cut } = asOrigin(input?.value ?? "");
    const known = this.shop?.allowed_origins ?? [];
    if (problem || known.includes(origin)) {
      this.wrong = { ...this.wrong, origin: problem || `${origin} is in the list already.` };
      input?.focus();
      return;
    }
    const words = cut ? `${origin} may embed now (only the site counts, so the rest was left out).` : `${origin} may embed now.`;
    if ((await this.#change({ allowed_origins: [...known, origin] }, "origin", words)) && input) {
      input.value = "";
      input.focus();
    }
  };

  #removeOrigin(origin: string): void {
    const before = this.shop?.allowed_origins ?? [];
    const rest = before.filter((one) => one !== origin);
    const undo = (): void => void this.#change({ allowed_origins: before }, "origin", `${origin} may embed again.`);
    void this.#change({ allowed_origins: rest }, "origin", `${origin} may not embed any more.`, undo);
  }

  #wrongWords(name: keyof typeof this.wrong) {
    const words = this.wrong[name];
    return html`<span class="wrong" id="${name}-wrong">${words ? html`${icon(CircleAlert, 16)}${words}` : nothing}</span>`;
  }

  #basics(shop: ShopView) {
    return html`<form class="card" novalidate @submit=${this.#keepBasics}>
      <h2>Shop</h2>
      <div class="field">
        <label for="name">Name</label>
        <input
          id="name"
          maxlength="200"
          autocomplete="organization"
          data-pc="shop-name"
          aria-invalid=${this.wrong.name ? "true" : "false"}
          aria-describedby="name-wrong"
          .value=${shop.name}
        />
        ${this.#wrongWords("name")}
      </div>
      <div class="field">
        <label for="hold">How long a hold lives, in seconds</label>
        <div class="row">
          <input
            id="hold"
            class="seconds"
            inputmode="numeric"
            data-pc="shop-hold"
            aria-invalid=${this.wrong.hold ? "true" : "false"}
            aria-describedby="hold-help hold-wrong"
            .value=${String(shop.hold_seconds)}
            @input=${() => (this.hold = Number(this.#value("hold")))}
          />
          <span class="muted num">${this.hold > 0 ? `= ${holdWords(this.hold)}` : nothing}</span>
        </div>
        ${this.#wrongWords("hold")}
        <span class="help" id="hold-help">
          A tap sets the unit aside for this long; then it goes back by itself. Holds that live now keep their deadline.
        </span>
      </div>
      <div><button class="btn primary" data-pc="shop-save" ?data-busy=${this.busy === "name"}>Save</button></div>
    </form>`;
  }

  #origins(shop: ShopView) {
    return html`<section class="card" aria-labelledby="origins">
      <h2 id="origins">Who may embed</h2>
      <p class="muted">
        Pages of these sites may show your streams. Your own watch page always works. A site is its scheme, host and port:
        https://example.com and https://www.example.com are two.
      </p>
      ${shop.allowed_origins.length === 0
        ? html`<p class="none" data-pc="origins-empty">
            ${icon(Globe)}<span>No other site may embed. Streams are seen only on your own watch pages.</span>
          </p>`
        : html`<ul data-pc="origins">
            ${shop.allowed_origins.map(
              (origin) => html`<li>
                <code class="grow">${origin}</code>
                <button type="button" class="btn small bare" aria-label="Remove ${origin}" @click=${() => this.#removeOrigin(origin)}>
                  ${icon(Trash2, 18)}Remove
                </button>
              </li>`,
            )}
          </ul>`}
      <form novalidate @submit=${this.#addOrigin}>
        <div class="field">
          <label for="origin">Add a site</label>
          <div class="row">
            <input
              id="origin"
              type="url"
              inputmode="url"
              autocomplete="off"
              placeholder="https://example.com"
              data-pc="origin-input"
              aria-invalid=${this.wrong.origin ? "true" : "false"}
              aria-describedby="origin-wrong"
              @input=${() => (this.wrong = { ...this.wrong, origin: "" })}
            />
            <button class="btn quiet" data-pc="origin-add" ?data-busy=${this.busy === "origin"}>${icon(Plus)}Add</button>
          </div>
          ${this.#wrongWords("origin")}
        </div>
      </form>
    </section>`;
  }

  protected override render() {
    return html`<div class="head"><h1>Shop</h1></div>
      ${this.problem
        ? html`<div class="note bad" role="alert">
            ${icon(CircleAlert)}<span class="grow">${this.problem}</span>
            <button type="button" class="btn small quiet" @click=${this.#load}>Try again</button>
          </div>`
        : nothing}
      ${this.shop
        ? html`<div class="cards">${this.#basics(this.shop)} ${this.#origins(this.shop)}</div>
            <pc-delivery .calls=${this.calls} .currency=${this.shop.currency}></pc-delivery>`
        : this.problem
          ? nothing
          : html`<div class="late" role="status" aria-label="Reading the shop"><div class="bone"></div></div>`}`;
  }
}

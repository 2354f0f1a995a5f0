/** The panel's home: streams, products, shop. The section is in the address, so Back and a reload keep it. */
import { LitElement, css, html, nothing } from "lit";
import { LogOut, Package, Store, Tv } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ShopView, StaffView } from "../../wire/protocol.gen.js";
import type { HostCalls } from "../calls.js";
import { say } from "../words.js";
import { panel } from "../ui/styles.js";
import type { Said, Toast } from "../ui/toast.js";

const SECTIONS = [
  ["streams", "Streams", Tv],
  ["products", "Products", Package],
  ["shop", "Shop", Store],
] as const;
type Section = (typeof SECTIONS)[number][0];

const sectionOf = (hash: string): Section => SECTIONS.find(([id]) => `#${id}` === hash)?.[0] ?? "streams";

export class HostHome extends LitElement {
  static override properties = {
    calls: { attribute: false },
    staff: { attribute: false },
    section: { state: true },
  };
  static override styles = [
    base,
    panel,
    css`
      :host {
        display: block;
        min-height: 100dvh;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 5;
        display: flex;
        align-items: center;
        gap: var(--pc-space-2) var(--pc-space-8);
        padding: 0 var(--pc-space-6);
        border-bottom: 1px solid var(--pc-line);
        background: var(--pc-paper);
      }
      .shop {
        display: grid;
        padding: var(--pc-space-2) 0;
        line-height: 1.25;
      }
      nav {
        display: flex;
        align-self: stretch;
        gap: var(--pc-space-1);
      }
      nav a {
        display: inline-flex;
        align-items: center;
        gap: var(--pc-space-2);
        min-height: 56px;
        padding: 0 var(--pc-space-4);
        border-bottom: 2px solid transparent;
        color: var(--pc-muted);
        text-decoration: none;
      }
      nav a:hover {
        color: var(--pc-ink);
      }
      nav a:focus-visible {
        outline-offset: -4px;
      }
      nav a[aria-current] {
        border-bottom-color: var(--pc-accent);
        color: var(--pc-ink);
        font-weight: var(--pc-strong);
      }
      .who {
        display: flex;
        align-items: center;
        gap: var(--pc-space-2);
        min-width: 0;
        margin-left: auto;
      }
      main {
        max-width: 1080px;
        margin: 0 auto;
        padding: var(--pc-space-8) var(--pc-space-6) var(--pc-space-16);
      }
      @media (max-width: 760px) {
        header {
          flex-wrap: wrap;
          padding: 0 var(--pc-space-2) 0 var(--pc-space-4);
        }
        .who .name {
          display: none;
        }
        nav {
          order: 3;
          flex-basis: 100%;
          margin: 0 calc(-1 * var(--pc-space-2)) 0 calc(-1 * var(--pc-space-4));
        }
        nav a {
          flex: 1;
          justify-content: center;
          min-height: 48px;
          padding: 0 var(--pc-space-2);
        }
        main {
          padding: var(--pc-space-5) var(--pc-space-4) var(--pc-space-16);
        }
      }
    `,
  ];

  declare calls: HostCalls;
  declare staff: StaffView;
  declare section: Section;

  constructor() {
    super();
    this.section = sectionOf(location.hash);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#turned);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#turned);
  }

  #turned = (): void => {
    this.section = sectionOf(location.hash);
    scrollTo(0, 0);
  };

  #say(said: Said): void {
    this.renderRoot.querySelector<Toast>("pc-toast")?.show(said);
  }

  #leave = async (): Promise<void> => {
    try {
      await this.calls.signOut();
      location.assign("/host");
    } catch (error) {
      this.#say({ words: say(error, "You are still signed in"), bad: true });
    }
  };

  #content() {
    const { calls, staff } = this;
    if (this.section === "products") return html`<pc-products .calls=${calls} .currency=${staff.shop.currency}></pc-products>`;
    if (this.section === "shop") return html`<pc-shop .calls=${calls}></pc-shop>`;
    return html`<pc-streams .calls=${calls} .currency=${staff.shop.currency}></pc-streams>`;
  }

  protected override render() {
    const { staff } = this;
    return html`<header>
        <div class="shop">
          <span class="strong" data-pc="shop-title">${staff.shop.name}</span><span class="muted small-text">Host panel</span>
        </div>
        <nav aria-label="Sections">
          ${SECTIONS.map(
            ([id, words, drawing]) => html`<a
              href="#${id}"
              data-pc="section-${id}"
              aria-current=${this.section === id ? "page" : nothing}
              >${icon(drawing, 18)}${words}</a
            >`,
          )}
        </nav>
        <div class="who">
          <span class="name muted one-line">${staff.name}</span>
          <button type="button" class="btn small bare" data-pc="sign-out" @click=${this.#leave}>${icon(LogOut, 18)}Sign out</button>
        </div>
      </header>
      <main
        @said=${(event: CustomEvent<Said>) => this.#say(event.detail)}
        @shop=${(event: CustomEvent<ShopView>) => (this.staff = { ...staff, shop: event.detail })}
      >
        ${this.#content()}
      </main>
      <pc-toast></pc-toast>`;
  }
}

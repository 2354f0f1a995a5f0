/** A figure's definition, one tap away: a small button, and a box that Escape or a tap elsewhere closes. */
import { LitElement, css, html } from "lit";
import { Info } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { panel } from "./styles.js";

const GAP = 8;

export class Definition extends LitElement {
  static override properties = { name: {}, words: {} };
  static override styles = [
    base,
    panel,
    css`
      :host {
        display: inline-flex;
        vertical-align: middle;
      }
      button {
        display: inline-grid;
        place-items: center;
        width: 28px;
        height: 28px;
        margin: -4px;
        padding: 0;
        border: 0;
        border-radius: var(--pc-radius-pill);
        background: none;
        color: var(--pc-muted);
        cursor: pointer;
      }
      button:hover {
        color: var(--pc-ink);
        background: var(--pc-sunk);
      }
      @media (pointer: coarse) {
        button {
          width: var(--pc-target);
          height: var(--pc-target);
          margin: -12px;
        }
      }
      .box {
        position: fixed;
        inset: auto;
        width: max-content;
        max-width: min(300px, calc(100vw - 32px));
        margin: 0;
        padding: var(--pc-space-3) var(--pc-space-4);
        border: 1px solid var(--pc-line);
        border-radius: var(--pc-radius);
        background: var(--pc-raised);
        color: var(--pc-ink);
        box-shadow: var(--pc-shadow);
        font-size: var(--pc-text-2);
        font-weight: var(--pc-regular);
        line-height: 1.4;
        text-align: left;
        white-space: normal;
      }
    `,
  ];

  declare name: string;
  declare words: string;

  constructor() {
    super();
    this.name = "";
    this.words = "";
  }

  #place(event: ToggleEvent): void {
    const button = this.renderRoot.querySelector("button");
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open" || !button) return;
    const box = event.currentTarget as HTMLElement;
    const anchor = button.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, anchor.left - 12), innerWidth - size.width - GAP);
    const below = anchor.bottom + GAP;
    const top = below + size.height > innerHeight - GAP ? anchor.top - size.height - GAP : below;
    box.style.left = `${left}px`;
    box.style.top = `${Math.max(GAP, top)}px`;
  }

  protected override render() {
    return html`<button type="button" popovertarget="box" aria-expanded="false" aria-label="What “${this.name}” means">
        ${icon(Info, 16)}
      </button>
      <div id="box" class="box" popover role="note" @toggle=${this.#place}>
        <strong>${this.name}.</strong> ${this.words}
      </div>`;
  }
}

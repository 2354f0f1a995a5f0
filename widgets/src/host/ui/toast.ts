/** One line at a time about what was just done, with its undo. Waits while it is pointed at or has the focus. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, Undo2, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { panel } from "./styles.js";

export interface Said {
  words: string;
  bad?: boolean;
  undo?: () => void;
  again?: () => void;
}

/** Null when a new deed begins: its undo is not there yet, and that of the one before is not what is meant any more. */
export type Tell = (said: Said | null) => void;

/** Undo must be reachable without hurry, and gone before the next thing happens on the show. */
const UNDO_MS = 8000;
const NEWS_MS = 5000;

export class Toast extends LitElement {
  static override properties = { said: { state: true } };
  static override styles = [
    base,
    panel,
    css`
      :host {
        position: fixed;
        z-index: 30;
        right: var(--pc-toast-right, 16px);
        bottom: calc(var(--pc-toast-lift, 24px) + env(safe-area-inset-bottom));
        left: 16px;
        display: grid;
        justify-items: var(--pc-toast-side, center);
        pointer-events: none;
      }
      .toast {
        max-width: 560px;
        display: flex;
        align-items: center;
        gap: var(--pc-space-3);
        min-height: 52px;
        padding: var(--pc-space-1) var(--pc-space-1) var(--pc-space-1) var(--pc-space-4);
        border-radius: var(--pc-radius);
        background: var(--pc-ink);
        color: var(--pc-paper);
        box-shadow: var(--pc-shadow);
        pointer-events: auto;
        animation: rise var(--pc-slow) var(--pc-ease);
      }
      .toast .btn {
        color: inherit;
      }
      .toast .btn:hover {
        background: color-mix(in srgb, var(--pc-paper) 16%, transparent);
      }
      .toast .btn:focus-visible {
        outline-color: var(--pc-paper);
        outline-offset: -2px;
      }
      .undo {
        text-decoration: underline;
        text-underline-offset: 3px;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(8px);
        }
      }
    `,
  ];

  declare said: Said | null;
  #timer = 0;
  #left = 0;
  #from = 0;

  constructor() {
    super();
    this.said = null;
  }

  show(said: Said): void {
    this.said = said;
    this.#left = said.undo || said.again ? UNDO_MS : NEWS_MS;
    this.#go();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.said = null;
  }

  /** For the shortcut: does what the toast's Undo does. False when there is nothing to take back. */
  undo(): boolean {
    const back = this.said?.undo;
    if (!back) return false;
    this.clear();
    back();
    return true;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #go = (): void => {
    clearTimeout(this.#timer);
    this.#from = Date.now();
    this.#timer = window.setTimeout(() => (this.said = null), this.#left);
  };

  #wait = (): void => {
    clearTimeout(this.#timer);
    this.#left = Math.max(2000, this.#left - (Date.now() - this.#from));
  };

  #again(): void {
    const again = this.said?.again;
    this.clear();
    again?.();
  }

  #box(said: Said) {
    return html`<div
      class="toast"
      data-pc="toast"
      @pointerenter=${this.#wait}
      @pointerleave=${this.#go}
      @focusin=${this.#wait}
      @focusout=${this.#go}
    >
      ${said.bad ? icon(CircleAlert) : nothing}
      <span class="grow">${said.words}</span>
      ${said.undo
        ? html`<button type="button" class="btn bare" data-pc="undo" @click=${() => this.undo()}>
            ${icon(Undo2, 18)}<span class="undo">Undo</span><kbd>Z</kbd>
          </button>`
        : nothing}
      ${said.again
        ? html`<button type="button" class="btn bare" data-pc="again" @click=${this.#again}>Try again</button>`
        : nothing}
      <button type="button" class="btn small icon-only" aria-label="Close this message" @click=${this.clear}>
        ${icon(X, 18)}
      </button>
    </div>`;
  }

  protected override render() {
    return html`<div role="status" aria-live="polite">${this.said ? this.#box(this.said) : nothing}</div>`;
  }
}

/** A row of tabs: arrow keys move along it, and the one that is chosen is the one in the tab order. */
import { css, html, type TemplateResult } from "lit";

export interface TabsParts<T extends string> {
  /** What the tabs are of, for a reader that can't see them. */
  label: string;
  tabs: readonly (readonly [id: T, words: unknown])[];
  chosen: T;
  choose: (id: T) => void;
  /** Before the ids of the tabs and of what they show: `tab-run` shows `part-run`. */
  tab?: string;
  part?: string;
}

export function tabRow<T extends string>({ label, tabs, chosen, choose, tab = "tab", part = "part" }: TabsParts<T>): TemplateResult {
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex(([id]) => id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length]?.[0];
    if (next === undefined) return;
    choose(next);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#${tab}-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${keys}>
    ${tabs.map(
      ([id, words]) => html`<button
        type="button"
        role="tab"
        id="${tab}-${id}"
        data-pc="${tab}-${id}"
        aria-controls="${part}-${id}"
        aria-selected=${chosen === id}
        tabindex=${chosen === id ? 0 : -1}
        @click=${() => choose(id)}
      >
        ${words}
      </button>`,
    )}
  </div>`;
}

/** How many of what a tab shows, beside its word. */
export const many = (count: number, of: string): TemplateResult =>
  html`<span class="many">${count}<span class="sr"> ${of}</span></span>`;

export const tabStyles = css`
  .tabs {
    display: flex;
    border-bottom: 1px solid var(--pc-line);
  }
  .tabs button {
    flex: 1 1 auto;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-width: 0;
    min-height: 48px;
    padding: 0 var(--pc-space-1);
    border: 0;
    border-bottom: 2px solid transparent;
    background: none;
    color: var(--pc-muted);
    white-space: nowrap;
    cursor: pointer;
  }
  .tabs button:hover {
    color: var(--pc-ink);
  }
  .tabs button:focus-visible {
    outline-offset: -4px;
  }
  .tabs [aria-selected="true"] {
    border-bottom-color: var(--pc-accent);
    color: var(--pc-ink);
    font-weight: var(--pc-strong);
  }
  .tabs .many {
    min-width: 20px;
    padding: 0 6px;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-sunk);
    color: var(--pc-ink);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-strong);
    line-height: 20px;
    font-variant-numeric: tabular-nums;
  }
  .tabs .many.due {
    background: var(--pc-accent-soft);
    color: var(--pc-accent-deep);
  }
`;

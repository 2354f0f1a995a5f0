/** The list of shortcuts, and the switch that turns them off. */
import { LitElement, css, html } from "lit";
import { X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { dialogs } from "../ui/dialog_styles.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import { setShortcuts, shortcutsOn, type Shortcut } from "./keys.js";

export class ShortcutHelp extends LitElement {
  static override properties = { shortcuts: { attribute: false } };
  static override styles = [
    base,
    panel,
    fields,
    dialogs,
    css`
      dialog {
        max-width: 440px;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--pc-space-2) var(--pc-space-4);
        align-items: center;
      }
      label {
        display: flex;
        align-items: center;
        gap: var(--pc-space-3);
        min-height: var(--pc-target);
      }
    `,
  ];

  declare shortcuts: readonly Shortcut[];

  constructor() {
    super();
    this.shortcuts = [];
  }

  open(): void {
    this.requestUpdate();
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  #close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }

  protected override render() {
    return html`<dialog aria-labelledby="title" data-pc="shortcuts">
      <div class="head">
        <h2 id="title">Keyboard shortcuts</h2>
        <button type="button" class="btn icon-only" aria-label="Close" @click=${this.#close}>${icon(X)}</button>
      </div>
      <div class="body">
        <dl>
          ${this.shortcuts.map(
            (one) => html`<dt><kbd>${one.key.length === 1 ? one.key.toUpperCase() : one.key}</kbd></dt>
              <dd>${one.words}</dd>`,
          )}
          <dt><kbd>↑</kbd> <kbd>↓</kbd></dt>
          <dd>Move the product whose handle has the focus</dd>
          <dt><kbd>R</kbd> <kbd>D</kbd></dt>
          <dd>Reply to the message that has the focus; delete it for everyone</dd>
          <dt><kbd>A</kbd> <kbd>D</kbd></dt>
          <dd>Approve what waits and has the focus; delete it</dd>
        </dl>
        <label>
          <input
            type="checkbox"
            .checked=${shortcutsOn()}
            @change=${(event: Event) => setShortcuts((event.target as HTMLInputElement).checked)}
          />
          Single keys act on the show
        </label>
      </div>
    </dialog>`;
  }
}

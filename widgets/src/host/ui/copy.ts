/** A button that copies a text, says that it did, and selects the text when the clipboard is closed to it. */
import { LitElement, css, html } from "lit";
import { Check, Copy } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { panel } from "./styles.js";

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The clipboard interface exists only on secure origins; a host on plain http still wants to copy. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

export class CopyButton extends LitElement {
  static override properties = { text: {}, label: {}, bare: { type: Boolean }, said: { state: true } };
  static override styles = [
    base,
    panel,
    css`
      :host {
        display: inline-flex;
      }
      .btn {
        white-space: nowrap;
      }
      .btn.bare {
        font-weight: var(--pc-regular);
      }
    `,
  ];

  declare text: string;
  declare label: string;
  declare bare: boolean;
  declare said: "" | "copied" | "failed";
  #timer = 0;

  constructor() {
    super();
    this.text = "";
    this.label = "Copy";
    this.bare = false;
    this.said = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  async #copy(): Promise<void> {
    this.said = (await copyText(this.text)) ? "copied" : "failed";
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.said = ""), 2500);
  }

  protected override render() {
    const words = { "": this.label, copied: "Copied", failed: "Select it and copy" }[this.said];
    return html`<button type="button" class="btn small ${this.bare ? "bare" : "quiet"}" @click=${this.#copy}>
        ${icon(this.said === "copied" ? Check : Copy, 18)}<span>${words}</span>
      </button>
      <span class="sr" role="status">${this.said === "" ? "" : words}</span>`;
  }
}

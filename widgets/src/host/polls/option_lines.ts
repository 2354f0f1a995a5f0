/** The answers of a poll being written: typed, moved by hand or by arrow keys, taken out, and in a quiz one is right. */
import { LitElement, css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { CircleAlert, GripVertical, Plus, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { moved } from "../show/actions.js";
import { fields } from "../ui/field_styles.js";
import { startDrag } from "../ui/reorder.js";
import { panel } from "../ui/styles.js";
import { FEWEST_OPTIONS, MOST_OPTIONS, freshId, type OptionLine, type Wrong } from "./sheet.js";

export interface OptionChange {
  options?: OptionLine[];
  right?: number;
}

export class OptionLines extends LitElement {
  static override properties = {
    options: { attribute: false },
    right: { attribute: false },
    quiz: { type: Boolean },
    wrong: { attribute: false },
    said: { state: true },
  };
  static override styles = [
    base,
    panel,
    fields,
    css`
      :host {
        display: grid;
        gap: var(--pc-space-2);
      }
      ol {
        display: grid;
        gap: var(--pc-space-2);
      }
      li {
        display: grid;
        grid-template-columns: 28px minmax(0, 1fr) auto auto;
        gap: 0 var(--pc-space-2);
        align-items: center;
        position: relative;
        background: var(--pc-paper);
      }
      li[data-shifting] {
        transition: transform var(--pc-fast) var(--pc-ease);
      }
      li[data-dragged] {
        z-index: 2;
        box-shadow: var(--pc-shadow);
      }
      .handle {
        display: grid;
        place-items: center;
        height: var(--pc-target);
        padding: 0;
        border: 0;
        border-radius: var(--pc-radius-small);
        background: none;
        color: var(--pc-muted);
        cursor: grab;
        touch-action: none;
      }
      .right {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-height: var(--pc-target);
        cursor: pointer;
      }
      .wrong {
        grid-column: 2 / -1;
        padding-top: 2px;
      }
      .wrong:empty {
        display: none;
      }
      @media (pointer: coarse) {
        li {
          grid-template-columns: var(--pc-target) minmax(0, 1fr) auto auto;
        }
      }
    `,
  ];

  declare options: readonly OptionLine[];
  declare right: number | null;
  declare quiz: boolean;
  declare wrong: Wrong;
  /** Read out after a move. */
  declare said: string;

  constructor() {
    super();
    this.options = [];
    this.right = null;
    this.quiz = false;
    this.wrong = {};
    this.said = "";
  }

  /** The first answer that is wrong, for the form to lead to. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true'], input")?.focus();
  }

  #tell(change: OptionChange): void {
    this.dispatchEvent(new CustomEvent<OptionChange>("changed", { detail: change }));
  }

  #line(id: number, part: string): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-line="${id}"] ${part}`);
  }

  async #move(from: number, to: number): Promise<void> {
    const line = this.options[from];
    if (!line || to < 0 || to >= this.options.length) return;
    this.#tell({ options: moved(this.options, from, to) });
    this.said = `Now answer ${to + 1}.`;
    await new Promise(requestAnimationFrame);
    this.#line(line.id, ".handle")?.focus();
  }

  #keys(event: KeyboardEvent, index: number): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    void this.#move(index, index + step);
  }

  #drag(event: PointerEvent, index: number): void {
    startDrag(event, index, {
      rows: () => [...this.renderRoot.querySelectorAll<HTMLElement>("li")],
      scroller: () => null,
      move: (from, to) => void this.#move(from, to),
      tap: () => undefined,
    });
  }

  async #add(): Promise<void> {
    const id = freshId(this.options);
    this.#tell({ options: [...this.options, { id, text: "" }] });
    await new Promise(requestAnimationFrame);
    this.#line(id, "input")?.focus();
  }

  async #remove(index: number): Promise<void> {
    const left = this.options.filter((_, at) => at !== index);
    this.#tell({ options: left });
    await new Promise(requestAnimationFrame);
    const next = left[Math.min(index, left.length - 1)];
    if (next) this.#line(next.id, "input")?.focus();
  }

  #typed(index: number, text: string): void {
    this.#tell({ options: this.options.map((one, at) => (at === index ? { ...one, text } : one)) });
  }

  /** Enter goes to the next answer, and makes one after the last: a form is sent by its button. */
  #enter(event: KeyboardEvent, index: number): void {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const next = this.options[index + 1];
    if (next) this.#line(next.id, "input")?.focus();
    else if (this.options.length < MOST_OPTIONS) void this.#add();
  }

  #row(line: OptionLine, index: number) {
    const all = this.options.length;
    const wrong = this.wrong[`option.${index}`];
    return html`<li data-line=${line.id}>
      <button
        type="button"
        class="handle"
        aria-label="Move answer ${index + 1} of ${all}. Arrow keys move it."
        @pointerdown=${(event: PointerEvent) => this.#drag(event, index)}
        @keydown=${(event: KeyboardEvent) => this.#keys(event, index)}
      >
        ${icon(GripVertical, 18)}
      </button>
      <input
        aria-label="Answer ${index + 1}"
        autocomplete="off"
        maxlength="80"
        data-pc="poll-option-${index}"
        aria-invalid=${wrong ? "true" : "false"}
        aria-describedby="wrong-${line.id}"
        .value=${line.text}
        @input=${(event: Event) => this.#typed(index, (event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => this.#enter(event, index)}
      />
      ${this.quiz
        ? html`<label class="right">
            <input
              type="radio"
              name="right"
              data-pc="poll-right-${index}"
              .checked=${this.right === line.id}
              @change=${() => this.#tell({ right: line.id })}
            />right<span class="sr">: answer ${index + 1}</span>
          </label>`
        : nothing}
      <button
        type="button"
        class="btn small bare icon-only"
        aria-label="Take answer ${index + 1} out"
        ?disabled=${all <= FEWEST_OPTIONS}
        @click=${() => void this.#remove(index)}
      >
        ${icon(X, 18)}
      </button>
      <span class="wrong" id="wrong-${line.id}">${wrong ? html`${icon(CircleAlert, 16)}${wrong}` : nothing}</span>
    </li>`;
  }

  protected override render() {
    const full = this.options.length >= MOST_OPTIONS;
    return html`<ol>
        ${repeat(this.options, ({ id }) => id, (line, index) => this.#row(line, index))}
      </ol>
      <span class="wrong">${this.wrong["right"] ? html`${icon(CircleAlert, 16)}${this.wrong["right"]}` : nothing}</span>
      <button type="button" class="btn quiet small" data-pc="poll-add-option" ?disabled=${full} @click=${() => void this.#add()}>
        ${icon(Plus, 18)}${full ? `At most ${MOST_OPTIONS} answers` : "Add an answer"}
      </button>
      <span class="sr" role="status">${this.said}</span>`;
  }
}

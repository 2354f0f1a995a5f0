/** The one question before what can't be taken back. */
import { LitElement, css, html } from "lit";
import { base } from "../../ui/base.js";
import { dialogs } from "./dialog_styles.js";
import { panel } from "./styles.js";

export interface Question {
  title: string;
  words: string;
  yes: string;
  no?: string;
  /** What can't be taken back at all. */
  final?: boolean;
}

export class Ask extends LitElement {
  static override properties = { question: { state: true } };
  static override styles = [
    base,
    panel,
    dialogs,
    css`
      dialog {
        max-width: 440px;
      }
      .btn.primary.final,
      .btn.primary.final:hover {
        background: var(--pc-bad);
        color: var(--pc-paper);
      }
      .btn.primary.final:hover {
        opacity: 0.9;
      }
    `,
  ];

  declare question: Question | null;
  #answer: ((yes: boolean) => void) | undefined;

  constructor() {
    super();
    this.question = null;
  }

  /** True for yes; Escape, the no button and a second question mean no. */
  async ask(question: Question): Promise<boolean> {
    this.#answer?.(false);
    this.question = question;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("dialog");
    if (!dialog) return false;
    if (!dialog.open) dialog.showModal();
    return new Promise((answer) => (this.#answer = answer));
  }

  #close(yes: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.renderRoot.querySelector("dialog")?.close();
    answer?.(yes);
  }

  protected override render() {
    const question = this.question;
    return html`<dialog aria-labelledby="title" aria-describedby="words" @close=${() => this.#close(false)}>
      <div class="body">
        <h2 id="title">${question?.title}</h2>
        <p id="words">${question?.words}</p>
      </div>
      <div class="foot">
        <button type="button" class="btn quiet" data-pc="cancel" @click=${() => this.#close(false)}>
          ${question?.no ?? "Not yet"}
        </button>
        <button
          type="button"
          class="btn primary ${question?.final ? "final" : ""}"
          data-pc="confirm"
          @click=${() => this.#close(true)}
        >
          ${question?.yes}
        </button>
      </div>
    </dialog>`;
  }
}

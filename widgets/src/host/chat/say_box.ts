/** Where the host writes. What was typed stays until the server has it. */
import { LitElement, css, html, nothing } from "lit";
import { SendHorizontal, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChatMessage } from "../../wire/protocol.gen.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import { say } from "../words.js";
import { sayKey, type ChatDeeds } from "./deeds.js";

/** As the server has it (chat/messages.py, Said). */
const MOST = 200;
const NEAR = 40;

export class SayBox extends LitElement {
  static override properties = {
    deeds: { attribute: false },
    off: {},
    text: { state: true },
    answers: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    panel,
    fields,
    css`
      :host {
        display: block;
        border-top: 1px solid var(--pc-line);
      }
      form {
        display: flex;
        align-items: center;
        gap: var(--pc-space-2);
        padding: var(--pc-space-2) var(--pc-space-3);
      }
      .field {
        position: relative;
        flex: 1;
      }
      .left {
        position: absolute;
        top: -9px;
        right: 10px;
        padding: 0 4px;
        background: var(--pc-paper);
        color: var(--pc-muted);
        font-size: var(--pc-text-1);
        line-height: 18px;
      }
      .answers,
      .problem,
      .off {
        display: flex;
        align-items: center;
        gap: var(--pc-space-2);
        padding: var(--pc-space-1) var(--pc-space-2) 0 var(--pc-space-4);
        font-size: var(--pc-text-1);
      }
      .problem {
        padding: var(--pc-space-2) var(--pc-space-4) 0;
        color: var(--pc-bad);
        font-weight: var(--pc-strong);
      }
      .off {
        padding: var(--pc-space-3) var(--pc-space-4);
        color: var(--pc-muted);
      }
    `,
  ];

  declare deeds: ChatDeeds;
  /** Why nothing can be written now; empty when it can. */
  declare off: string;
  declare text: string;
  declare answers: ChatMessage | null;
  declare problem: string;
  declare busy: boolean;
  #key = sayKey();

  constructor() {
    super();
    this.off = "";
    this.text = "";
    this.answers = null;
    this.problem = "";
    this.busy = false;
  }

  async reply(message: ChatMessage): Promise<void> {
    this.answers = message;
    this.#key = sayKey();
    await this.updateComplete;
    this.renderRoot.querySelector("input")?.focus();
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const text = this.text.trim();
    if (text === "" || this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      await this.deeds.say(text, this.#key, this.answers?.id ?? null);
      this.text = "";
      this.answers = null;
      this.#key = sayKey();
    } catch (error) {
      this.problem = say(error, "It was not said");
    } finally {
      this.busy = false;
    }
  };

  /** Another text is another thing to say. */
  #typed(text: string): void {
    this.text = text;
    this.#key = sayKey();
  }

  protected override render() {
    if (this.off) return html`<p class="off">${this.off}</p>`;
    const { answers } = this;
    const left = MOST - [...this.text].length;
    return html`${answers
        ? html`<p class="answers">
            <span class="grow one-line" dir="auto">Answers <span class="strong">${answers.author.name}</span>: ${answers.text}</span>
            <button type="button" class="btn small icon-only" aria-label="Answer nobody" @click=${() => (this.answers = null)}>
              ${icon(X, 16)}
            </button>
          </p>`
        : nothing}
      ${this.problem ? html`<p class="problem" role="alert" data-pc="say-problem">${this.problem}</p>` : nothing}
      <form @submit=${this.#submit}>
        <div class="field">
          <input
            aria-label=${answers ? `Your answer to ${answers.author.name}` : "Say something to everyone"}
            placeholder=${answers ? "Your answer" : "Say something"}
            autocomplete="off"
            enterkeyhint="send"
            maxlength=${MOST}
            data-pc="chat-say"
            .value=${this.text}
            @input=${(event: Event) => this.#typed((event.target as HTMLInputElement).value)}
          />
          ${left <= NEAR ? html`<span class="left num">${left} left</span>` : nothing}
        </div>
        <button
          type="submit"
          class="btn primary icon-only"
          aria-label="Send"
          title="Send"
          data-pc="chat-send"
          ?disabled=${this.text.trim() === ""}
          ?data-busy=${this.busy}
        >
          ${icon(SendHorizontal)}
        </button>
      </form>`;
  }
}

/** What waits for the host's approval, oldest first. */
import { LitElement, css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Check, EllipsisVertical, Trash2 } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChatMessage } from "../../wire/protocol.gen.js";
import { Follows } from "../ui/follow.js";
import { panel } from "../ui/styles.js";
import type { LogParts } from "./log.js";
import { rowStyles } from "./row_styles.js";
import { byline, quoted, rowKeys } from "./rows.js";

export class ChatWaiting extends LitElement {
  static override properties = { parts: { attribute: false } };
  static override styles = [
    base,
    panel,
    rowStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .row-of {
        padding: var(--pc-space-3) var(--pc-space-4);
        border-bottom: 1px solid var(--pc-line);
        border-radius: 0;
      }
      .deeds {
        display: flex;
        flex-wrap: wrap;
        gap: var(--pc-space-1);
        padding-top: var(--pc-space-2);
      }
      .deeds .btn:not(.icon-only) {
        padding: 0 10px;
      }
      .deeds .btn:last-child {
        margin-left: auto;
      }
      .keys {
        padding: var(--pc-space-2) var(--pc-space-4);
        border-top: 1px solid var(--pc-line);
      }
      @media (pointer: coarse), (max-height: 820px) {
        .keys {
          display: none;
        }
      }
    `,
  ];

  declare parts: LogParts;

  constructor() {
    super();
    new Follows(this, () => this.parts.chat);
  }

  #keys = (event: KeyboardEvent): void => {
    const { chat, deeds, menu } = this.parts;
    const on = (act: (message: ChatMessage, row: HTMLElement) => void) => (id: string, row: HTMLElement) => {
      const message = chat.waiting.find((one) => one.id === id);
      if (message) act(message, row);
    };
    rowKeys(event, {
      a: { act: on((message) => void deeds.approve(message)), away: true },
      d: { act: on((message) => void deeds.remove(message)), away: true },
      Enter: { act: on(menu) },
    });
  };

  #row(message: ChatMessage) {
    const { chat, deeds, menu } = this.parts;
    return html`<li class="row-of" tabindex="-1" data-id=${message.id} data-pc="waits-${message.id}">
      ${byline(message, chat.restrained(message.author.id))} ${quoted(message)}
      <p class="text" dir="auto">${message.text}</p>
      <div class="deeds">
        <button
          type="button"
          class="btn small quiet"
          tabindex="-1"
          data-pc="approve-${message.id}"
          aria-label="Approve what ${message.author.name} wrote"
          @click=${() => void deeds.approve(message)}
        >
          ${icon(Check, 18)}Approve
        </button>
        <button
          type="button"
          class="btn small bare"
          tabindex="-1"
          data-pc="refuse-${message.id}"
          aria-label="Delete what ${message.author.name} wrote"
          @click=${() => void deeds.remove(message)}
        >
          ${icon(Trash2, 18)}Delete
        </button>
        <button
          type="button"
          class="btn small bare icon-only"
          tabindex="-1"
          aria-label="More about ${message.author.name}"
          title="More"
          @click=${(event: Event) => menu(message, event.currentTarget as HTMLElement)}
        >
          ${icon(EllipsisVertical, 18)}
        </button>
      </div>
    </li>`;
  }

  protected override render() {
    const { waiting } = this.parts.chat;
    if (waiting.length === 0) {
      return html`<p class="empty" data-pc="waiting-none">
        Nothing waits. Messages come here first when one of your words stands in them, or when everything needs approval.
      </p>`;
    }
    return html`<ol
        class="list-of"
        tabindex="0"
        aria-label="Waiting for approval. J and K go from message to message, A approves, D deletes."
        data-pc="chat-waiting"
        @keydown=${this.#keys}
      >
        ${repeat(waiting, ({ id }) => id, (message) => this.#row(message))}
      </ol>
      <p class="keys quiet-text"><kbd>J</kbd> <kbd>K</kbd> walk · <kbd>A</kbd> approves · <kbd>D</kbd> deletes</p>`;
  }
}

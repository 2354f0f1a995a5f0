/** What viewers ask, by votes; what was answered comes last. */
import { LitElement, css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Check, ChevronUp, EllipsisVertical, Reply, Undo2 } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChatMessage } from "../../wire/protocol.gen.js";
import { count, plural } from "../format.js";
import { Follows } from "../ui/follow.js";
import { panel } from "../ui/styles.js";
import type { LogParts } from "./log.js";
import { rowStyles } from "./row_styles.js";
import { byline } from "./rows.js";

export class ChatQuestions extends LitElement {
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
        display: grid;
        grid-template-columns: 36px minmax(0, 1fr);
        gap: 0 var(--pc-space-2);
        padding: var(--pc-space-3) 52px var(--pc-space-2) var(--pc-space-3);
        border-bottom: 1px solid var(--pc-line);
        border-radius: 0;
      }
      .votes {
        display: grid;
        justify-items: center;
        align-content: start;
        color: var(--pc-muted);
        font-weight: var(--pc-strong);
        line-height: 1.1;
      }
      .done .text {
        color: var(--pc-muted);
      }
      .deeds {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--pc-space-1);
        padding-top: var(--pc-space-1);
        margin-left: calc(-1 * var(--pc-space-2));
      }
      .deeds .btn {
        padding: 0 var(--pc-space-2);
        font-weight: var(--pc-regular);
      }
      .row-of > .btn {
        position: absolute;
        top: var(--pc-space-2);
        right: var(--pc-space-2);
      }
    `,
  ];

  declare parts: LogParts;

  constructor() {
    super();
    new Follows(this, () => this.parts.chat);
  }

  #row(question: ChatMessage) {
    const { chat, deeds, reply, menu } = this.parts;
    const { id, votes, answered, author } = question;
    return html`<li class="row-of ${answered ? "done" : ""}" data-pc="question-${id}" data-answered=${answered}>
      <p class="votes num" data-pc="question-votes-${id}">
        ${icon(ChevronUp, 18)}<span aria-hidden="true">${count(votes)}</span><span class="sr">${plural(votes, "vote")}</span>
      </p>
      <div>
        <p class="text strong" dir="auto">${question.text}</p>
        ${byline(question, chat.restrained(author.id))}
        <div class="deeds">
          <button type="button" class="btn small bare" data-pc="question-reply-${id}" aria-label="Reply to ${author.name}" @click=${() => reply(question)}>
            ${icon(Reply, 18)}Reply
          </button>
          <button
            type="button"
            class="btn small bare"
            data-pc="question-answered-${id}"
            @click=${() => void deeds.answered(question, !answered)}
          >
            ${answered ? html`${icon(Undo2, 18)}Not answered` : html`${icon(Check, 18)}Answered`}
          </button>
        </div>
      </div>
      <button
        type="button"
        class="btn small bare icon-only"
        aria-label="More about this question"
        title="More"
        @click=${(event: Event) => menu(question, event.currentTarget as HTMLElement)}
      >
        ${icon(EllipsisVertical, 18)}
      </button>
    </li>`;
  }

  protected override render() {
    const { questions } = this.parts.chat;
    if (questions.length === 0) {
      return html`<p class="empty" data-pc="questions-none">No questions yet. Viewers ask them beside the chat, and vote for each other's.</p>`;
    }
    return html`<ul class="list-of" aria-label="Questions, those with most votes first" data-pc="chat-questions">
      ${repeat(questions, ({ id }) => id, (question) => this.#row(question))}
    </ul>`;
  }
}

/** The chat as it runs: the newest below. It stays where the eye is, unless the eye is at its end. */
import { LitElement, html, nothing, type PropertyValues } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { ArrowDown, CircleAlert, EllipsisVertical, Pin, PinOff, Reply, Trash2 } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { Line } from "../../wire/chat_lines.js";
import type { ChatMessage } from "../../wire/protocol.gen.js";
import { plural } from "../format.js";
import { Follows } from "../ui/follow.js";
import { panel } from "../ui/styles.js";
import { say } from "../words.js";
import type { ChatDeeds } from "./deeds.js";
import { rowStyles } from "./row_styles.js";
import { byline, quoted, rowKeys } from "./rows.js";
import type { Moderation } from "./state.js";
import { logStyles } from "./log_styles.js";

const NEAR_PX = 40;

export interface LogParts {
  chat: Moderation;
  deeds: ChatDeeds;
  reply: (message: ChatMessage) => void;
  menu: (message: ChatMessage, anchor: HTMLElement) => void;
}

export class ChatLog extends LitElement {
  static override properties = { parts: { attribute: false }, fresh: { state: true } };
  static override styles = [base, panel, rowStyles, logStyles];

  declare parts: LogParts;
  /** How many lines came below the one that was last at the end. */
  declare fresh: number;
  #atEnd = true;
  #last = "";
  /** The end stays in sight when the room for the log changes, and when its tab comes to the front. */
  #size = new ResizeObserver(() => this.#atEnd && this.#toEnd());

  constructor() {
    super();
    this.fresh = 0;
    new Follows(this, () => this.parts.chat);
  }

  #list = (): HTMLElement | null => this.renderRoot.querySelector(".list-of");

  #look(): void {
    const list = this.#list();
    if (list) this.#atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
  }

  #scrolled(): void {
    this.#look();
    if (this.#atEnd) this.#seen();
  }

  #seen(): void {
    const { lines } = this.parts.chat;
    this.#last = lines[lines.length - 1]?.key ?? "";
    this.fresh = 0;
  }

  #toEnd = (): void => {
    const list = this.#list();
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    this.#atEnd = true;
    this.#seen();
  };

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Now, since a scroll is told only with the next frame.
    this.#look();
    if (this.#atEnd) return;
    const { lines } = this.parts.chat;
    const last = lines.findIndex(({ key }) => key === this.#last);
    if (last >= 0) this.fresh = lines.length - 1 - last;
  }

  protected override firstUpdated(): void {
    const list = this.#list();
    if (list) this.#size.observe(list);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  protected override updated(): void {
    if (this.#atEnd) this.#toEnd();
  }

  #find(id: string): ChatMessage | undefined {
    return this.parts.chat.lines.find(({ message }) => message.id === id)?.message;
  }

  #keys = (event: KeyboardEvent): void => {
    const { deeds, reply, menu } = this.parts;
    const on = (act: (message: ChatMessage, row: HTMLElement) => void) => (id: string, row: HTMLElement) => {
      const message = this.#find(id);
      if (message) act(message, row);
    };
    rowKeys(event, {
      r: { act: on(reply) },
      d: { act: on((message) => void deeds.remove(message)), away: true },
      Enter: { act: on(menu) },
    });
  };

  #tool(hook: string, { id, author }: ChatMessage, words: string, drawing: typeof Pin, act: (button: HTMLElement) => void) {
    return html`<button
      type="button"
      class="btn small bare icon-only ${hook}"
      tabindex="-1"
      data-pc="chat-${hook}-${id}"
      title=${words}
      aria-label="${words}: ${author.name}"
      @click=${(event: Event) => act(event.currentTarget as HTMLElement)}
    >
      ${icon(drawing, 18)}
    </button>`;
  }

  #row({ message }: Line) {
    const { chat, deeds, reply, menu } = this.parts;
    const restrained = chat.restrained(message.author.id);
    return html`<li class="row-of" tabindex="-1" data-id=${message.id} data-pc="said-${message.id}">
      ${guard([message, restrained], () => html`${byline(message, restrained)} ${quoted(message)}
        <p class="text" dir="auto">${message.text}</p>
        <div class="tools">
          ${this.#tool("reply", message, "Reply", Reply, () => reply(message))}
          ${this.#tool("delete", message, "Delete for everyone", Trash2, () => void deeds.remove(message))}
          ${this.#tool("more", message, "More", EllipsisVertical, (button) => menu(message, button))}
        </div>`)}
    </li>`;
  }

  #pinned() {
    const { chat, deeds } = this.parts;
    const { pinned } = chat.chat;
    if (!pinned) return nothing;
    return html`<div class="pinned" data-pc="chat-pinned">
      ${icon(Pin, 18)}
      <p class="grow" dir="auto"><span class="strong">${pinned.author.name}</span> ${pinned.text}</p>
      <button type="button" class="btn small bare icon-only" aria-label="Unpin" title="Unpin" data-pc="chat-unpin-top" @click=${() => void deeds.pin(null)}>
        ${icon(PinOff, 18)}
      </button>
    </div>`;
  }

  #empty() {
    const { chat } = this.parts.chat;
    if (chat.phase === "failed") {
      return html`<div class="note bad" role="alert">
        ${icon(CircleAlert)}<span>${say(chat.error, "The chat could not be opened")}</span>
        <button type="button" class="btn small quiet" @click=${() => chat.retry()}>Try again</button>
      </div>`;
    }
    if (chat.phase !== "open") {
      return html`<div class="late" role="status" aria-label="Reading the chat">${[1, 2, 3].map(() => html`<div class="bone"></div>`)}</div>`;
    }
    return html`<p class="empty" data-pc="chat-none">Nobody has said anything yet. What viewers write stands here at once.</p>`;
  }

  protected override render() {
    const { lines } = this.parts.chat;
    return html`${this.#pinned()}
      ${lines.length === 0 ? this.#empty() : nothing}
      <ol
        class="list-of"
        role="log"
        aria-live="off"
        aria-label="Chat. J and K go from message to message, R replies, D deletes for everyone, Enter offers more."
        tabindex="0"
        data-pc="chat-log"
        ?hidden=${lines.length === 0}
        @scroll=${this.#scrolled}
        @keydown=${this.#keys}
      >
        ${repeat(lines, ({ key }) => key, (line) => this.#row(line))}
      </ol>
      ${this.fresh > 0
        ? html`<button type="button" class="btn small primary fresh" data-pc="chat-fresh" @click=${this.#toEnd}>
            ${icon(ArrowDown, 18)}${plural(this.fresh, "new message")}
          </button>`
        : nothing}`;
  }
}

/** <pc-chat>: the log, the questions and the line to write in. It alone is drawn anew when somebody speaks. */
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import ArrowDown from "lucide/dist/esm/icons/arrow-down.mjs";
import RotateCw from "lucide/dist/esm/icons/rotate-cw.mjs";
import Volume2 from "lucide/dist/esm/icons/volume-2.mjs";
import VolumeX from "lucide/dist/esm/icons/volume-x.mjs";
import X from "lucide/dist/esm/icons/x.mjs";

import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { Chat, type ChatOptions } from "../../wire/chat.js";
import { asWireError } from "../../wire/errors.js";
import type { ChatMessage } from "../../wire/protocol.gen.js";
import type { ChatSide } from "../side.js";
import { Composer } from "./composer.js";
import { composerView } from "./composer-view.js";
import { linesView, pinnedView, questionsView } from "./lines-view.js";
import { chatStyles } from "./styles.js";
import { openErrorWords, sayErrorWords } from "./words.js";

/** This near to the end, the log follows what comes. */
const NEAR_PX = 40;
const TABS = ["message", "question"] as const;

export class PcChat extends LitElement {
  static override styles = [base, chatStyles];
  static override properties = { side: { attribute: false }, place: {} };

  declare side: ChatSide & { chat: Chat };
  declare place: string;
  #composer: Composer | undefined;
  /** The log's end is in sight. */
  #atEnd = true;
  #aloud = false;
  /** The keyboard has its first place. */
  #settled = false;
  #voteError = "";
  #tick: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#seen);
    this.addEventListener("keydown", this.#escape);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#seen);
    this.removeEventListener("keydown", this.#escape);
    clearTimeout(this.#tick);
    this.side.bind(undefined);
  }

  override render(): TemplateResult {
    const { side, place } = this;
    const { chat, tab } = side;
    const open = chat.top.filter((one) => !one.answered).length;
    const names = { message: "Chat", question: open > 0 ? `Questions ${open}` : "Questions" };
    return html`<header class="head">
        <div class="tabs" role="tablist" aria-label="Chat and questions" @keydown=${this.#walk}>
          ${TABS.map(
            (one) => html`<button
              class="tab num"
              role="tab"
              id=${`tab-${one}`}
              data-pc=${`chat-tab-${one}`}
              aria-selected=${one === tab}
              aria-controls="body"
              tabindex=${one === tab ? 0 : -1}
              @click=${() => this.#turn(one)}
            >
              ${names[one]}
            </button>`,
          )}
        </div>
        ${tab === "message"
          ? html`<button class="btn bare icon-only" data-pc="chat-aloud" aria-pressed=${this.#aloud} aria-label="Let a screen reader read new messages" title="Let a screen reader read new messages" @click=${this.#hear}>
              ${icon(this.#aloud ? Volume2 : VolumeX)}
            </button>`
          : nothing}
        ${place === "over"
          ? html`<button class="btn bare icon-only" data-pc="chat-close" aria-label="Close chat" @click=${this.#close}>${icon(X)}</button>`
          : nothing}
      </header>
      <div class="body" id="body" role="tabpanel" aria-labelledby=${`tab-${tab}`}>${this.#body()}</div>
      ${chat.phase === "open" && this.#composer !== undefined
        ? composerView(this.#composer, { tab, redraw: () => this.requestUpdate(), sent: this.#sent })
        : nothing}`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("side")) {
      this.#composer = new Composer(this.side);
      this.side.bind(this);
    }
    const log = this.#log;
    // Before the new lines are in: afterwards the end is farther away.
    if (log !== null && log.clientHeight > 0) this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  }

  protected override firstUpdated(): void {
    if (this.place === "over") this.#focus("chat-close");
  }

  protected override updated(): void {
    if (this.#atEnd) this.#toEnd();
    this.#seen();
    this.#settle();
    const composer = this.#composer;
    clearTimeout(this.#tick);
    const clock = composer === undefined ? 0 : Math.max(composer.wait, composer.mutedFor);
    if (clock > 0) this.#tick = setTimeout(() => this.requestUpdate(), Math.min(1_000, clock));
    if (composer?.naming && this.shadowRoot?.activeElement?.id !== "name") {
      this.renderRoot.querySelector<HTMLElement>("#name")?.focus();
    }
  }

  #body(): TemplateResult {
    const { chat, tab } = this.side;
    if (chat.phase === "failed" && chat.error !== undefined) {
      return html`<div class="empty" role="status" data-pc="chat-error">
        <p>${openErrorWords(chat.error)}</p>
        <button class="btn quiet" data-pc="chat-retry" @click=${() => chat.retry()}>${icon(RotateCw)} Try now</button>
      </div>`;
    }
    if (chat.phase !== "open") {
      return html`<div class="bones" role="status"><span class="sr">The chat is loading.</span><i></i><i></i><i></i><i></i></div>`;
    }
    return tab === "message" ? this.#talk() : this.#questions();
  }

  #talk(): TemplateResult {
    const { chat } = this.side;
    const none = chat.talk.all.length === 0;
    return html`${chat.pinned === null ? nothing : pinnedView(chat.pinned)}
      <div class="log" role="log" aria-label="Messages" aria-live=${this.#aloud ? "polite" : "off"} tabindex="0" data-pc="chat-log" @scroll=${this.#scrolled}>
        ${none ? html`<p class="empty" data-pc="chat-empty">Nobody has said anything yet. What do you think of it?</p>` : linesView(chat)}
      </div>
      ${!this.#atEnd && chat.unread > 0
        ? html`<button class="new num" data-pc="chat-new" @click=${this.#sent}>${icon(ArrowDown, 18)} ${chat.unread} new</button>`
        : nothing}`;
  }

  #questions(): TemplateResult {
    const { chat } = this.side;
    const may = this.#composer?.barred === "" && !this.#composer.offline;
    const none = chat.top.length === 0 && chat.asked.all.length === 0;
    return html`<div class="questions" data-pc="chat-questions">
      ${this.#voteError === "" ? nothing : html`<p class="aside bad" role="status" data-pc="chat-vote-error">${this.#voteError}</p>`}
      ${none
        ? html`<p class="empty" data-pc="chat-no-questions">No questions yet. The ones with most votes come first.</p>`
        : questionsView(chat, may, (question, up) => void this.#vote(question, up))}
    </div>`;
  }

  async #vote(question: ChatMessage, up: boolean): Promise<void> {
    this.#voteError = "";
    try {
      await this.side.chat.upvote(question, up);
    } catch (thrown) {
      this.#voteError = `Your vote was not counted. ${sayErrorWords(asWireError(thrown))}`;
      this.requestUpdate();
    }
  }

  /** Opened by a button: the keyboard goes where one writes. On a touch screen that would bring up its keys. */
  #settle(): void {
    if (this.#settled || this.side.chat.phase !== "open") return;
    this.#settled = true;
    const active = this.shadowRoot?.activeElement;
    if (active instanceof HTMLElement && active.dataset["pc"] === "chat-close" && matchMedia("(pointer: fine)").matches) {
      this.#focus("chat-input");
    }
  }

  #focus(hook: string): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-pc="${hook}"]`)?.focus({ preventScroll: true });
  }

  get #log(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".log");
  }

  #toEnd(): void {
    const log = this.#log;
    if (log !== null) log.scrollTop = log.scrollHeight;
  }

  #turn(tab: "message" | "question"): void {
    this.side.tab = tab;
    this.#atEnd = true;
    this.requestUpdate();
  }

  readonly #sent = (): void => {
    this.#atEnd = true;
    this.#toEnd();
    this.#seen();
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.#toEnd();
      this.#focus("chat-input");
    });
  };

  readonly #seen = (): void => {
    const { side } = this;
    const looks = this.#atEnd && side.tab === "message" && document.visibilityState === "visible" && this.clientHeight > 0;
    if (looks) side.chat.seen();
  };

  readonly #scrolled = (): void => {
    const log = this.#log;
    if (log === null) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.requestUpdate();
  };

  readonly #hear = (): void => {
    this.#aloud = !this.#aloud;
    this.requestUpdate();
  };

  readonly #close = (): void => {
    this.dispatchEvent(new CustomEvent("pc-close", { bubbles: true }));
  };

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.place === "over") this.#close();
  };

  readonly #walk = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.#turn(this.side.tab === "message" ? "question" : "message");
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
}

if (customElements.get("pc-chat") === undefined) customElements.define("pc-chat", PcChat);

/** The chat itself comes with its screen: who never looks at it never loads it. */
export function openChat(options: ChatOptions): Chat {
  const chat = new Chat(options);
  chat.open();
  return chat;
}

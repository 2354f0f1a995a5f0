/** The chat of a show beside its numbers: what is said, what is asked, what waits for approval. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, Settings2 } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChatMessage, StreamView } from "../../wire/protocol.gen.js";
import { Follows } from "../ui/follow.js";
import { lostNote } from "../ui/link.js";
import { panel } from "../ui/styles.js";
import { many, tabRow, tabStyles } from "../ui/tabs.js";
import type { ChatDeeds } from "./deeds.js";
import type { LogParts } from "./log.js";
import type { ChatMenu, MenuParts } from "./menu.js";
import { rulesWords } from "./rules.js";
import type { SayBox } from "./say_box.js";
import type { Moderation } from "./state.js";

type Part = "said" | "asked" | "waiting";

export class ChatColumn extends LitElement {
  static override properties = {
    chat: { attribute: false },
    deeds: { attribute: false },
    state: { attribute: false },
    settings: { attribute: false },
    tab: { state: true },
  };
  static override styles = [
    base,
    panel,
    tabStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .top {
        display: flex;
        align-items: stretch;
        border-bottom: 1px solid var(--pc-line);
      }
      .top .tabs {
        flex: 1;
        min-width: 0;
        border: 0;
      }
      .top .btn {
        align-self: center;
        margin: 0 var(--pc-space-1);
      }
      .part {
        flex: 1;
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
      }
      @media (min-width: 960px) and (max-width: 1499px) {
        .top .tabs button {
          gap: 4px;
          font-size: var(--pc-text-1);
        }
      }
      .rules {
        padding: var(--pc-space-1) var(--pc-space-4);
        border: 0;
        border-bottom: 1px solid var(--pc-line);
        background: var(--pc-sunk);
        color: var(--pc-muted);
        font-size: var(--pc-text-1);
        text-align: left;
        cursor: pointer;
      }
      .rules:hover {
        color: var(--pc-ink);
      }
      .note {
        margin: var(--pc-space-2) var(--pc-space-3) 0;
      }
    `,
  ];

  declare chat: Moderation;
  declare deeds: ChatDeeds;
  /** The stream's. */
  declare state: StreamView["state"];
  /** Opens the rules. */
  declare settings: () => void;
  declare tab: Part;
  #parts: (LogParts & MenuParts) | undefined;
  #tick = 0;

  constructor() {
    super();
    this.tab = "said";
    new Follows(this, () => this.chat);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = window.setInterval(() => this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  /** Made once, so that rows that did not change are not drawn again. */
  get #shared(): LogParts & MenuParts {
    this.#parts ??= {
      chat: this.chat,
      deeds: this.deeds,
      reply: (message: ChatMessage) => void this.renderRoot.querySelector<SayBox>("pc-say-box")?.reply(message),
      menu: (message: ChatMessage, anchor: HTMLElement) =>
        void this.renderRoot.querySelector<ChatMenu>("pc-chat-menu")?.open(message, anchor),
    };
    return this.#parts;
  }

  #tabs() {
    const open = this.chat.questions.filter(({ answered }) => !answered).length;
    const waiting = this.chat.waiting.length;
    return tabRow<Part>({
      label: "Parts of the chat",
      tabs: [
        ["said", "Chat"],
        ["asked", html`Questions ${open > 0 ? many(open, "not answered") : nothing}`],
        ["waiting", html`Waiting ${waiting > 0 ? many(waiting, "waiting for approval") : nothing}`],
      ],
      chosen: this.tab,
      choose: (tab) => (this.tab = tab),
      tab: "chat-tab",
      part: "chat-part",
    });
  }

  #shown() {
    switch (this.tab) {
      case "said":
        return html`<pc-chat-log .parts=${this.#shared}></pc-chat-log>`;
      case "asked":
        return html`<pc-chat-questions .parts=${this.#shared}></pc-chat-questions>`;
      case "waiting":
        return html`<pc-chat-waiting .parts=${this.#shared}></pc-chat-waiting>`;
    }
  }

  protected override render() {
    const { chat } = this;
    const rules = rulesWords(chat.chat.rules);
    return html`<div class="top">
        ${this.#tabs()}
        <button
          type="button"
          class="btn small bare icon-only"
          aria-label="Rules, word list, people and log of the chat"
          title="Rules of the chat"
          data-pc="chat-settings"
          @click=${() => this.settings()}
        >
          ${icon(Settings2)}
        </button>
      </div>
      ${rules ? html`<button type="button" class="rules" data-pc="chat-rules" @click=${() => this.settings()}>${rules}</button>` : nothing}
      ${lostNote(chat.line, "What is said meanwhile comes when it is back.")}
      ${chat.problem
        ? html`<div class="note bad" role="alert">
            ${icon(CircleAlert)}<span>${chat.problem}</span>
            <button type="button" class="btn small quiet" @click=${() => void chat.read()}>Try again</button>
          </div>`
        : nothing}
      <div class="part" id="chat-part-${this.tab}" role="tabpanel" aria-labelledby="chat-tab-${this.tab}">${this.#shown()}</div>
      <pc-say-box
        .deeds=${this.deeds}
        .off=${this.state === "ended" ? "The show has ended, and the chat with it. What was said can still be deleted." : ""}
      ></pc-say-box>
      <pc-chat-menu .parts=${this.#shared}></pc-chat-menu>`;
  }
}

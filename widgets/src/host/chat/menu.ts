/** What can be done with one message and with who said it, as a menu at that message. */
import { LitElement, css, html, nothing } from "lit";
import { Ban, Clock, Pin, PinOff, Reply, Trash2, UserCheck, UserX } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChatMessage } from "../../wire/protocol.gen.js";
import { panel } from "../ui/styles.js";
import type { ChatDeeds } from "./deeds.js";
import type { Moderation } from "./state.js";

export interface Item {
  id: string;
  words: string;
  drawing: typeof Pin;
  act: () => void;
  /** Begins a new group. */
  apart?: boolean;
  bad?: boolean;
}

export interface MenuParts {
  chat: Moderation;
  deeds: ChatDeeds;
  reply: (message: ChatMessage) => void;
}

export function itemsFor(message: ChatMessage, { chat, deeds, reply }: MenuParts): Item[] {
  const { author } = message;
  const items: Item[] = [];
  const shown = message.state === "shown";
  if (shown) items.push({ id: "reply", words: "Reply", drawing: Reply, act: () => reply(message) });
  if (chat.chat.pinned?.id === message.id) {
    items.push({ id: "unpin", words: "Unpin", drawing: PinOff, act: () => void deeds.pin(null) });
  } else if (shown && message.kind === "message") {
    items.push({ id: "pin", words: "Pin on top", drawing: Pin, act: () => void deeds.pin(message) });
  }
  items.push({ id: "delete", words: "Delete for everyone", drawing: Trash2, act: () => void deeds.remove(message), bad: true });
  if (author.staff) return items;
  const mute = (id: string, time: string, seconds: number): Item => ({
    id: `mute-${id}`,
    words: `Mute for ${time}`,
    drawing: Clock,
    act: () => void deeds.restrain(author, "mute", { seconds }),
  });
  items.push({ ...mute("1", "1 min", 60), apart: true }, mute("10", "10 min", 600), mute("60", "1 h", 3600));
  const banned = chat.restrained(author.id)?.banned === true;
  if (!banned) items.push({ id: "ban", words: "Ban", drawing: Ban, act: () => void deeds.restrain(author, "ban"), bad: true });
  items.push({
    id: "ban-remove",
    words: "Ban, delete all they said",
    drawing: UserX,
    act: () => void deeds.restrain(author, "ban", { remove: true }),
    bad: true,
  });
  if (chat.restrained(author.id)) {
    items.push({ id: "free", words: "Let speak again", drawing: UserCheck, act: () => void deeds.restrain(author, "free") });
  }
  return items;
}

const GAP = 4;

export class ChatMenu extends LitElement {
  static override properties = { parts: { attribute: false }, message: { state: true } };
  static override styles = [
    base,
    panel,
    css`
      .menu {
        position: fixed;
        inset: auto;
        width: 248px;
        margin: 0;
        padding: var(--pc-space-2);
        border: 1px solid var(--pc-line);
        border-radius: var(--pc-radius);
        background: var(--pc-raised);
        color: var(--pc-ink);
        box-shadow: var(--pc-shadow);
      }
      .of {
        overflow: hidden;
        padding: 2px var(--pc-space-2) var(--pc-space-2);
        color: var(--pc-muted);
        font-size: var(--pc-text-1);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      button {
        display: flex;
        align-items: center;
        gap: var(--pc-space-3);
        width: 100%;
        min-height: 36px;
        padding: 0 var(--pc-space-2);
        border: 0;
        border-radius: var(--pc-radius-small);
        background: none;
        text-align: left;
        cursor: pointer;
      }
      button:hover,
      button:focus-visible {
        background: var(--pc-sunk);
      }
      button:focus-visible {
        outline-offset: -2px;
      }
      button.bad {
        color: var(--pc-bad);
      }
      button.apart {
        margin-top: var(--pc-space-2);
      }
      @media (pointer: coarse) {
        button {
          min-height: var(--pc-target);
        }
      }
    `,
  ];

  declare parts: MenuParts;
  declare message: ChatMessage | null;
  #anchor: HTMLElement | null = null;

  constructor() {
    super();
    this.message = null;
  }

  async open(message: ChatMessage, anchor: HTMLElement): Promise<void> {
    this.message = message;
    this.#anchor = anchor;
    await this.updateComplete;
    const menu = this.renderRoot.querySelector<HTMLElement>(".menu");
    if (!menu) return;
    menu.showPopover();
    const [at, size] = [anchor.getBoundingClientRect(), menu.getBoundingClientRect()];
    const below = at.bottom + GAP + size.height <= innerHeight;
    menu.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
    menu.style.top = `${Math.max(8, below ? at.bottom + GAP : Math.min(at.top, innerHeight) - size.height - GAP)}px`;
    menu.querySelector("button")?.focus();
  }

  #choose(item: Item): void {
    this.renderRoot.querySelector<HTMLElement>(".menu")?.hidePopover();
    item.act();
  }

  #toggled(event: ToggleEvent): void {
    if (event.newState === "closed" && this.#anchor?.isConnected) this.#anchor.focus();
  }

  #keys(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Tab") this.renderRoot.querySelector<HTMLElement>(".menu")?.hidePopover();
    // Single keys of the panel do nothing behind an open menu.
    event.stopPropagation();
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...this.renderRoot.querySelectorAll("button")];
    const at = buttons.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  }

  protected override render() {
    const { message } = this;
    return html`<div class="menu" popover role="menu" aria-label="This message" data-pc="chat-menu" @keydown=${this.#keys} @toggle=${this.#toggled}>
      ${message
        ? html`<p class="of" dir="auto"><span class="strong">${message.author.name}</span> ${message.text}</p>
            ${itemsFor(message, this.parts).map(
              (item) => html`<button
                type="button"
                role="menuitem"
                tabindex="-1"
                class="${item.bad ? "bad" : ""} ${item.apart ? "apart" : ""}"
                data-pc="chat-${item.id}"
                @click=${() => this.#choose(item)}
              >
                ${icon(item.drawing, 18)}${item.words}
              </button>`,
            )}`
        : nothing}
    </div>`;
  }
}

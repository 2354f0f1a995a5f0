/** One line to write in: text, then once a name, then it goes. No DOM in here; the view is composer-view.ts. */
import type { Chat } from "../../wire/chat.js";
import { asWireError } from "../../wire/errors.js";
import type { ChatSide } from "../side.js";
import { mutedWords, nameErrorWords } from "./words.js";

export const MOST_SAID = 200;
export const MOST_NAME = 24;

/** One line: what a paste brings of line ends and tabs becomes a space. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
}

export class Composer {
  /** The name is asked for, since there are words to say. */
  naming = false;
  name = "";
  nameError = "";
  busy = false;

  readonly #side: ChatSide & { chat: Chat };

  constructor(side: ChatSide & { chat: Chat }) {
    this.#side = side;
  }

  get #chat(): Chat {
    return this.#side.chat;
  }

  get text(): string {
    return this.#side.drafts[this.#side.tab];
  }
  set text(words: string) {
    this.#side.drafts[this.#side.tab] = words;
  }

  /** ms until the viewer may speak again: slow mode, or too fast. */
  get wait(): number {
    return Math.max(0, this.#chat.nextAt - this.#side.session.clock.now());
  }

  /** ms until the viewer is not muted any more. */
  get mutedFor(): number {
    const until = this.#chat.me?.muted_until ?? null;
    return until === null ? 0 : Math.max(0, until - this.#side.session.clock.now());
  }

  /** Why there is no line to write in; empty when there is. */
  get barred(): string {
    const { chat, stream, session } = this.#side;
    if (session.preview) return "This is a preview: you can read here, not write.";
    if (stream?.state === "ended") return "The show has ended, and the chat with it.";
    if (chat.rules?.open === false) return "The host has closed the chat. You can read on.";
    if (chat.me?.banned) return "The host has taken you out of this chat. You can read on.";
    if (this.mutedFor > 0) return `${mutedWords(chat.me?.muted_until ?? undefined)} You can read on.`;
    return "";
  }

  get offline(): boolean {
    return this.#side.session.client.line.state !== "open";
  }

  /** True when it was said. */
  send(): boolean {
    const text = oneLine(this.text);
    if (text === "" || this.barred !== "" || this.offline || this.wait > 0) return false;
    if (this.#chat.me?.name === null) {
      this.naming = true;
      return false;
    }
    this.#chat.say(text, this.#side.tab);
    this.text = "";
    return true;
  }

  async sendName(): Promise<void> {
    const name = oneLine(this.name);
    if (name === "" || this.busy) return;
    this.busy = true;
    this.nameError = "";
    this.#side.redraw();
    try {
      await this.#chat.chooseName(name);
      this.naming = false;
      this.send();
    } catch (thrown) {
      const error = asWireError(thrown);
      // Chosen on another page of this viewer: the server's answer to opening tells it.
      if (error.code === "chat.name_chosen") this.#chat.retry();
      this.nameError = error.code === "chat.name_chosen" ? "" : nameErrorWords(error);
      if (error.code === "chat.name_chosen") this.naming = false;
    }
    this.busy = false;
    this.#side.redraw();
  }
}

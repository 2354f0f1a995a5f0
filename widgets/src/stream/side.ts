/**
 * The chat at the side of a stream: whether it is there, open or behind a button. Its parts are fetched, and the server is
 * asked, when it is first shown and not before.
 */
import type { StreamView } from "../wire/protocol.gen.js";
import type { Chat } from "../wire/chat.js";
import { Lazy } from "./lazy.js";
import type { Session } from "./session.js";

/** `open`: a place of its own beside or below the picture. `closed`: behind a button. `off`: none. */
export type ChatMode = "open" | "closed" | "off";

export interface ChatSideOptions {
  session: Session;
  onChange: () => void;
}

export class ChatSide {
  mode: ChatMode = "off";
  /** The panel over the picture is open. */
  shown = false;
  chat: Chat | undefined;
  readonly session: Session;
  readonly parts: Lazy<typeof import("./chat/chat.js")>;
  readonly reactions: Lazy<unknown>;
  /** What is typed and not sent, kept while the panel is closed. */
  readonly drafts = { message: "", question: "" };
  tab: "message" | "question" = "message";

  readonly #onChange: () => void;
  #panel: { requestUpdate(): void } | undefined;
  #badge = 0;
  #stopped = false;

  constructor(options: ChatSideOptions) {
    this.session = options.session;
    this.#onChange = options.onChange;
    this.reactions = new Lazy(() => import("./reactions/reactions.js"), this.#onChange);
    this.parts = new Lazy(() => import("./chat/chat.js"), () => this.#arrived());
  }

  get stream(): StreamView | undefined {
    return this.session.room.shown?.stream;
  }

  /** The unread, for the button. Nobody tells us of any before the chat was first open. */
  get unread(): number {
    return this.shown ? 0 : (this.chat?.unread ?? 0);
  }

  use(mode: ChatMode): void {
    if (mode === this.mode) return;
    this.mode = mode;
    if (mode === "open") this.parts.load();
  }

  toggle(open: boolean): void {
    this.shown = open;
    if (open) this.parts.load();
    this.#onChange();
  }

  /** The panel that is on the page now: it alone is drawn anew when somebody speaks. */
  bind(panel: { requestUpdate(): void } | undefined): void {
    this.#panel = panel;
  }

  /** Something around the chat moved: the line, the stream's state. */
  redraw(): void {
    this.#panel?.requestUpdate();
  }

  stop(): void {
    this.#stopped = true;
    this.chat?.stop();
  }

  #arrived(): void {
    if (this.#stopped) return;
    if (this.parts.part !== undefined) {
      const { client, stream, clock } = this.session;
      const options = { client, stream, now: () => clock.now(), onChange: () => this.#changed() };
      this.chat = this.parts.part.openChat(options);
    }
    this.#onChange();
  }

  #changed(): void {
    this.redraw();
    if (this.unread === this.#badge) return;
    this.#badge = this.unread;
    this.#onChange();
  }
}

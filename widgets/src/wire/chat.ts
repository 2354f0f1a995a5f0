/**
 * A stream's chat as one viewer has it: the log in the server's order, what this viewer says before the server has it,
 * questions, and what the viewer may do. Listens only once it was opened. No DOM in here.
 */
import { ChatLines, type Line as ChatLine } from "./chat_lines.js";
import type { Asker } from "./client.js";
import { type WireError, asWireError } from "./errors.js";
import { newKey } from "./keys.js";
import type { ChatMe, ChatMessage, ChatOpened, ChatRules, ChatSaid } from "./protocol.gen.js";

export interface ChatOptions {
  client: Asker;
  stream: string;
  /** The server's time, ms. */
  now: () => number;
  onChange: () => void;
}

type ChatKind = ChatMessage["kind"];

export type ChatPhase = "idle" | "opening" | "open" | "failed";

/** The server leaves messages out when more than this come in a quarter of a second: no gap to mend. */
export const MOST_AT_ONCE = 25;
const AGAIN_MS = 4_000;
/** A gap is mended once in this time: whoever misses much should not ask much. */
const GAP_MS = 3_000;

export class Chat {
  phase: ChatPhase = "idle";
  readonly talk = new ChatLines();
  readonly asked = new ChatLines();
  /** The questions with most votes, as the server ranks them. */
  top: readonly ChatMessage[] = [];
  pinned: ChatMessage | null = null;
  rules: ChatRules | undefined;
  me: ChatMe | undefined;
  /** Why the chat can't be shown, when the phase is `failed`. */
  error: WireError | undefined;
  /** Slow mode: from when on the viewer may speak again, ms. */
  nextAt = 0;
  /** How many messages of others came since `seen`. */
  unread = 0;

  readonly #options: ChatOptions;
  #head: { epoch: string; seq: number } | undefined;
  /** Votes under way, with the counts before and after. */
  #voting = new Map<string, { up: boolean; before: number; after: number }>();
  #off: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening: Promise<void> | undefined;
  #mended = -Infinity;
  #stopped = false;

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  /** Listens from now on, and asks whenever the line opens. Again: nothing. */
  open(): void {
    if (this.phase !== "idle") return;
    this.phase = "opening";
    const { client, stream } = this.#options;
    const mine = <E extends { stream: string }>(take: (event: E) => void) => (event: E): void => {
      if (event.stream !== stream) return;
      take(event);
      this.#options.onChange();
    };
    this.#off.push(
      client.on("chat.said", mine((news) => this.#said(news))),
      client.on("chat.removed", mine(({ messages }) => this.#removed(messages))),
      client.on("chat.questions", mine(({ questions }) => this.#rank(questions))),
      client.on("chat.pinned", mine(({ message }) => (this.pinned = message))),
      client.on(
        "chat.ruled",
        mine(({ rules }) => {
          this.rules = rules;
          if (rules.slow_s === 0) this.nextAt = 0;
        }),
      ),
      client.on("chat.me_changed", ({ me }) => {
        this.me = me;
        this.#options.onChange();
      }),
      client.onLine((line) => {
        // What was taken down meanwhile does not stay: then the server answers with the whole log.
        if (line.state === "open") void this.#open(true);
        this.#options.onChange();
      }),
    );
    if (client.line.state === "open") void this.#open(false);
    this.#options.onChange();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const off of this.#off.splice(0)) off();
  }

  /** After the viewer pressed "try again". */
  retry(): void {
    this.phase = "opening";
    this.error = undefined;
    this.#options.onChange();
    void this.#open(false);
  }

  seen(): void {
    if (this.unread === 0) return;
    this.unread = 0;
    this.#options.onChange();
  }

  /** @throws WireError, when the name is not to be had. */
  async chooseName(name: string): Promise<void> {
    const { client, stream } = this.#options;
    this.me = await client.ask("chat.choose_name", { stream, as_name: name }, { tries: 2 });
    this.#options.onChange();
  }

  /** On the screen at once; the server's word replaces it, or it is marked as not sent. */
  say(text: string, kind: ChatKind = "message"): void {
    const line: ChatLine = {
      key: newKey("chat"),
      state: "sending",
      message: {
        id: "",
        at: this.#options.now(),
        author: { id: this.me?.person ?? "", name: this.me?.name ?? "", staff: false },
        kind,
        text,
        state: "shown",
        reply_to: null,
        votes: 0,
        answered: false,
      },
    };
    this.#lines(kind).add(line);
    void this.#send(line);
  }

  /** The same words under the same key: never said twice. */
  sayAgain(line: ChatLine): void {
    if (line.state !== "failed") return;
    void this.#send(this.#lines(line.message.kind).put(line, { state: "sending" }));
  }

  drop(line: ChatLine): void {
    this.#lines(line.message.kind).drop(line.key);
    this.#options.onChange();
  }

  voted(question: string): boolean {
    return this.#voting.get(question)?.up ?? this.me?.voted.includes(question) ?? false;
  }

  /** Votes as shown: the server's, or what this viewer is just making of them. */
  votes(question: ChatMessage): number {
    return this.#voting.get(question.id)?.after ?? question.votes;
  }

  /** @throws WireError, after the vote has been taken back on the screen. */
  async upvote(question: ChatMessage, up: boolean): Promise<void> {
    const { id, votes: before } = question;
    if (this.#voting.has(id) || this.voted(id) === up) return;
    const { client, stream } = this.#options;
    const after = Math.max(0, before + (up ? 1 : -1));
    this.#voting.set(id, { up, before, after });
    this.#options.onChange();
    try {
      await client.ask("chat.upvote", { stream, question: id, up }, { tries: 2 });
      const others = (this.me?.voted ?? []).filter((one) => one !== id);
      if (this.me !== undefined) this.me = { ...this.me, voted: up ? [...others, id] : others };
      // The server's own count comes a moment later, or has come already.
      const count = (one: ChatMessage): ChatMessage => (one.id === id && one.votes === before ? { ...one, votes: after } : one);
      this.#rank(this.top.map(count));
    } finally {
      this.#voting.delete(id);
      this.#options.onChange();
    }
  }

  async #send(line: ChatLine): Promise<void> {
    const { client, stream, now, onChange } = this.#options;
    const { text, kind } = line.message;
    const lines = this.#lines(kind);
    onChange();
    try {
      const { message } = await client.ask("chat.say", { stream, key: line.key, text, kind });
      lines.arrived(line.key, message);
      const slow = this.rules?.slow_s ?? 0;
      if (slow > 0) this.nextAt = now() + slow * 1_000;
    } catch (thrown) {
      const error = asWireError(thrown);
      const wait = error.details["retry_after"];
      if (typeof wait === "number") this.nextAt = Math.max(this.nextAt, now() + wait * 1_000);
      lines.failed(line.key, error);
    }
    onChange();
  }

  #open(since: boolean): Promise<void> {
    this.#opening ??= this.#ask(since).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #ask(since: boolean): Promise<void> {
    const { client, stream } = this.#options;
    clearTimeout(this.#timer);
    const known = since && this.#head !== undefined ? { since: { ...this.#head } } : {};
    try {
      const opened = await client.ask("chat.open", { stream, ...known }, { tries: 2 });
      if (!this.#stopped) this.#take(opened);
    } catch (thrown) {
      if (this.#stopped) return;
      const error = asWireError(thrown);
      if (error.retryable) {
        this.#timer = setTimeout(() => {
          if (client.line.state === "open") void this.#open(since);
        }, AGAIN_MS * (0.75 + Math.random() / 2));
      }
      // With a log on the screen, an outage is told by the line; only a refusal ends it.
      if (this.phase !== "open" || !error.retryable) Object.assign(this, { phase: "failed", error });
    }
    this.#options.onChange();
  }

  #take({ log, me }: ChatOpened): void {
    const anew = log.whole || log.epoch !== this.#head?.epoch;
    this.#head = { epoch: log.epoch, seq: log.seq };
    this.phase = "open";
    this.error = undefined;
    this.me = me;
    this.rules = log.rules;
    this.pinned = log.pinned;
    this.#rank(log.questions);
    if (anew) this.talk.replace(log.messages);
    else this.talk.append(log.messages, me.person);
  }

  #said(news: ChatSaid): void {
    const head = this.#head;
    if (head === undefined) return;
    if (news.epoch !== head.epoch) {
      void this.#open(false);
      return;
    }
    if (news.seq <= head.seq) return;
    const gap = news.after > head.seq;
    // The newest of a flood: what was left out is gone on purpose. Fewer than that: something was lost on the way.
    if (gap && news.messages.length < MOST_AT_ONCE && this.#options.now() - this.#mended > GAP_MS) {
      this.#mended = this.#options.now();
      void this.#open(true);
      return;
    }
    this.#head = { epoch: head.epoch, seq: news.seq };
    this.unread += this.talk.append(news.messages, this.me?.person);
  }

  #removed(ids: readonly string[]): void {
    const gone = new Set(ids);
    this.talk.remove(gone);
    this.asked.remove(gone);
    this.top = this.top.filter((one) => !gone.has(one.id));
    if (this.pinned !== null && gone.has(this.pinned.id)) this.pinned = null;
  }

  #rank(questions: readonly ChatMessage[]): void {
    this.top = questions;
    this.asked.update(questions);
  }

  #lines(kind: ChatKind): ChatLines {
    return kind === "message" ? this.talk : this.asked;
  }
}

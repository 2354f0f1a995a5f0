/**
 * A stream's chat as its moderator has it: the log that everybody has, and beside it what waits for approval, the word
 * list and the people who may not speak. What was just done is drawn before the server's word comes round. No DOM in here.
 */
import { Chat } from "../../wire/chat.js";
import { MOST_LINES, type Line } from "../../wire/chat_lines.js";
import type { Asker, Line as Link } from "../../wire/client.js";
import type { ServerClock } from "../../wire/clock.js";
import type { ChatMessage, Restrained } from "../../wire/protocol.gen.js";
import type { Followed } from "../ui/follow.js";
import { say } from "../words.js";
import type { ChatCalls } from "./calls.js";

export class Moderation implements Followed {
  readonly calls: ChatCalls;
  readonly stream: string;
  readonly clock: ServerClock;
  readonly chat: Chat;
  words: readonly string[] = [];
  /** By the person's id: who is muted, or banned. */
  people: ReadonlyMap<string, Restrained> = new Map();
  problem = "";

  readonly #client: Asker;
  readonly #listeners = new Set<() => void>();
  #waiting: readonly ChatMessage[] = [];
  /** How often the socket told what waits. */
  #told = 0;
  #older: readonly Line[] = [];
  /** Let through, and taken down, from here; the server's own word may still be on its way. */
  #handled = new Set<string>();
  #removed = new Set<string>();
  #off: (() => void)[] = [];
  #reading: Promise<void> | undefined;

  constructor(parts: { calls: ChatCalls; client: Asker; clock: ServerClock; stream: string }) {
    this.calls = parts.calls;
    this.stream = parts.stream;
    this.clock = parts.clock;
    this.#client = parts.client;
    this.chat = new Chat({
      client: parts.client,
      stream: parts.stream,
      now: () => parts.clock.now(),
      onChange: () => this.changed(),
    });
  }

  get line(): Link {
    return this.#client.line;
  }

  /** The log, and before it what a moderator is told of the time before. */
  get lines(): readonly Line[] {
    const talk = this.chat.talk.all;
    const there = new Set(talk.map(({ message }) => message.id));
    const first = talk[0]?.message.at ?? Infinity;
    const older = this.#older.filter(({ message }) => message.at <= first && !there.has(message.id));
    return [...older, ...talk].filter(({ message }) => !this.#removed.has(message.id)).slice(-MOST_LINES);
  }

  /** Those with most votes first, and after all others those that were answered. */
  get questions(): readonly ChatMessage[] {
    const there = this.chat.top.filter(({ id }) => !this.#removed.has(id));
    return there.sort((a, b) => Number(a.answered) - Number(b.answered) || b.votes - a.votes || a.at - b.at);
  }

  get waiting(): readonly ChatMessage[] {
    return this.#waiting.filter(({ id }) => !this.#handled.has(id) && !this.#removed.has(id));
  }

  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  async start(): Promise<void> {
    this.chat.open();
    this.#off.push(
      this.#client.on("chat.waiting", ({ stream, messages }) => {
        if (stream !== this.stream) return;
        this.#waiting = messages;
        this.#told += 1;
        this.changed();
      }),
      this.#client.on("chat.removed", ({ stream, messages }) => {
        if (stream === this.stream) for (const message of messages) this.remove(message);
      }),
      this.#client.onLine(() => this.changed()),
    );
    await this.read();
  }

  stop(): void {
    this.chat.stop();
    for (const off of this.#off.splice(0)) off();
  }

  /** What only a moderator is told; the log comes over the socket. Calls while one is under way share it. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Not what is on its way already: that may be older than what is to be known. */
  async readAnew(): Promise<void> {
    await this.#reading;
    await this.read();
  }

  /** @throws WireError */
  async readPeople(): Promise<void> {
    const { people } = await this.calls.people();
    this.people = new Map(people.map((one) => [one.person.id, one]));
    this.changed();
  }

  /** `undefined` for who may speak. A mute that has ended is none. */
  restrained(person: string): Restrained | undefined {
    const found = this.people.get(person);
    return found && (found.banned || (found.muted_until ?? 0) > this.clock.now()) ? found : undefined;
  }

  remove(message: string, gone = true): void {
    if (gone) this.#removed.add(message);
    else this.#removed.delete(message);
    this.changed();
  }

  handle(message: string, done = true): void {
    if (done) this.#handled.add(message);
    else this.#handled.delete(message);
    this.changed();
  }

  async #read(): Promise<void> {
    const before = this.#told;
    try {
      const [told] = await Promise.all([this.calls.read(this.stream), this.readPeople()]);
      // What came over the socket meanwhile is newer.
      if (before === this.#told) this.#waiting = told.waiting;
      this.#older = told.log.messages.map((message) => ({ key: message.id, state: "there", message }));
      this.words = told.words;
      this.problem = "";
    } catch (error) {
      this.problem = say(error, "The chat's rules could not be read");
    }
    this.changed();
  }
}

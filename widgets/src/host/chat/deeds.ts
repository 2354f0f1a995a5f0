/** What a moderator does. Each deed says what it did, with its undo where the server can take it back. */
import { newKey } from "../../wire/keys.js";
import type { ChangeChat, ChatMessage, Person, Restrain, Restrained } from "../../wire/protocol.gen.js";
import { span } from "../format.js";
import type { Question } from "../ui/ask.js";
import type { Tell } from "../ui/toast.js";
import { say } from "../words.js";
import type { Moderation } from "./state.js";

export class ChatDeeds {
  readonly #chat: Moderation;
  readonly #tell: Tell;
  readonly #ask: (question: Question) => Promise<boolean>;

  constructor(chat: Moderation, tell: Tell, ask: (question: Question) => Promise<boolean>) {
    this.#chat = chat;
    this.#tell = tell;
    this.#ask = ask;
  }

  /** `key`: the same for each try to say one thing. @throws WireError, for the box to show. */
  async say(text: string, key: string, reply_to: string | null = null): Promise<void> {
    const { calls, stream, chat } = this.#chat;
    const { message } = await calls.say(stream, { key, text, reply_to });
    chat.talk.append([message], undefined);
    if (reply_to !== null) this.#mark(reply_to, true);
    this.#chat.changed();
  }

  async pin(message: ChatMessage | null): Promise<void> {
    const before = this.#chat.chat.pinned;
    await this.#do(message ? "It was not pinned" : "It was not taken down", async () => {
      await this.#setPinned(message);
      this.#tell({
        words: message ? "Pinned on top of the chat." : "The pinned message was taken down.",
        undo: () => void this.#do("It was not taken back", () => this.#setPinned(before)),
      });
    });
  }

  /** For everyone, and for good. */
  async remove({ id, author }: ChatMessage): Promise<void> {
    const { calls, stream } = this.#chat;
    this.#chat.remove(id);
    const done = await this.#do("It was not deleted", async () => {
      await calls.remove(stream, id);
      this.#tell({ words: `Deleted for everyone: what ${author.name} said.` });
    });
    if (!done) this.#chat.remove(id, false);
  }

  async approve({ id, author }: ChatMessage): Promise<void> {
    const { calls, stream } = this.#chat;
    this.#chat.handle(id);
    const done = await this.#do("It was not approved", async () => {
      await calls.approve(stream, id);
      this.#tell({ words: `Everyone sees now what ${author.name} said.` });
    });
    if (!done) this.#chat.handle(id, false);
  }

  async answered({ id }: ChatMessage, answered: boolean): Promise<void> {
    const { calls, stream } = this.#chat;
    const mark = (as: boolean) => async (): Promise<void> => {
      await calls.answer(stream, id, as);
      this.#mark(id, as);
    };
    await this.#do("The question stays as it was", async () => {
      await mark(answered)();
      this.#tell({
        words: answered ? "Marked as answered." : "Not answered yet.",
        undo: () => void this.#do("The question stays as it is", mark(!answered)),
      });
    });
  }

  /** `seconds`: of a mute. `remove`: what the person said goes too, for good; that is asked first. */
  async restrain(person: Person, what: Restrain["what"], more: { seconds?: number; remove?: boolean } = {}): Promise<void> {
    if (more.remove && !(await this.#ask(everything(person)))) return;
    const before = this.#chat.restrained(person.id);
    await this.#do(`${person.name} was not ${DONE[what]}`, async () => {
      await this.#chat.calls.restrain(person.id, { what, ...more });
      const gone = more.remove ? " What was said is deleted for everyone." : "";
      const time = more.seconds === undefined ? "" : ` for ${span(more.seconds * 1000)}`;
      this.#tell({
        words: what === "free" ? `${person.name} may speak again.` : `${person.name} is ${DONE[what]}${time}.${gone}`,
        undo: () => void this.#restore(person, before),
      });
      await this.#chat.readPeople();
    });
  }

  /** @throws WireError, for the dialog to show. */
  async lift(person: string): Promise<void> {
    await this.#chat.calls.restrain(person, { what: "free" });
    await this.#chat.readPeople();
  }

  /** @throws WireError, for the dialog to show. */
  async change(change: ChangeChat): Promise<void> {
    const { calls, stream, chat } = this.#chat;
    await calls.change(stream, change);
    const { words, ...rules } = change;
    const told = Object.entries(rules).filter(([, value]) => value !== undefined && value !== null);
    if (chat.rules) chat.rules = { ...chat.rules, ...Object.fromEntries(told) };
    if (words) this.#chat.words = words;
    this.#chat.changed();
  }

  #restore(person: Person, before: Restrained | undefined): Promise<unknown> {
    const until = before?.muted_until ?? null;
    const seconds = until === null ? 0 : Math.round((until - this.#chat.clock.now()) / 1000);
    const how: Restrain = before?.banned
      ? { what: "ban", reason: before.reason }
      : before && seconds >= 10
        ? { what: "mute", seconds, reason: before.reason }
        : { what: "free" };
    return this.#do("It was not taken back", async () => {
      await this.#chat.calls.restrain(person.id, how);
      await this.#chat.readPeople();
    });
  }

  async #setPinned(message: ChatMessage | null): Promise<void> {
    const { calls, stream, chat } = this.#chat;
    await calls.pin(stream, message?.id ?? null);
    chat.pinned = message;
    this.#chat.changed();
  }

  #mark(question: string, answered: boolean): void {
    const { chat } = this.#chat;
    chat.top = chat.top.map((one) => (one.id === question ? { ...one, answered } : one));
    this.#chat.changed();
  }

  async #do(what: string, call: () => Promise<unknown>): Promise<boolean> {
    this.#tell(null);
    try {
      await call();
      return true;
    } catch (error) {
      this.#tell({ words: say(error, what), bad: true });
      return false;
    }
  }
}

const DONE: Record<Restrain["what"], string> = { mute: "muted", ban: "banned", free: "set free" };

const everything = ({ name }: Person): Question => ({
  title: `Ban ${name} and delete everything?`,
  words: `All that ${name} said in running streams goes away for everyone, for good. The ban can be lifted.`,
  yes: "Ban and delete",
  no: "Cancel",
  final: true,
});

/** One key for one thing to say. */
export const sayKey = (): string => newKey("say");

/** The lines of a log, oldest first: the server's in its order, the viewer's own ones until the server has them. */
import type { WireError } from "./errors.js";
import type { ChatMessage } from "./protocol.gen.js";

export interface Line {
  /** The same for as long as the line is on the screen: the server's id, or the key under which it was sent. */
  readonly key: string;
  readonly state: "sending" | "failed" | "there";
  readonly message: ChatMessage;
  readonly error?: WireError;
}

export const MOST_LINES = 300;

/** Lines never change: one that differs is another object, so that only it need be drawn again. */
export class ChatLines {
  all: readonly Line[] = [];

  add(line: Line): void {
    this.#set([...this.all, line]);
  }

  /** How many of them were new and of others. */
  append(messages: readonly ChatMessage[], me: string | undefined): number {
    const lines = [...this.all];
    const places = new Map(lines.map((line, place) => [line.message.id, place]));
    let fresh = 0;
    for (const message of messages) {
      let place = places.get(message.id);
      if (place === undefined && message.author.id === me) {
        // Our own words may come back before the answer to them.
        place = lines.findIndex((line) => line.state !== "there" && line.message.text === message.text);
      }
      const before = place === undefined || place < 0 ? undefined : lines[place];
      if (before !== undefined && place !== undefined) lines[place] = { key: before.key, state: "there", message };
      else {
        places.set(message.id, lines.push({ key: message.id, state: "there", message }) - 1);
        if (message.author.id !== me) fresh += 1;
      }
    }
    this.#set(lines);
    return fresh;
  }

  /** The log anew. What the viewer said and the server does not tell others (not sent yet, held) stays, last. */
  replace(messages: readonly ChatMessage[]): void {
    const keys = new Map(this.all.map((line) => [line.message.id, line.key]));
    const told = new Set(messages.map((message) => message.id));
    const own = this.all.filter(
      ({ state, message }) => state !== "there" || (message.state === "held" && !told.has(message.id)),
    );
    const log = messages.map((message): Line => ({ key: keys.get(message.id) ?? message.id, state: "there", message }));
    this.#set([...log, ...own]);
  }

  /** The server's answer to a line of ours. */
  arrived(key: string, message: ChatMessage): void {
    const others = this.all.filter((line) => line.key === key || line.message.id !== message.id);
    this.#set(others.map((line) => (line.key === key ? { key, state: "there", message } : line)));
  }

  failed(key: string, error: WireError): void {
    this.#set(this.all.map((line) => (line.key === key && line.state === "sending" ? { ...line, state: "failed", error } : line)));
  }

  /** Newer facts about lines that are here. */
  update(messages: readonly ChatMessage[]): void {
    const news = new Map(messages.map((message) => [message.id, message]));
    this.#set(
      this.all.map((line) => {
        const message = news.get(line.message.id);
        return message === undefined ? line : { key: line.key, state: "there", message };
      }),
    );
  }

  put(line: Line, change: Partial<Line>): Line {
    const { error: _, ...rest } = line;
    const next: Line = { ...rest, ...change };
    this.#set(this.all.map((one) => (one.key === line.key ? next : one)));
    return next;
  }

  drop(key: string): void {
    this.#set(this.all.filter((line) => line.key !== key));
  }

  remove(gone: ReadonlySet<string>): void {
    this.#set(this.all.filter((line) => !gone.has(line.message.id)));
  }

  #set(lines: readonly Line[]): void {
    this.all = lines.slice(-MOST_LINES);
  }
}

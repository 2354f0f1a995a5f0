/** Reactions of the room: how many came of each kind, the viewer's own at once and not a second time. No DOM in here. */
import type { Asker } from "./client.js";
import { asWireError, type WireError } from "./errors.js";
import type { React } from "./protocol.gen.js";

export type Reaction = React["reaction"];
export const REACTIONS: readonly Reaction[] = ["heart", "clap", "fire", "laugh", "wow"];

export interface ReactionsOptions {
  client: Asker;
  stream: string;
  /** `count` of one kind, to be shown now. */
  onCame: (reaction: Reaction, count: number) => void;
  onRefused: (error: WireError) => void;
}

/** The server takes this many a second of one viewer; more are not worth a question. */
const MOST_A_SECOND = 5;

export class Reactions {
  readonly #options: ReactionsOptions;
  /** Shown already, and not yet told by the server. */
  readonly #own = new Map<Reaction, number>();
  #sent: number[] = [];
  #off: () => void = () => undefined;

  constructor(options: ReactionsOptions) {
    this.#options = options;
  }

  start(): void {
    const { client, stream, onCame } = this.#options;
    this.#off = client.on("chat.reacted", (news) => {
      if (news.stream !== stream) return;
      for (const reaction of REACTIONS) {
        const came = news.counts[reaction] ?? 0;
        const own = Math.min(came, this.#own.get(reaction) ?? 0);
        this.#own.set(reaction, (this.#own.get(reaction) ?? 0) - own);
        if (came > own) onCame(reaction, came - own);
      }
    });
  }

  stop(): void {
    this.#off();
  }

  async send(reaction: Reaction, now: number): Promise<void> {
    const { client, stream, onCame, onRefused } = this.#options;
    this.#sent = this.#sent.filter((at) => now - at < 1_000);
    if (this.#sent.length >= MOST_A_SECOND) return;
    this.#sent.push(now);
    this.#own.set(reaction, (this.#own.get(reaction) ?? 0) + 1);
    onCame(reaction, 1);
    try {
      await client.ask("chat.react", { stream, reaction });
    } catch (thrown) {
      this.#own.set(reaction, Math.max(0, (this.#own.get(reaction) ?? 0) - 1));
      const error = asWireError(thrown);
      if (!error.retryable) onRefused(error);
    }
  }
}

/**
 * The poll on the screen as this viewer has it: which one it is comes with the story, how the votes stand with the truth,
 * and the own ballot by asking. No DOM in here.
 */
import type { Asker, Line } from "./client.js";
import { asWireError, type WireError } from "./errors.js";
import type { Ballot, PollView, Tally } from "./protocol.gen.js";

export interface PollBoothOptions {
  client: Asker;
  stream: string;
  onChange: () => void;
}

/** All viewers of a room lose the line together: they don't all ask at once when it is back. */
const SPREAD_MS = 1_500;
/** A tally may be ahead of the picture, and its poll not on the screen yet. */
const KEPT_TALLIES = 4;

export class PollBooth {
  /** What is on the screen; null: nothing. */
  poll: PollView | null = null;
  /** How this viewer voted, or is voting. Empty: not yet. */
  mine: readonly string[] = [];
  /** A vote is on its way. */
  voting = false;
  /** Why the last vote was not taken. */
  error: WireError | undefined;

  readonly #options: PollBoothOptions;
  readonly #tallies = new Map<string, Tally>();
  /** The ballot as the server last told it. */
  #told: readonly string[] = [];
  #wanted: readonly string[] | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #off: (() => void)[] = [];

  constructor(options: PollBoothOptions) {
    this.#options = options;
  }

  start(): void {
    const { client, stream } = this.#options;
    this.#off.push(
      client.on("poll.tallied", (news) => {
        if (news.stream === stream && this.#newer(news.poll, news.tally)) this.#options.onChange();
      }),
      client.onLine((line: Line) => {
        // Votes were counted while the line was down, and nobody tells them again.
        if (line.state === "open" && this.poll !== null) this.#askSoon(SPREAD_MS);
      }),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const off of this.#off.splice(0)) off();
  }

  /** The poll as the room shows it now. `fresh`: it was opened before this viewer's eyes, who can't have voted. */
  look(poll: PollView | null, fresh = false): void {
    const before = this.poll;
    if (poll === before) return;
    this.poll = poll;
    if (poll?.tally) this.#newer(poll.id, poll.tally);
    if (poll !== null && poll.id === before?.id) return;
    clearTimeout(this.#timer);
    Object.assign(this, { mine: [], voting: false, error: undefined });
    this.#told = [];
    this.#wanted = undefined;
    if (poll !== null && !fresh) this.#askSoon(0);
  }

  /** The votes as far as this viewer may see them. */
  get tally(): Tally | undefined {
    const { poll } = this;
    if (poll === null) return undefined;
    return poll.state === "closed" ? (poll.tally ?? undefined) : this.#tallies.get(poll.id);
  }

  /** Takes one vote at a time; of several that are tapped meanwhile, the last one. */
  async vote(options: readonly string[]): Promise<void> {
    const { poll } = this;
    if (poll === null || poll.state !== "open" || options.length === 0) return;
    if (!poll.changeable && (this.voting || this.#told.length > 0)) return;
    this.mine = options;
    this.error = undefined;
    this.#wanted = options;
    this.#options.onChange();
    if (this.voting) return;
    this.voting = true;
    while (this.#wanted !== undefined && this.poll?.id === poll.id) {
      const wish: readonly string[] = this.#wanted;
      this.#wanted = undefined;
      await this.#cast(poll.id, wish);
    }
    if (this.poll?.id !== poll.id) return;
    this.voting = false;
    this.#options.onChange();
  }

  async #cast(poll: string, wish: readonly string[]): Promise<void> {
    const { client, stream } = this.#options;
    try {
      const ballot = await client.ask("poll.vote", { stream, poll, options: [...wish] }, { tries: 3 });
      this.#take(ballot, this.#wanted === undefined);
    } catch (thrown) {
      if (this.poll?.id !== poll || this.#wanted !== undefined) return;
      this.error = asWireError(thrown);
      this.mine = this.#told;
      // It may have been counted though no answer came, or another page of this viewer voted before.
      this.#askSoon(SPREAD_MS);
    }
  }

  #askSoon(spread: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), Math.random() * spread);
  }

  async #ask(): Promise<void> {
    const { client, stream } = this.#options;
    const { poll } = this;
    if (poll === null || client.line.state !== "open") return;
    try {
      const ballot = await client.ask("poll.ballot", { stream, poll: poll.id }, { tries: 3 });
      if (!this.voting) this.#take(ballot, true);
      this.#options.onChange();
    } catch {
      // Without it the viewer may vote again; the server knows.
    }
  }

  #take(ballot: Ballot, shown: boolean): void {
    if (ballot.tally !== null) this.#newer(ballot.poll, ballot.tally);
    if (ballot.poll !== this.poll?.id) return;
    this.#told = ballot.options;
    if (shown) this.mine = ballot.options;
  }

  #newer(poll: string, tally: Tally): boolean {
    const known = this.#tallies.get(poll);
    if (known !== undefined && tally.version <= known.version) return false;
    this.#tallies.delete(poll);
    this.#tallies.set(poll, tally);
    for (const old of this.#tallies.keys()) {
      if (this.#tallies.size <= KEPT_TALLIES) break;
      this.#tallies.delete(old);
    }
    return poll === this.poll?.id;
  }
}

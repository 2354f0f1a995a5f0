/**
 * A stream's polls as the panel knows them: the list over HTTP, the tallies and the openings and closings over the
 * socket. A poll never goes back to an earlier state, nor to an older tally of the same counting. No DOM in here.
 */
import type { Asker, Line } from "../../wire/client.js";
import type { HostPoll, PollView, Tally } from "../../wire/protocol.gen.js";
import type { Followed } from "../ui/follow.js";
import { say } from "../words.js";
import type { PollCalls } from "./calls.js";

const AGES: Record<PollView["state"], number> = { draft: 0, open: 1, closed: 2 };

export const newest = (a: Tally, b: Tally): Tally => (b.version >= a.version ? b : a);

/** `told` over `known`: what is older in it does not count. */
export function merged(known: HostPoll | undefined, told: HostPoll): HostPoll {
  if (known === undefined) return told;
  const tally = newest(known.tally, told.tally);
  if (AGES[told.poll.state] < AGES[known.poll.state]) return { ...known, tally };
  return { ...told, tally };
}

export class Polls implements Followed {
  readonly calls: PollCalls;
  readonly stream: string;
  list: readonly HostPoll[] = [];
  phase: "loading" | "ready" | "failed" = "loading";
  problem = "";
  /** Polls of which something was asked that is not answered yet. */
  readonly busy = new Set<string>();

  readonly #client: Asker;
  readonly #listeners = new Set<() => void>();
  #off: (() => void)[] = [];
  #reading: Promise<void> | undefined;
  #meanwhile: (() => void)[] = [];

  constructor(parts: { calls: PollCalls; client: Asker; stream: string }) {
    this.calls = parts.calls;
    this.stream = parts.stream;
    this.#client = parts.client;
  }

  get line(): Line {
    return this.#client.line;
  }

  get open(): HostPoll | undefined {
    return this.list.find(({ poll }) => poll.state === "open");
  }

  get drafts(): readonly HostPoll[] {
    return this.list.filter(({ poll }) => poll.state === "draft");
  }

  /** The one that ended last comes first. */
  get closed(): readonly HostPoll[] {
    const ended = this.list.filter(({ poll }) => poll.state === "closed");
    return ended.sort((a, b) => (b.poll.closed_at ?? 0) - (a.poll.closed_at ?? 0));
  }

  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  async start(): Promise<void> {
    const here = <T extends { stream: string }>(act: (event: T) => void) => (event: T): void => {
      if (event.stream === this.stream) this.#apply(() => act(event));
    };
    this.#off.push(
      this.#client.on("poll.opened", here(({ poll }) => this.#story(poll, true))),
      this.#client.on("poll.closed", here(({ poll }) => this.#story(poll))),
      this.#client.on("poll.hidden", here(({ poll }) => this.#hidden(poll))),
      this.#client.on("poll.tallied", here(({ poll, tally }) => this.#tallied(poll, tally))),
      this.#client.onLine(() => this.changed()),
    );
    await this.read();
  }

  stop(): void {
    for (const off of this.#off.splice(0)) off();
  }

  /** Reads the whole list. Calls while one is under way share it. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Not what is on its way already: that may be older than what is to be known. */
  async readAnew(): Promise<void> {
    await this.#reading;
    await this.read();
  }

  /** What a deed's answer, or an event, says of one poll. */
  take(told: HostPoll): void {
    this.#apply(() => this.#take(told));
  }

  drop(poll: string): void {
    this.#apply(() => (this.list = this.list.filter((one) => one.poll.id !== poll)));
  }

  /** What happens while the list is on its way may not be in it yet. */
  #apply(change: () => void): void {
    change();
    if (this.#reading) this.#meanwhile.push(change);
    this.changed();
  }

  #take(told: HostPoll): void {
    const known = this.list.find(({ poll }) => poll.id === told.poll.id);
    const next = merged(known, told);
    const others = this.list.map((one) => (next.on_screen && one.on_screen ? { ...one, on_screen: false } : one));
    this.list = known ? others.map((one) => (one.poll.id === next.poll.id ? next : one)) : [...others, next];
  }

  async #read(): Promise<void> {
    this.#meanwhile = [];
    try {
      this.list = (await this.calls.list(this.stream)).polls;
      for (const change of this.#meanwhile) change();
      this.phase = "ready";
      this.problem = "";
    } catch (error) {
      this.problem = say(error, "The polls could not be read");
      if (this.phase === "loading") this.phase = "failed";
    }
    this.changed();
  }

  #story(poll: PollView, shown?: true): void {
    const known = this.list.find((one) => one.poll.id === poll.id);
    if (!known) void this.readAnew();
    else this.#take({ ...known, poll, on_screen: shown ?? known.on_screen, tally: poll.tally ?? known.tally });
  }

  #hidden(poll: string): void {
    this.list = this.list.map((one) => (one.poll.id === poll ? { ...one, on_screen: false } : one));
  }

  #tallied(poll: string, tally: Tally): void {
    const known = this.list.find((one) => one.poll.id === poll);
    if (known) this.#take({ ...known, tally: newest(known.tally, tally) });
  }
}

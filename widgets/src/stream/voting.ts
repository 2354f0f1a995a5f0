/** The poll as one viewer handles it: made small or not, ticked but not sent, changed once more. Facts are the booth's. */
import type { PollView } from "../wire/protocol.gen.js";
import { PollBooth } from "../wire/poll.js";
import type { Session } from "./session.js";
import { Lazy } from "./lazy.js";

export interface VotingOptions {
  session: Session;
  onChange: () => void;
  say: (words: string) => void;
}

export class Voting {
  readonly booth: PollBooth;
  readonly parts: Lazy<typeof import("./poll/poll.js")>;
  /** What is ticked in a poll with several answers, and not sent yet. */
  ticked: readonly string[] = [];
  /** The viewer has asked to vote anew. */
  changing = false;
  /** There is room for the poll beside the pin; without it, one of them is small. */
  roomy = true;

  readonly #options: VotingOptions;
  /** What the viewer wished; undefined: nothing yet. */
  #open: boolean | undefined;

  constructor(options: VotingOptions) {
    this.#options = options;
    const { client, stream } = options.session;
    this.booth = new PollBooth({ client, stream, onChange: options.onChange });
    this.parts = new Lazy(() => import("./poll/poll.js"), options.onChange);
  }

  get preview(): boolean {
    return this.#options.session.preview;
  }
  get poll(): PollView | null {
    return this.booth.poll;
  }

  /** ms until the poll closes by itself; undefined when it does not. */
  get left(): number | undefined {
    const { poll } = this;
    if (poll === null || poll.state !== "open" || poll.closes_at === null) return undefined;
    return Math.max(0, poll.closes_at - this.#options.session.clock.now());
  }

  /** Options can be pressed now. */
  get asks(): boolean {
    const { poll, booth } = this;
    return poll?.state === "open" && !this.preview && (booth.mine.length === 0 || this.changing);
  }

  /** Shown at full size. `busy`: something that can be bought needs the room. */
  open(busy: boolean): boolean {
    return this.#open ?? (this.roomy || !busy);
  }

  show(yes: boolean): void {
    this.#open = yes;
    this.#options.onChange();
  }

  /** What the room shows now. `fresh`: the poll was opened before the viewer's eyes. */
  look(poll: PollView | null, fresh = false): void {
    const before = this.poll;
    if (poll === before) return;
    this.booth.look(poll, fresh);
    if (poll !== null) this.parts.load();
    if (poll?.id !== before?.id) {
      Object.assign(this, { ticked: [], changing: false });
      this.#open = undefined;
      if (poll?.state === "open") this.#options.say(`A ${poll.kind === "quiz" ? "quiz" : "poll"}: ${poll.question}`);
    } else if (poll?.state === "closed" && before?.state === "open") {
      this.changing = false;
      this.#options.say(`The poll is closed. ${this.parts.part?.resultWords(poll, this.booth.mine) ?? ""}`);
    }
  }

  /** One of the options was pressed: it is the vote, or one tick of it. */
  press(option: string): void {
    const { poll } = this;
    if (poll === null || !this.asks) return;
    if (poll.kind !== "multiple") {
      void this.#cast([option]);
      return;
    }
    const ticked = this.ticked.includes(option) ? this.ticked.filter((one) => one !== option) : [...this.ticked, option];
    this.ticked = poll.options.map(({ id }) => id).filter((id) => ticked.includes(id));
    this.#options.onChange();
  }

  send(): void {
    if (this.asks && this.ticked.length > 0) void this.#cast(this.ticked);
  }

  change(yes: boolean): void {
    this.changing = yes;
    this.ticked = yes ? this.booth.mine : [];
    this.#options.onChange();
  }

  async #cast(options: readonly string[]): Promise<void> {
    this.changing = false;
    const { booth } = this;
    await booth.vote(options);
    if (booth.voting) return;
    this.#options.say(booth.error === undefined ? "Your vote is in." : (this.parts.part?.voteErrorWords(booth.error) ?? ""));
  }
}

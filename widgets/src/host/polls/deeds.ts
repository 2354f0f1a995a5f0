/** What a host does to polls. Each deed is repeated under the same key, and tells what it did or why it could not. */
import { newKey } from "../../wire/keys.js";
import type { HostPoll, PollDraft } from "../../wire/protocol.gen.js";
import type { Question } from "../ui/ask.js";
import type { Tell } from "../ui/toast.js";
import { plural } from "../format.js";
import { say } from "../words.js";
import { draftOf, sheetOf } from "./sheet.js";
import type { Polls } from "./state.js";

export interface DeedParts {
  polls: Polls;
  tell: Tell;
  ask: (question: Question) => Promise<boolean>;
  live: () => boolean;
}

export class PollDeeds {
  readonly #parts: DeedParts;

  constructor(parts: DeedParts) {
    this.#parts = parts;
  }

  /** Another one that is open ends by this: that is asked first. */
  async open(chosen: HostPoll): Promise<void> {
    const { polls, tell, ask, live } = this.#parts;
    if (!live()) return tell({ words: "The stream is not live yet. A poll opens while it is." });
    const other = polls.open;
    if (other?.poll.id === chosen.poll.id) return;
    if (other) {
      const yes = await ask({
        title: "Close the open poll first?",
        words: `“${other.poll.question}” ends with ${plural(other.tally.voters, "voter")}, and can't be opened again.`,
        yes: "Close it, open this",
      });
      if (!yes) return;
    }
    await this.#turn(chosen, "open", "The poll was not opened", "The poll is open.");
  }

  /** The oldest one that is prepared. */
  async openNext(): Promise<void> {
    const next = this.#parts.polls.drafts[0];
    if (next) await this.open(next);
    else this.#parts.tell({ words: "No poll is prepared." });
  }

  async close(chosen: HostPoll): Promise<void> {
    const yes = await this.#parts.ask({
      title: "Close the poll?",
      words: `${plural(chosen.tally.voters, "viewer")} voted so far. A closed poll takes no more votes and can't be opened again.`,
      yes: "Close poll",
      no: "Leave it open",
    });
    if (yes) await this.#turn(chosen, "close", "The poll was not closed", "The poll is closed; viewers see the result.");
  }

  hide(chosen: HostPoll): Promise<void> {
    return this.#turn(chosen, "hide", "The poll stays on the screen", "The poll is off the screen. Its result stays listed here.");
  }

  /** A new poll, or a draft changed. @throws WireError, for the form to show. */
  async keep(draft: PollDraft, changed?: HostPoll): Promise<HostPoll> {
    const { polls } = this.#parts;
    const kept = changed
      ? await polls.calls.change(polls.stream, changed.poll.id, draft)
      : await polls.calls.create(polls.stream, draft);
    polls.take(kept);
    return kept;
  }

  async duplicate(chosen: HostPoll): Promise<void> {
    await this.#do(chosen, "The poll was not duplicated", async () => {
      const made = await this.keep(draftOf(sheetOf(chosen), newKey("poll")));
      this.#parts.tell({ words: "Prepared once more.", undo: () => void this.remove(made) });
    });
  }

  async remove(chosen: HostPoll): Promise<void> {
    const { polls, tell } = this.#parts;
    await this.#do(chosen, "The poll was not deleted", async () => {
      await polls.calls.remove(polls.stream, chosen.poll.id);
      polls.drop(chosen.poll.id);
      const draft = draftOf(sheetOf(chosen), newKey("poll"));
      tell({
        words: `“${chosen.poll.question}” was deleted.`,
        undo: () => void this.#do(chosen, "The poll was not brought back", () => this.keep(draft)),
      });
    });
  }

  #turn(chosen: HostPoll, to: "open" | "close" | "hide", what: string, done: string): Promise<void> {
    const { polls, tell } = this.#parts;
    return this.#do(chosen, what, async () => {
      polls.take(await polls.calls.turn(polls.stream, chosen.poll.id, to));
      tell({ words: done });
    });
  }

  async #do({ poll }: HostPoll, what: string, call: () => Promise<unknown>): Promise<void> {
    const { polls, tell } = this.#parts;
    if (polls.busy.has(poll.id)) return;
    tell(null);
    polls.busy.add(poll.id);
    polls.changed();
    try {
      await call();
    } catch (error) {
      tell({ words: say(error, what), bad: true });
      void polls.read();
    } finally {
      polls.busy.delete(poll.id);
      polls.changed();
    }
  }
}

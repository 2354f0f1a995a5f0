/** What is said about votes: how they stand, how it ended, why one was not taken. */
import { count } from "../../ui/time.js";
import type { WireError } from "../../wire/errors.js";
import type { PollView, Tally } from "../../wire/protocol.gen.js";

/** 0 to 1, of those who voted: in a poll with several answers they add up to more than one. */
export function shareOf(tally: Tally | undefined, option: string): number {
  if (tally === undefined || tally.voters <= 0) return 0;
  return Math.min(1, (tally.counts[option] ?? 0) / tally.voters);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** One sentence about a closed poll, and about the viewer's own answer to a quiz. */
export function resultWords(poll: PollView, mine: readonly string[]): string {
  const { tally, options, kind, right } = poll;
  if (kind === "quiz" && right.length > 0) {
    const answer = options.find(({ id }) => right.includes(id))?.text ?? "";
    if (mine.length === 0) return `The right answer: ${answer}.`;
    return right.includes(mine[0] ?? "") ? "You had the right answer." : `Not this time. The right answer: ${answer}.`;
  }
  if (tally === null || tally.voters === 0) return "Nobody voted.";
  const most = Math.max(...options.map(({ id }) => tally.counts[id] ?? 0));
  const ahead = options.filter(({ id }) => tally.counts[id] === most);
  const names = ahead.map(({ text }) => text).join(" and ");
  return `${ahead.length > 1 ? "Level: " : "First: "}${names}, ${percent(shareOf(tally, ahead[0]?.id ?? ""))}.`;
}

export function votersWords(poll: PollView, tally: Tally | undefined): string {
  if (tally === undefined) return "";
  return poll.kind === "multiple" ? `${count(tally.voters, "person", "people")} voted` : count(tally.voters, "vote");
}

export function voteErrorWords(error: WireError): string {
  switch (error.code) {
    case "polls.closed":
      return "The poll had just closed: this vote was not counted.";
    case "polls.voted":
      return "You have voted before, and that vote stands.";
    case "polls.preview":
      return "This is a preview: votes are not taken here.";
    case "polls.not_found":
    case "polls.no_such_option":
      return "This poll is not here any more.";
    case "network":
    case "timeout":
    case "unavailable":
      return "No answer, so your vote may not be counted. Please vote again; it counts once.";
    case "rate_limited":
      return "That was quick. Please wait a moment and vote again.";
    case "auth.required":
    case "auth.forbidden":
      return "This page was open for long. Reload it, and vote again.";
    default:
      return "Your vote was not counted. Please try again.";
  }
}

/** A poll being written: what was typed, what is wrong with it, and what goes to the server. Pure. */
import type { HostPoll, PollDraft, PollView } from "../../wire/protocol.gen.js";

/** As the server has them (polls/messages.py). */
export const MOST_OPTIONS = 6;
export const FEWEST_OPTIONS = 2;
const LONGEST_QUESTION = 140;
const LONGEST_OPTION = 80;
const SHORTEST_S = 5;
const LONGEST_S = 3600;

export type Kind = PollView["kind"];
export const TIMERS = [
  ["none", "No timer"],
  ["30", "30 s"],
  ["60", "1 min"],
  ["120", "2 min"],
  ["own", "Other"],
] as const;
export type Timer = (typeof TIMERS)[number][0];

export interface OptionLine {
  /** Stays the same while it moves. */
  id: number;
  text: string;
}

export interface PollSheet {
  kind: Kind;
  question: string;
  options: OptionLine[];
  /** The quiz's right option, by its line's id. */
  right: number | null;
  results: PollView["results"];
  changeable: boolean;
  timer: Timer;
  /** The host's own time, as typed: `90`, `1:30`. */
  own: string;
}

export const emptySheet = (): PollSheet => ({
  kind: "single",
  question: "",
  options: [
    { id: 1, text: "" },
    { id: 2, text: "" },
  ],
  right: null,
  results: "live",
  changeable: false,
  timer: "none",
  own: "",
});

/** A poll's words again, to change a draft or to ask the same once more. */
export function sheetOf({ poll, right, seconds }: HostPoll): PollSheet {
  const at = poll.options.findIndex((option) => right.includes(option.id));
  const preset = TIMERS.find(([id]) => id === String(seconds))?.[0];
  return {
    kind: poll.kind,
    question: poll.question,
    options: poll.options.map(({ text }, index) => ({ id: index + 1, text })),
    right: poll.kind === "quiz" && at >= 0 ? at + 1 : null,
    results: poll.results,
    changeable: poll.changeable,
    timer: seconds === null ? "none" : (preset ?? "own"),
    own: seconds === null || preset ? "" : clockWords(seconds),
  };
}

/** True while nothing was typed that would be missed. */
export const isBlank = (sheet: PollSheet): boolean =>
  sheet.question.trim() === "" && sheet.options.every(({ text }) => text.trim() === "");

export const freshId = (options: readonly OptionLine[]): number => Math.max(0, ...options.map(({ id }) => id)) + 1;

/** `90` -> `1:30`; `60` -> `1:00`. */
export const clockWords = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Seconds from `90`, `90 s`, `1:30`, `2 min`; null when it is no time. */
export function secondsOf(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  const clock = /^(\d{1,3}):([0-5]\d)$/.exec(trimmed);
  if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
  const plain = /^(\d{1,4})\s*(s|sec|seconds?|m|min|minutes?)?$/.exec(trimmed);
  if (!plain) return null;
  return Number(plain[1]) * (plain[2]?.startsWith("m") ? 60 : 1);
}

/** One line, as the server takes it: no control characters, no space around. */
export const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();

/** By the field's name: `question`, `option.0`, `right`, `own`. */
export type Wrong = Record<string, string>;

export function sheetWrong(sheet: PollSheet): Wrong {
  const wrong: Wrong = {};
  const question = [...oneLine(sheet.question)].length;
  if (question === 0) wrong["question"] = "What do you ask?";
  else if (question > LONGEST_QUESTION) wrong["question"] = `At most ${LONGEST_QUESTION} characters; these are ${question}.`;
  const seen = new Set<string>();
  sheet.options.forEach(({ text }, index) => {
    const line = oneLine(text);
    const words = line.toLowerCase();
    if (line === "") wrong[`option.${index}`] = "Fill it in, or take it out.";
    else if ([...line].length > LONGEST_OPTION) wrong[`option.${index}`] = `At most ${LONGEST_OPTION} characters.`;
    else if (seen.has(words)) wrong[`option.${index}`] = "This answer is there already.";
    seen.add(words);
  });
  if (sheet.kind === "quiz" && !sheet.options.some(({ id }) => id === sheet.right)) wrong["right"] = "Mark the right answer.";
  if (sheet.timer === "own") {
    const seconds = secondsOf(sheet.own);
    if (seconds === null) wrong["own"] = "A time such as 90 s or 1:30.";
    else if (seconds < SHORTEST_S || seconds > LONGEST_S) wrong["own"] = "Between 5 seconds and 60 minutes.";
  }
  return wrong;
}

/** Only for a sheet in which nothing is wrong. `key` for a new poll. */
export function draftOf(sheet: PollSheet, key?: string): PollDraft {
  const seconds = sheet.timer === "none" ? null : sheet.timer === "own" ? secondsOf(sheet.own) : Number(sheet.timer);
  return {
    question: oneLine(sheet.question),
    options: sheet.options.map(({ id, text }) => ({ text: oneLine(text), right: sheet.kind === "quiz" && id === sheet.right })),
    kind: sheet.kind,
    results: sheet.results,
    changeable: sheet.changeable,
    seconds,
    ...(key === undefined ? {} : { key }),
  };
}

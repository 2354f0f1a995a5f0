/** The chat's rules in words, and the word list as it is typed. Pure. */
import type { ChatAct, ChatRules, Restrained } from "../../wire/protocol.gen.js";
import { span } from "../format.js";

export const SLOW = [
  ["0", "Off"],
  ["5", "5 s"],
  ["10", "10 s"],
  ["30", "30 s"],
  ["60", "1 min"],
  ["300", "5 min"],
] as const;

/** What is not as usual, in one line; empty when everybody may simply speak. */
export function rulesWords(rules: ChatRules | undefined): string {
  if (!rules) return "";
  if (!rules.open) return "The chat is closed for viewers";
  const parts = [
    ...(rules.slow_s > 0 ? [`One message in ${span(rules.slow_s * 1000)} each`] : []),
    ...(rules.approve ? ["everything waits for approval"] : []),
  ].join(" · ");
  return parts.charAt(0).toUpperCase() + parts.slice(1);
}

/** As the server has them (chat/messages.py, Word and ChangeChat). */
const MOST_WORDS = 500;
const SHORTEST = 2;
const LONGEST = 40;

/** One a line; empty lines and repetitions don't count. */
export function wordsOf(text: string): string[] {
  const seen = new Set<string>();
  const words: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const word = line.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
    const folded = word.toLowerCase();
    if (word === "" || seen.has(folded)) continue;
    seen.add(folded);
    words.push(word);
  }
  return words;
}

/** What is wrong with them, or empty. */
export function wordsWrong(words: readonly string[]): string {
  if (words.length > MOST_WORDS) return `At most ${MOST_WORDS} words; these are ${words.length}.`;
  const bad = words.find((word) => [...word].length < SHORTEST || [...word].length > LONGEST);
  return bad === undefined ? "" : `“${bad}” is too ${[...bad].length < SHORTEST ? "short" : "long"}: ${SHORTEST} to ${LONGEST} characters each.`;
}

export const restrainedWords = ({ banned, muted_until: until }: Restrained, now: number): string =>
  banned ? "Banned until lifted" : until !== null && until > now ? `Muted for another ${span(until - now)}` : "May speak again";

/** What follows is whom it concerns, where it concerns somebody. */
const ACTS: Record<string, string> = {
  say: "said",
  remove: "deleted a message of",
  remove_all: "deleted all messages of",
  approve: "approved a message of",
  pin: "pinned a message of",
  unpin: "took down a message of",
  answered: "marked as answered a question of",
  unanswered: "marked as not answered a question of",
  mute: "muted",
  ban: "banned",
  free: "lifted the mute or ban of",
  change: "changed the rules",
};

/** The server's own word where we have none. */
export function actWords({ what, person }: ChatAct): string {
  const words = ACTS[what] ?? what;
  return person ? words : words.replace(/ of$/, "");
}

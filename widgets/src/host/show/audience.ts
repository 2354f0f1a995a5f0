/** Who watches, in words: the most at once, and through which channels. */
import type { Audience } from "../../wire/protocol.gen.js";
import { count } from "../format.js";

const largest = (figures: Readonly<Record<string, number>>): [name: string, viewers: number][] =>
  Object.entries(figures)
    .filter(([, viewers]) => viewers > 0)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));

/** `peak 120 · 80 live, 12 clip`; one channel alone is not worth a word. */
export function audienceWords({ peak, channels }: Audience): string {
  const there = largest(channels);
  const split = there.length > 1 ? there.map(([name, viewers]) => `${count(viewers)} ${name}`).join(", ") : "";
  return [peak > 0 ? `peak ${count(peak)}` : "", split].filter(Boolean).join(" · ");
}

const MOST_PAGES = 5;

/** The pages with most viewers, when there are several. */
export function audiencePages({ origins }: Audience): [page: string, viewers: number][] {
  const there = largest(origins);
  if (there.length < 2) return [];
  return there.slice(0, MOST_PAGES).map(([origin, viewers]) => [origin.replace(/^https?:\/\//, "") || "not a browser", viewers]);
}

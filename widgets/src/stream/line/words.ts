/** What is said of a place in line. Pure. */
import type { Gone, Spot } from "./waiting.js";

const SUFFIXES = ["th", "st", "nd", "rd"];

export function ordinal(n: number): string {
  const teens = n % 100 > 10 && n % 100 < 14;
  return `${n.toLocaleString("en")}${(teens ? undefined : SUFFIXES[n % 10]) ?? "th"}`;
}

export function placeWords(ahead: number): string {
  return ahead === 0 ? "You are next in line" : `You are ${ordinal(ahead + 1)} in line`;
}

/** Why a place in line is gone. */
export function goneWords(reason: Gone): string {
  switch (reason) {
    case "left":
      return "You have left the line.";
    case "limit":
      return "Your place in line is gone: you have as many of these as one buyer can have.";
    case "stream_ended":
      return "The show is over, and with it the line. Nothing was charged.";
    case "away":
      return "Your place in line ended while the connection was away. Nothing was charged.";
  }
}

/** For the ear. */
export function spotWords(spot: Spot): string {
  if (spot.phase === "gone") return goneWords(spot.reason);
  if (spot.phase === "asking") return "";
  return `${placeWords(spot.ahead)}: ${spot.item.name}. When it is your turn, one is held for you.`;
}

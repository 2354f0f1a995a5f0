/** The pay page says this too; the other words of failure it does not need. */

/** Why a hold is over, for the card. `left`: units that can still be had. */
export function endedWords(reason: string, left: number | undefined): string {
  if (reason === "released") return "Let go. The unit went back.";
  const again = left === undefined || left > 0 ? "You can hold one again." : "It is sold out now.";
  return `Your time ran out, and the unit went back. Nothing was charged. ${again}`;
}

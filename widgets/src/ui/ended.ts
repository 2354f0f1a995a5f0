/** The pay page says this too; the other words of failure it does not need. */

/** Why a hold is over, for the card. `left`: units that can still be had. `offered`: it came by the line. */
export function endedWords(reason: string, left: number | undefined, offered = false): string {
  if (reason === "released") return offered ? "Let go. It is offered to the next in line." : "Let go. The unit went back.";
  const again = left === undefined || left > 0 ? "You can hold one again." : "It is sold out now.";
  if (reason === "away") return `This hold ended while the connection was away. ${again}`;
  if (offered) return "Your time ran out, and it is offered to the next in line. Nothing was charged. You can wait again.";
  return `Your time ran out, and the unit went back. Nothing was charged. ${again}`;
}

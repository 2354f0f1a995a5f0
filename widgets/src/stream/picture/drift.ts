/** A file that loops as if it were live: where it should be, and how gently to bring it there. Seconds in, seconds out. */

/** Nearer than this is right: a player can't be steered finer, and sound should not waver. */
const CLOSE_S = 0.08;
/** Farther than this is jumped, not caught up. */
const FAR_S = 1.5;

/** The place in the loop for a show that started `elapsedMs` ago. */
export function placeInLoop(elapsedMs: number, duration: number): number {
  if (!(duration > 0) || !Number.isFinite(duration)) return 0;
  return ((((elapsedMs / 1000) % duration) + duration) % duration);
}

/** How far the picture is ahead of where it should be; negative when behind. The shorter way around the loop. */
export function drift(position: number, elapsedMs: number, duration: number): number {
  if (!(duration > 0) || !Number.isFinite(duration)) return 0;
  const difference = position - placeInLoop(elapsedMs, duration);
  return difference - Math.round(difference / duration) * duration;
}

export type Steer = { kind: "keep" } | { kind: "rate"; rate: number } | { kind: "seek"; to: number };

/** What to do about a drift: nothing, a slightly different speed, or a jump. */
export function steer(position: number, elapsedMs: number, duration: number): Steer {
  const ahead = drift(position, elapsedMs, duration);
  if (Math.abs(ahead) > FAR_S) return { kind: "seek", to: placeInLoop(elapsedMs, duration) };
  if (Math.abs(ahead) <= CLOSE_S) return { kind: "keep" };
  return { kind: "rate", rate: Math.min(1.06, Math.max(0.94, 1 - ahead * 0.1)) };
}

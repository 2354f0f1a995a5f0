/** Times as people read them. Input is ms; nothing here looks at a clock. */

/** `125000` -> `2:05`. Rounded up, so that 0:00 means that the time is over. */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The same for the ear: `2 minutes 5 seconds`. */
export function spokenMinutes(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const parts: string[] = [];
  if (seconds >= 60) parts.push(count(Math.floor(seconds / 60), "minute"));
  if (seconds % 60 > 0 || seconds < 60) parts.push(count(seconds % 60, "second"));
  return parts.join(" ");
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** `14:03` in the viewer's own time zone: 24 hours, as the rest of the words are English of no one country. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** `Sunday 23 November, 20:00`. */
export function dayAndTime(at: number): string {
  const day = new Date(at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  return `${day}, ${clockTime(at)}`;
}

/** `in 2 hours`, `in 5 minutes`, `any moment now`. */
export function until(ms: number): string {
  if (ms <= 60_000) return "any moment now";
  const wholeMinutes = Math.round(ms / 60_000);
  if (wholeMinutes < 90) return `in ${count(wholeMinutes, "minute")}`;
  const hours = Math.round(wholeMinutes / 60);
  if (hours < 36) return `in ${count(hours, "hour")}`;
  return `in ${count(Math.round(hours / 24), "day")}`;
}

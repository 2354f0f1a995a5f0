/** Times, counts and shares as the panel writes them. One place, so that two screens never differ. */

const LOCALE = "en-GB";
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

/** `1 viewer`, `2 viewers`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export const timeOfDay = (at: number): string => exact.format(at);

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** `today, 14:30`; `Tue 3 Nov, 14:30`; with the year when it is another one. */
export function moment(at: number, now: number): string {
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  const named: Record<string, string> = { "-1": "yesterday", "0": "today", "1": "tomorrow" };
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return `${named[String(days)] ?? (sameYear ? day : dayAndYear).format(at)}, ${clock.format(at)}`;
}

/** `1 h 12 min`, `12 min`, `40 s`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A running clock: `0:07`, `12:40`, `1:02:09`. */
export function running(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** A minute of the show: `0:14`, `1:05` (hours and minutes). */
export const minuteOfShow = (minute: number): string =>
  `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

/** `13.4 %`, or a dash when there is nothing to divide by. */
export function share(part: number, all: number): string {
  if (all <= 0) return "–";
  const value = (part / all) * 100;
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** What a person typed as a price, in minor units; null when it isn't one. Takes `48`, `48.5`, `48,50`. */
export function minorUnits(text: string, currency: string): number | null {
  const places = ["jpy", "krw", "clp", "vnd"].includes(currency.toLowerCase()) ? 0 : 2;
  const found = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(text.trim().replace(/[\s€$£]/g, ""));
  if (!found || (places === 0 && found[2])) return null;
  return Number(found[1]) * 10 ** places + Number((found[2] ?? "").padEnd(places, "0") || 0);
}

/** For `<input type="datetime-local">`, in the person's own time zone. */
export function forInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

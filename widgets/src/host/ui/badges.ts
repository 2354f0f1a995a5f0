/** The state of a stream as a word with an icon. */
import { html, type TemplateResult } from "lit";
import { CalendarClock, CircleStop, Radio } from "lucide";
import { icon } from "../../ui/icons.js";
import type { StreamView } from "../../wire/protocol.gen.js";

const BADGES = {
  live: ["Live", Radio],
  scheduled: ["Scheduled", CalendarClock],
  ended: ["Ended", CircleStop],
} as const;

export function stateBadge(state: StreamView["state"]): TemplateResult {
  const [word, drawing] = BADGES[state];
  return html`<span class="badge ${state}" data-pc="stream-state">${icon(drawing, 14)}${word}</span>`;
}

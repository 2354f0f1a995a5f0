/** Whether what is on the screen may be out of date, and the words for it. */
import { html, nothing, type TemplateResult } from "lit";
import { WifiOff } from "lucide";
import { icon } from "../../ui/icons.js";
import type { Line } from "../../wire/client.js";
import { timeOfDay } from "../format.js";

/** A blink of the line is not worth a grey screen. */
const GRACE_MS = 1000;

export function linkLost({ state, since }: Line): boolean {
  return state !== "open" && state !== "connecting" && state !== "idle" && Date.now() - since > GRACE_MS;
}

/** One line above what stands still meanwhile. */
export function lostNote(line: Line, words: string): TemplateResult | typeof nothing {
  if (!linkLost(line)) return nothing;
  return html`<p class="note info" role="status" data-pc="lost-note">
    ${icon(WifiOff)}<span><span class="strong">No link since ${timeOfDay(line.since)}.</span> ${words}</span>
  </p>`;
}

/** Always in sight: what this is, who makes it, what the maker has to do with it, whether it is live, who watches. */
import { html, nothing, type TemplateResult } from "lit";
import Eye from "lucide/dist/esm/icons/eye.mjs";
import WifiOff from "lucide/dist/esm/icons/wifi-off.mjs";

import { icon } from "../../ui/icons.js";
import { clockTime, count } from "../../ui/time.js";
import type { Stage } from "./stage.js";

/** A line that hiccups for a second is nobody's business. */
const QUIET_MS = 2_500;

export function topView(stage: Stage): TemplateResult {
  const { stream } = stage;
  if (stream === undefined) return html`<header class="top"><div class="bones top-bones"><i></i><i></i></div></header>`;
  const live = stream.state === "live";
  return html`<header class="top" part="top">
    <div class="names">
      <h2 class="title" part="title" data-pc="title">${stream.title}</h2>
      <p class="maker">
        <span data-pc="maker">${stream.maker}</span>
        ${stream.disclosure === ""
          ? nothing
          : html`<span class="disclosure" part="disclosure" data-pc="disclosure">${stream.disclosure}</span>`}
      </p>
    </div>
    <div class="facts">
      ${live ? html`<span class="live" part="live" data-pc="live"><i class="dot"></i>Live</span>` : nothing}
      ${live
        ? html`<span class="viewers num" part="viewers" data-pc="viewers" title=${count(stage.session.room.viewers, "viewer")}>
            ${icon(Eye, 18)}<span>${stage.session.room.viewers.toLocaleString("en")}</span
            ><span class="sr">${stage.session.room.viewers === 1 ? "viewer" : "viewers"}</span>
          </span>`
        : nothing}
    </div>
  </header>`;
}

/** The line is down, or the server's own: since when, and that nobody has to do anything. */
export function lineView(stage: Stage, localNow: number): TemplateResult | typeof nothing {
  const { line } = stage;
  const { staleSince } = stage.session.room;
  if (line.state === "open" && staleSince !== null && stage.failure === undefined) {
    return html`<p class="banner" part="stale" data-pc="stale">
      ${icon(WifiOff)}<span>The shop is out of touch since ${clockTime(staleSince)}. Stock may be out of date.</span>
    </p>`;
  }
  const down = line.state === "lost" || line.state === "connecting" || line.state === "refused";
  if (!down || stage.failure !== undefined || line.since === 0 || localNow - line.since < QUIET_MS) return nothing;
  return html`<p class="banner" part="offline" data-pc="offline">
    ${icon(WifiOff)}
    <span>Connection lost at ${clockTime(line.since)}. Trying again. Stock and pins are as of then.</span>
  </p>`;
}

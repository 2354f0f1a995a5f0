/** The stage when there is no picture: loading, not yet, over, out of order. Each drawn on purpose. */
import { html, nothing, type TemplateResult } from "lit";
import CalendarClock from "lucide/dist/esm/icons/calendar-clock.mjs";
import CircleAlert from "lucide/dist/esm/icons/circle-alert.mjs";
import CircleCheck from "lucide/dist/esm/icons/circle-check.mjs";
import Play from "lucide/dist/esm/icons/play.mjs";
import RotateCw from "lucide/dist/esm/icons/rotate-cw.mjs";

import { icon } from "../../ui/icons.js";
import { clockTime, dayAndTime, until } from "../../ui/time.js";
import { errorWords } from "../../ui/words.js";
import type { Stage } from "./stage.js";

export function stateView(stage: Stage): TemplateResult | typeof nothing {
  const { stream, failure, player } = stage;
  if (failure !== undefined) return failureView(stage);
  if (stream === undefined) return skeletonView();
  if (stream.state === "scheduled") return scheduledView(stage);
  if (stream.state === "ended") return endedView(stage);
  if (player.trouble !== "") {
    return panel(
      "trouble",
      CircleAlert,
      player.trouble,
      html`Pins and prices go on. Trying again by itself.`,
      html`<button class="btn on-video" data-pc="retry-picture" @click=${() => player.retry()}>
        ${icon(RotateCw)} Try now
      </button>`,
    );
  }
  if (player.blocked || (player.paused && player.started)) {
    return html`<button class="big-play" part="play" data-pc="play" aria-label="Play" @click=${() => player.toggle()}>
      ${icon(Play, 32)}
    </button>`;
  }
  return nothing;
}

/** The shape of what comes. CSS shows it after 300 ms only. */
export function skeletonView(): TemplateResult {
  return html`<div class="skeleton" data-pc="loading" role="status">
    <span class="sr">The stream is loading.</span>
    <div class="bones card-bones"><i></i><b></b><b></b><u></u></div>
  </div>`;
}

function scheduledView(stage: Stage): TemplateResult {
  const at = stage.stream?.starts_at ?? null;
  if (at === null) {
    return panel("scheduled", CalendarClock, "Not live yet", html`The show starts here by itself.`);
  }
  const wait = at - stage.serverNow;
  return panel(
    "scheduled",
    CalendarClock,
    wait > -60_000 ? `Starts ${until(wait)}` : "Starting a little late",
    html`<time datetime=${new Date(at).toISOString()}>${dayAndTime(at)}</time>. It starts here by itself.`,
  );
}

function endedView(stage: Stage): TemplateResult {
  const at = stage.stream?.ended_at ?? null;
  const kept = stage.hold.phase === "held";
  return panel(
    "ended",
    CircleCheck,
    "The show has ended",
    html`${at === null ? "" : `It ended at ${clockTime(at)}. `}${kept
      ? "What you hold can still be paid."
      : "Thank you for watching."}`,
  );
}

function failureView(stage: Stage): TemplateResult {
  const failure = stage.failure;
  if (failure === undefined) return html``;
  if (failure.code === "not_found" || failure.code === "stream.not_found") {
    return panel("error", CircleAlert, "There is no such stream", html`Its address may be wrong, or it was taken down.`);
  }
  if (failure.code === "embed.origin_not_allowed") {
    return panel(
      "error",
      CircleAlert,
      "This page may not show the stream",
      html`Its owner can allow it: the shop's settings need the origin <code>${location.origin}</code>.`,
    );
  }
  if (failure.retryable) {
    return panel(
      "error",
      CircleAlert,
      "The stream can't be reached",
      html`The connection or the server is away. Trying again by itself.`,
      retryButton(stage),
    );
  }
  return panel("error", CircleAlert, "The stream can't be shown", html`${errorWords(failure)}`, retryButton(stage));
}

function retryButton(stage: Stage): TemplateResult {
  return html`<button class="btn on-video" data-pc="retry" @click=${() => stage.retry()}>
    ${icon(RotateCw)} Try now
  </button>`;
}

function panel(
  name: string,
  sign: Parameters<typeof icon>[0],
  said: string,
  more: TemplateResult,
  action: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="panel" part="state" data-pc=${name} role="status">
    ${icon(sign, 28)}
    <p class="said">${said}</p>
    <p class="more">${more}</p>
    ${action}
  </div>`;
}

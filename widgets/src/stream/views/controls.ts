/** The player's own controls: few, always in the same place, never under a card. */
import { html, nothing, type TemplateResult } from "lit";
import Maximize from "lucide/dist/esm/icons/maximize.mjs";
import Minimize from "lucide/dist/esm/icons/minimize.mjs";
import Pause from "lucide/dist/esm/icons/pause.mjs";
import Play from "lucide/dist/esm/icons/play.mjs";
import Volume2 from "lucide/dist/esm/icons/volume-2.mjs";
import VolumeX from "lucide/dist/esm/icons/volume-x.mjs";

import { icon } from "../../ui/icons.js";
import { chatButtonView, reactionsView } from "./side.js";
import type { Stage } from "./stage.js";

export function controlsView(stage: Stage): TemplateResult {
  const { player, stream } = stage;
  if (stream?.state !== "live" || stage.failure !== undefined) {
    return html`<div class="controls" part="controls"><span class="grow"></span>${chatButtonView(stage)}</div>`;
  }
  const sound = player.muted ? "Sound on" : "Sound off";
  const full = document.fullscreenElement !== null;
  return html`<div class="controls" part="controls" role="group" aria-label="Player">
    <button class="btn on-video icon-only" data-pc="play-pause" aria-label=${player.paused ? "Play" : "Pause"} @click=${() => player.toggle()}>
      ${icon(player.paused ? Play : Pause)}
    </button>
    ${player.wantsSound && player.muted
      ? html`<button class="btn on-video" part="sound" data-pc="sound" @click=${() => player.toggleSound()}>
          ${icon(VolumeX)}<span><span class="long">Tap for </span>sound</span>
        </button>`
      : html`<button class="btn on-video icon-only" part="sound" data-pc="sound" aria-label=${sound} @click=${() => player.toggleSound()}>
          ${icon(player.muted ? VolumeX : Volume2)}
        </button>`}
    <span class="grow"></span>
    ${reactionsView(stage)} ${chatButtonView(stage)}
    ${document.fullscreenEnabled
      ? html`<button class="btn on-video icon-only" part="fullscreen" data-pc="fullscreen" aria-label=${full ? "Leave full screen" : "Full screen"} @click=${toggleFullscreen}>
          ${icon(full ? Minimize : Maximize)}
        </button>`
      : nothing}
  </div>`;
}

function toggleFullscreen({ currentTarget }: Event): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen();
  else void (currentTarget as Element).closest(".stage")?.requestFullscreen();
}

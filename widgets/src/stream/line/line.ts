/** In line for what is sold out: all that it takes, fetched with the first wish. */
import { html, nothing, type TemplateResult } from "lit";

import type { Stage } from "../views/stage.js";
import type { Spot } from "./waiting.js";
import { placeWords } from "./words.js";

export { TitleCue } from "./cue.js";
export { Waiting } from "./waiting.js";
export { goneWords, spotWords } from "./words.js";

type Place = Extract<Spot, { phase: "waiting" }>;

export function placeView(stage: Stage, spot: Place): TemplateResult {
  const { ahead, busy, item } = spot;
  return html`<div class="in-line">
    <strong class="num" part="place" data-pc="place" data-ahead=${ahead}>${placeWords(ahead)}</strong>
    <button
      class="btn quiet"
      part="leave-line"
      data-pc="leave-line"
      ?data-busy=${busy}
      aria-disabled=${busy ? "true" : nothing}
      @click=${() => stage.inLine.leave(item.variant)}
    >
      ${busy ? "Leaving…" : "Leave the line"}
    </button>
  </div>`;
}

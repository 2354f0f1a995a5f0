/** The one primary action of the moment, large, bottom centre; ending the show stands beside it, quieter. */
import { html, nothing, type TemplateResult } from "lit";
import { ChartColumn, CircleStop, Pin, Radio } from "lucide";
import { icon } from "../../ui/icons.js";
import type { Show } from "./state.js";
import { leftWords } from "./stock_words.js";

export interface PrimaryParts {
  show: Show;
  busy: "" | "start" | "end";
  go: () => void;
  next: () => void;
  end: () => void;
}

function goLive({ busy, go }: PrimaryParts): TemplateResult {
  return html`<button type="button" class="btn primary main" data-pc="go-live" ?data-busy=${busy === "start"} @click=${go}>
    ${icon(Radio)}<span>${busy === "start" ? "Going live…" : "Go live"}</span>
  </button>`;
}

function endShow({ busy, end }: PrimaryParts, main: boolean): TemplateResult {
  return html`<button
    type="button"
    class="btn ${main ? "primary main" : "quiet side"}"
    data-pc="end-show"
    ?data-busy=${busy === "end"}
    @click=${end}
  >
    ${icon(CircleStop)}<span>${busy === "end" ? "Ending…" : "End show"}</span>
  </button>`;
}

function pinNext({ show, next }: PrimaryParts): TemplateResult {
  const product = show.next;
  return html`<button type="button" class="btn primary main" data-pc="pin-next" ?disabled=${!product} @click=${next}>
    ${icon(Pin)}
    <span class="next">
      <span>Pin next<span class="sr">: </span></span>
      <span class="which one-line">
        ${product ? html`${product.name} · ${leftWords(show.leftOf(product.variants))}` : "the run of show is not read yet"}
      </span>
    </span>
    <kbd>N</kbd>
  </button>`;
}

export function primaryBar(parts: PrimaryParts): TemplateResult {
  const { state, id } = parts.show.stream;
  if (state === "scheduled") return html`<div class="primary-bar">${goLive(parts)}</div>`;
  if (state === "ended") {
    return html`<div class="primary-bar">
      <a class="btn primary main" href="/host/streams/${id}/report" data-pc="see-report">${icon(ChartColumn)}<span>See the report</span></a>
    </div>`;
  }
  const more = parts.show.next !== null || parts.show.phase !== "ready";
  return html`<div class="primary-bar">
    ${more ? pinNext(parts) : nothing} ${endShow(parts, !more)}
  </div>`;
}

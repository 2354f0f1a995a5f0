/** The top of a show: where one is, what it is, and the links that travel. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowLeft, ChartColumn, ExternalLink, Keyboard, Link } from "lucide";
import { icon } from "../../ui/icons.js";
import { moment, running } from "../format.js";
import { stateBadge } from "../ui/badges.js";
import type { Show } from "./state.js";

function when(show: Show): TemplateResult | typeof nothing {
  const { state, starts_at, started_at, ended_at } = show.stream;
  const now = show.clock.now();
  if (state === "live" && started_at !== null) {
    return html`<span class="num" data-pc="on-air">${running(now - started_at)}</span>`;
  }
  if (state === "ended" && ended_at !== null) return html`<span class="muted one-line">${moment(ended_at, now)}</span>`;
  if (state === "scheduled" && starts_at !== null) {
    return html`<span class="muted one-line">${starts_at > now ? "starts" : "was to start"} ${moment(starts_at, now)}</span>`;
  }
  return nothing;
}

export function header(show: Show, narrow: boolean, help: () => void): TemplateResult {
  const { stream, calls } = show;
  return html`<header>
    <a class="btn icon-only bare" href="/host" aria-label="All streams" data-pc="back">${icon(ArrowLeft)}</a>
    <div class="title">
      <h1 class="one-line" title=${stream.title}>${stream.title}</h1>
      <p class="row facts">
        ${stateBadge(stream.state)} ${when(show)}
        <span class="muted one-line">${stream.disclosure ? stream.disclosure : "no disclosure given"}</span>
      </p>
    </div>
    ${narrow
      ? html`<button type="button" class="btn small quiet" popovertarget="links" data-pc="open-links">${icon(Link, 18)}Links</button>`
      : nothing}
    <nav id="links" aria-label="Links of this stream" popover=${narrow ? "auto" : nothing}>
      <pc-copy bare label="Watch link" .text=${calls.watchAddress(stream.id)} data-pc="copy-watch"></pc-copy>
      <pc-copy bare label="Embed code" .text=${calls.embedCode(stream.id)} data-pc="copy-embed"></pc-copy>
      <a class="btn small bare" href="/watch/${stream.id}" target="_blank" rel="noopener" data-pc="open-watch"
        >${icon(ExternalLink, 18)}<span>Watch page</span></a
      >
      <a class="btn small bare" href="/host/streams/${stream.id}/report" data-pc="open-report"
        >${icon(ChartColumn, 18)}<span>Report</span></a
      >
      <button type="button" class="btn small bare keys" data-pc="open-shortcuts" @click=${help}>
        ${icon(Keyboard, 18)}<span>Shortcuts</span><kbd>?</kbd>
      </button>
    </nav>
  </header>`;
}

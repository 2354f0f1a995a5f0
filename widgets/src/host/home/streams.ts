/** The shop's streams: what runs now, what comes, what was. */
import { LitElement, html, nothing } from "lit";
import { ChartColumn, ChevronDown, CircleAlert, Pencil, Plus, Tv } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { StreamView } from "../../wire/protocol.gen.js";
import type { HostCalls } from "../calls.js";
import { moment, running, span } from "../format.js";
import { say } from "../words.js";
import { stateBadge } from "../ui/badges.js";
import { panel } from "../ui/styles.js";
import { listStyles } from "./list_styles.js";
import type { StreamForm } from "./stream_form.js";
import { streamsStyles } from "./streams_styles.js";

const EVERY_MS = 15_000;
const GROUPS: readonly [StreamView["state"], string][] = [
  ["live", "Live now"],
  ["scheduled", "Scheduled"],
  ["ended", "Ended"],
];

/** Live by their start, scheduled by the nearest, ended by the latest. */
export function inOrder(streams: readonly StreamView[], state: StreamView["state"]): StreamView[] {
  const time = (one: StreamView): number =>
    (state === "live" ? one.started_at : state === "scheduled" ? one.starts_at : one.ended_at) ?? Infinity;
  const turn = state === "scheduled" ? 1 : -1;
  return streams.filter((one) => one.state === state).sort((a, b) => (time(a) - time(b)) * turn || 0);
}

export class StreamsList extends LitElement {
  static override properties = {
    calls: { attribute: false },
    currency: {},
    streams: { state: true },
    problem: { state: true },
    open: { state: true },
  };
  static override styles = [base, panel, listStyles, streamsStyles];

  declare calls: HostCalls;
  declare currency: string;
  declare streams: StreamView[] | null;
  declare problem: string;
  declare open: string | null;
  #timer = 0;

  constructor() {
    super();
    this.streams = null;
    this.problem = "";
    this.open = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#load);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#load);
    clearTimeout(this.#timer);
  }

  #load = async (): Promise<void> => {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    try {
      this.streams = (await this.calls.streams()).streams;
      this.problem = "";
    } catch (error) {
      this.problem = say(error, "The list of streams could not be read");
    }
    if (this.isConnected) this.#timer = window.setTimeout(this.#load, EVERY_MS);
  };

  #form(stream: StreamView | null): void {
    this.renderRoot.querySelector<StreamForm>("pc-stream-form")?.open(stream);
  }

  #times(stream: StreamView): string {
    const now = Date.now();
    if (stream.state === "live" && stream.started_at !== null) {
      return `since ${moment(stream.started_at, now)}, on for ${running(now - stream.started_at)}`;
    }
    if (stream.state === "ended" && stream.ended_at !== null) {
      const length = stream.started_at === null ? "" : `, ${span(stream.ended_at - stream.started_at)} long`;
      return `${moment(stream.started_at ?? stream.ended_at, now)}${length}`;
    }
    if (stream.starts_at === null) return "no time set; starts when you go live";
    return stream.starts_at > now ? `starts ${moment(stream.starts_at, now)}` : `was to start ${moment(stream.starts_at, now)}`;
  }

  #embed(stream: StreamView) {
    return html`<div class="embed" data-pc="embed-${stream.id}">
      <div class="pair">
        <span class="label">Watch page</span>
        <a href="/watch/${stream.id}" target="_blank" rel="noopener">${this.calls.watchAddress(stream.id)}</a>
        <pc-copy label="Copy link" .text=${this.calls.watchAddress(stream.id)} data-pc="copy-watch-${stream.id}"></pc-copy>
      </div>
      <div class="pair">
        <span class="label">Embed code</span>
        <pre tabindex="0"><code>${this.calls.embedCode(stream.id)}</code></pre>
        <pc-copy label="Copy code" .text=${this.calls.embedCode(stream.id)} data-pc="copy-embed-${stream.id}"></pc-copy>
      </div>
      <p class="muted small-text">
        The code works on every origin in your shop's list. <a href="#shop">See the list</a>
      </p>
    </div>`;
  }

  #stream(stream: StreamView) {
    const open = this.open === stream.id;
    const { id, state } = stream;
    return html`<li class="card stream ${state}" data-pc="stream-${id}" data-state=${state}>
      <a class="shot" href="/host/streams/${id}" tabindex="-1" aria-hidden="true">
        ${stream.poster_url ? html`<img src=${stream.poster_url} alt="" loading="lazy" />` : icon(Tv, 24)}
      </a>
      <div class="what">
        <h3><a href="/host/streams/${id}">${stream.title}</a></h3>
        <p class="facts num">${stateBadge(state)}<span>${this.#times(stream)}</span></p>
        <p class="muted small-text">
          ${stream.disclosure ? `Disclosure: ${stream.disclosure}` : "No disclosure"} ·
          ${stream.source_kind === "hls" ? "HLS" : "video file"}
        </p>
      </div>
      <div class="acts">
        ${state === "ended"
          ? nothing
          : html`<a class="btn small ${state === "live" ? "primary" : "quiet"}" href="/host/streams/${id}" data-pc="open-${id}"
              >${state === "live" ? "Open the show" : "Open"}</a
            >`}
        ${state === "scheduled"
          ? nothing
          : html`<a class="btn small quiet" href="/host/streams/${id}/report" data-pc="report-${id}">
              ${icon(ChartColumn, 18)}Report
            </a>`}
        ${state === "scheduled"
          ? html`<button type="button" class="btn small bare" data-pc="change-${id}" @click=${() => this.#form(stream)}>
              ${icon(Pencil, 18)}Change
            </button>`
          : nothing}
        <button
          type="button"
          class="btn small bare"
          aria-expanded=${open}
          data-pc="links-${id}"
          @click=${() => (this.open = open ? null : id)}
        >
          Links and embed<span class="turn ${open ? "up" : ""}">${icon(ChevronDown, 18)}</span>
        </button>
      </div>
      ${open ? this.#embed(stream) : nothing}
    </li>`;
  }

  #group(state: StreamView["state"], name: string) {
    const streams = inOrder(this.streams ?? [], state);
    if (streams.length === 0) return nothing;
    return html`<section aria-labelledby="group-${state}">
      <h2 id="group-${state}">${name}</h2>
      <ul>
        ${streams.map((stream) => this.#stream(stream))}
      </ul>
    </section>`;
  }

  #content() {
    if (this.streams === null) {
      if (this.problem) return nothing;
      return html`<div class="late" role="status" aria-label="Reading the streams">
        ${[1, 2, 3].map(() => html`<div class="bone"></div>`)}
      </div>`;
    }
    if (this.streams.length === 0) {
      return html`<div class="empty card" data-pc="streams-empty">
        ${icon(Tv, 32)}
        <h2>Your first show</h2>
        <p class="muted">
          Give it a title and the address of your picture: a video file or an HLS address. Nobody sees it before you go live.
        </p>
        <button type="button" class="btn primary" data-pc="create-first" @click=${() => this.#form(null)}>
          ${icon(Plus)}New stream
        </button>
      </div>`;
    }
    return GROUPS.map(([state, name]) => this.#group(state, name));
  }

  protected override render() {
    return html`<div class="head">
        <h1>Streams</h1>
        <button type="button" class="btn primary" data-pc="create-stream" @click=${() => this.#form(null)}>
          ${icon(Plus)}New stream
        </button>
      </div>
      ${this.problem
        ? html`<div class="note bad" role="alert">
            ${icon(CircleAlert)}<span class="grow">${this.problem}</span>
            <button type="button" class="btn small quiet" @click=${this.#load}>Try again</button>
          </div>`
        : nothing}
      ${this.#content()}
      <pc-stream-form .calls=${this.calls} @kept=${this.#load}></pc-stream-form>`;
  }
}

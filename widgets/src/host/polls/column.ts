/** The polls of a show: the one on the screen with its votes as they come, the prepared ones, and how the others ended. */
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { CircleAlert, CircleStop, Copy, EyeOff, Pencil, Plus, Trash2, Vote } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ServerClock } from "../../wire/clock.js";
import type { HostPoll, StreamView } from "../../wire/protocol.gen.js";
import { moment, plural, running } from "../format.js";
import { Follows } from "../ui/follow.js";
import { lostNote } from "../ui/link.js";
import { panel } from "../ui/styles.js";
import { barStyles, bars } from "./bars.js";
import { columnStyles } from "./column_styles.js";
import type { PollDeeds } from "./deeds.js";
import { clockWords } from "./sheet.js";
import type { Polls } from "./state.js";

const KINDS: Record<HostPoll["poll"]["kind"], string> = { single: "One choice", multiple: "Several choices", quiz: "Quiz" };

export class PollsColumn extends LitElement {
  static override properties = {
    polls: { attribute: false },
    deeds: { attribute: false },
    clock: { attribute: false },
    state: { attribute: false },
    write: { attribute: false },
  };
  static override styles = [base, panel, barStyles, columnStyles];

  declare polls: Polls;
  declare deeds: PollDeeds;
  declare clock: ServerClock;
  /** The stream's. */
  declare state: StreamView["state"];
  /** Opens the form: for a new poll, or to change a draft. */
  declare write: (poll?: HostPoll) => void;
  #tick = 0;

  constructor() {
    super();
    new Follows(this, () => this.polls);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = window.setInterval(() => this.requestUpdate(), 500);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  #facts({ poll, seconds }: HostPoll): string {
    return [
      KINDS[poll.kind],
      ...(poll.kind === "quiz" ? [] : [plural(poll.options.length, "option")]),
      ...(seconds === null ? [] : [clockWords(seconds)]),
      ...(poll.results === "closed" ? ["result when closed"] : []),
      ...(poll.changeable ? ["votes can be changed"] : []),
    ].join(" · ");
  }

  #left({ poll }: HostPoll) {
    if (poll.closes_at === null) return nothing;
    const left = poll.closes_at - this.clock.now();
    return html`<span class="num" data-pc="poll-left">${left > 0 ? `closes in ${running(left + 999)}` : "closing…"}</span>`;
  }

  #button(hook: string, one: HostPoll, words: string, drawing: typeof Pencil, act: () => void, kind = "quiet"): TemplateResult {
    return html`<button
      type="button"
      class="btn small ${kind}"
      data-pc="${hook}-${one.poll.id}"
      aria-label="${words}: ${one.poll.question}"
      ?disabled=${this.polls.busy.has(one.poll.id)}
      @click=${act}
    >
      ${icon(drawing, 18)}<span>${words}</span>
    </button>`;
  }

  #onScreen(one: HostPoll) {
    const open = one.poll.state === "open";
    return html`<article class="card now" data-pc="poll-${one.poll.id}" data-state=${one.poll.state}>
      <p class="row wrap state">
        ${open ? html`<span class="badge accent">${icon(Vote, 14)}Open</span>` : html`<span class="badge">Closed</span>`}
        ${open ? this.#left(one) : html`<span class="muted">the result is on the screen</span>`}
        <span class="voters num" data-pc="voters">${plural(one.tally.voters, "voter")}</span>
      </p>
      <h3>${one.poll.question}</h3>
      ${bars(one)}
      ${open && one.poll.results === "closed"
        ? html`<p class="muted small-text">Viewers see the result when it is closed.</p>`
        : nothing}
      <div class="row wrap">
        ${open ? this.#button("poll-close", one, "Close", CircleStop, () => void this.deeds.close(one)) : nothing}
        ${!open && one.on_screen ? this.#button("poll-hide", one, "Take off the screen", EyeOff, () => void this.deeds.hide(one)) : nothing}
        ${open ? nothing : this.#button("poll-duplicate", one, "Duplicate", Copy, () => void this.deeds.duplicate(one), "bare")}
      </div>
    </article>`;
  }

  #draft(one: HostPoll, index: number) {
    const ended = this.state === "ended";
    return html`<li class="draft" data-pc="poll-${one.poll.id}" data-state="draft">
      <div class="what">
        <h3>${one.poll.question}</h3>
        <p class="muted small-text">${this.#facts(one)}</p>
      </div>
      <button
        type="button"
        class="btn small quiet"
        data-pc="poll-open-${one.poll.id}"
        aria-label="Open: ${one.poll.question}"
        ?disabled=${ended || this.state !== "live" || this.polls.busy.has(one.poll.id)}
        @click=${() => void this.deeds.open(one)}
      >
        ${icon(Vote, 18)}Open${index === 0 && this.state === "live" ? html`<kbd>P</kbd>` : nothing}
      </button>
      <div class="tools">
        ${this.#button("poll-change", one, "Change", Pencil, () => this.write(one), "bare")}
        ${this.#button("poll-duplicate", one, "Duplicate", Copy, () => void this.deeds.duplicate(one), "bare")}
        ${this.#button("poll-delete", one, "Delete", Trash2, () => void this.deeds.remove(one), "bare")}
      </div>
    </li>`;
  }

  #closed(one: HostPoll) {
    const at = one.poll.closed_at;
    return html`<li class="closed" data-pc="poll-${one.poll.id}" data-state="closed">
      <details>
        <summary>
          <span class="grow">${one.poll.question}</span>
          <span class="muted small-text num">${plural(one.tally.voters, "voter")}</span>
        </summary>
        <div class="inside">
          ${bars(one)}
          <p class="muted small-text">${KINDS[one.poll.kind]}${at === null ? "" : ` · closed ${moment(at, this.clock.now())}`}</p>
          <div class="row wrap">
            ${this.#button("poll-duplicate", one, "Duplicate", Copy, () => void this.deeds.duplicate(one), "bare")}
          </div>
        </div>
      </details>
    </li>`;
  }

  #empty() {
    if (this.polls.phase === "loading") {
      return html`<div class="late" role="status" aria-label="Reading the polls">${[1, 2].map(() => html`<div class="bone"></div>`)}</div>`;
    }
    if (this.polls.phase === "failed" || this.polls.list.length > 0) return nothing;
    return html`<p class="empty muted" data-pc="polls-none">
      ${this.state === "ended"
        ? "No poll was held in this show."
        : "No polls yet: prepare one, and open it with one click when the moment comes."}
    </p>`;
  }

  protected override render() {
    const { polls } = this;
    const now = polls.list.filter(({ poll, on_screen }) => poll.state === "open" || (poll.state === "closed" && on_screen));
    const closed = polls.closed.filter((one) => !now.includes(one));
    return html`<div class="head">
        <h2>Polls</h2>
        <span class="muted small-text num">${polls.drafts.length > 0 ? `${polls.drafts.length} prepared` : nothing}</span>
      </div>
      <div class="list">
        ${polls.problem
          ? html`<div class="note bad" role="alert">
              ${icon(CircleAlert)}<span>${polls.problem}</span>
              <button type="button" class="btn small quiet" @click=${() => void polls.read()}>Try again</button>
            </div>`
          : nothing}
        ${lostNote(polls.line, "These are the last votes that came; viewers go on voting.")}
        ${repeat(now, ({ poll }) => poll.id, (one) => this.#onScreen(one))} ${this.#empty()}
        ${polls.drafts.length > 0
          ? html`<ol aria-label="Prepared polls">
              ${repeat(polls.drafts, ({ poll }) => poll.id, (one, index) => this.#draft(one, index))}
            </ol>`
          : nothing}
        ${this.state === "ended" || polls.phase !== "ready"
          ? nothing
          : html`<button type="button" class="btn quiet wide" data-pc="poll-new" @click=${() => this.write()}>
              ${icon(Plus)}New poll
            </button>`}
        ${closed.length > 0
          ? html`<section class="ended" aria-labelledby="ended">
              <h3 id="ended" class="muted">Ended</h3>
              <ul>
                ${repeat(closed, ({ poll }) => poll.id, (one) => this.#closed(one))}
              </ul>
            </section>`
          : nothing}
      </div>`;
  }
}

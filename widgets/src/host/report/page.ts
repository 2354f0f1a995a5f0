/** The report of one stream: what came of it, in words, then in figures. Fresh every ten seconds while it is live. */
import { LitElement, html, nothing } from "lit";
import { ArrowLeft, CircleAlert, RefreshCw } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import type { Figures, Report, StreamView } from "../../wire/protocol.gen.js";
import type { HostCalls } from "../calls.js";
import { count, plural, share, timeOfDay } from "../format.js";
import { say } from "../words.js";
import { stateBadge } from "../ui/badges.js";
import { panel } from "../ui/styles.js";
import { FIGURES, figure, funnel, type Figure, type Step } from "./figures.js";
import { reportStyles } from "./page_styles.js";

const EVERY_MS = 10_000;
const SKELETON_MS = 300;

export class HostReport extends LitElement {
  static override properties = {
    calls: { attribute: false },
    stream: { attribute: false },
    report: { state: true },
    problem: { state: true },
    busy: { state: true },
    slow: { state: true },
  };
  static override styles = [base, panel, reportStyles];

  declare calls: HostCalls;
  declare stream: StreamView;
  declare report: Report | null;
  declare problem: string;
  declare busy: boolean;
  declare slow: boolean;
  #timer = 0;
  #late = 0;

  constructor() {
    super();
    this.report = null;
    this.problem = "";
    this.busy = false;
    this.slow = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#late = window.setTimeout(() => (this.slow = true), SKELETON_MS);
    document.addEventListener("visibilitychange", this.#seen);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#seen);
    clearTimeout(this.#timer);
    clearTimeout(this.#late);
  }

  #seen = (): void => {
    if (!document.hidden) void this.#load();
  };

  #load = async (): Promise<void> => {
    if (this.busy) return;
    clearTimeout(this.#timer);
    this.busy = true;
    try {
      const [report, stream] = await Promise.all([
        this.calls.report(this.stream.id),
        this.stream.state === "ended" ? this.stream : this.calls.stream(this.stream.id),
      ]);
      this.report = report;
      this.stream = stream;
      this.problem = "";
    } catch (error) {
      this.problem = say(error, this.report ? "The figures could not be brought up to date" : "The report could not be read");
    } finally {
      this.busy = false;
    }
    if (this.isConnected && !document.hidden && this.stream.state !== "ended") {
      this.#timer = window.setTimeout(this.#load, EVERY_MS);
    }
  };

  #header() {
    const stream = this.stream;
    return html`<header>
      <a class="back" href="/host">${icon(ArrowLeft, 18)}All streams</a>
      <div class="row">
        <button type="button" class="btn small quiet" data-pc="report-refresh" ?disabled=${this.busy} @click=${this.#load}>
          ${icon(RefreshCw, 18)}${this.busy && this.report ? "Reading…" : "Refresh"}
        </button>
        ${stream.state === "ended"
          ? nothing
          : html`<a class="btn small quiet" href="/host/streams/${stream.id}" data-pc="open-show">Open the show</a>`}
      </div>
      <div class="title">
        <h1>${stream.title}</h1>
        ${stateBadge(stream.state)}
        <span class="muted num" data-pc="report-as-of">
          ${this.report
            ? html`as of ${timeOfDay(this.report.generated_at)}${stream.state === "live" ? ", fresh every 10 s" : nothing}`
            : nothing}
        </span>
      </div>
    </header>`;
  }

  #total(one: Figure, totals: Figures, currency: string) {
    const value = one.money ? money(totals[one.key], currency) : count(totals[one.key]);
    const back = one.key === "revenue" && totals.refunded > 0;
    return html`<div class="total">
      <dt>${one.name}<pc-define name=${one.name} words=${one.definition}></pc-define></dt>
      <dd class="num" data-pc="report-total-${one.key}">${value}</dd>
      ${back
        ? html`<dd class="back-paid num" data-pc="report-total-refunded">
            ${money(totals.refunded, currency)} given back
          </dd>`
        : nothing}
    </div>`;
  }

  #rate(step: Step) {
    if (!step.from) return html`<span class="muted">everyone who watched</span>`;
    const counts = `${count(step.value)} of ${plural(step.from.value, step.from.name.replace(/s$/, ""))}`;
    if (step.from.value === 0) return html`<span class="muted">no ${step.from.name} yet</span>`;
    if (step.rate === "each") {
      const each = (step.value / step.from.value).toFixed(1);
      return html`<span class="strong num">${each} each</span> <span class="muted num">for ${plural(step.from.value, "viewer")}</span>`;
    }
    return html`<span class="strong num">${share(step.value, step.from.value)}</span>
      <span class="muted num">${counts}</span>`;
  }

  #funnel(totals: Figures) {
    const steps = funnel(totals);
    const most = Math.max(1, ...steps.map((step) => step.value));
    return html`<section aria-labelledby="funnel">
      <h2 id="funnel">From watching to buying</h2>
      <ol class="funnel" data-pc="report-funnel">
        ${steps.map(
          (step) => html`<li data-pc="report-funnel-${step.key}">
            <span class="name">${step.name}<pc-define name=${step.name} words=${figure(step.key).definition}></pc-define></span>
            <span class="value num">${count(step.value)}</span>
            <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="way" width="100" height="10" />
              <rect class="fill" width=${(step.value / most) * 100} height="10" />
            </svg>
            <span class="rate">${this.#rate(step)}</span>
          </li>`,
        )}
      </ol>
    </section>`;
  }

  #body(report: Report) {
    const { totals, currency } = report;
    return html`<p class="sentence" data-pc="report-sentence">${report.sentence}</p>
      <dl class="totals" data-pc="report-totals">
        ${FIGURES.map((one) => this.#total(one, totals, currency))}
      </dl>
      <div class="pair">
        ${this.#funnel(totals)}
        <section aria-labelledby="curve">
          <h2 id="curve">Sales through the show</h2>
          <pc-sales-curve .curve=${report.curve} .currency=${currency}></pc-sales-curve>
        </section>
      </div>
      <section aria-labelledby="products">
        <h2 id="products">Per product</h2>
        <pc-product-table .rows=${report.products} .currency=${currency} .csv=${this.calls.csvAddress(report.stream)}>
        </pc-product-table>
      </section>`;
  }

  #empty() {
    const words: Record<StreamView["state"], [string, string]> = {
      scheduled: ["Nothing to report yet", "The figures begin when the stream goes live and the first viewer has watched for 3 seconds."],
      live: ["Nobody has watched yet", "The first figures come when a viewer has watched for 3 seconds. Share the watch page to bring them."],
      ended: ["Nobody watched this stream", "There are no views, and so no sales, to report."],
    };
    const [title, text] = words[this.stream.state];
    return html`<div class="empty card" data-pc="report-empty">
      <h2>${title}</h2>
      <p class="muted">${text}</p>
      <pc-copy label="Copy watch page link" .text=${this.calls.watchAddress(this.stream.id)}></pc-copy>
    </div>`;
  }

  #bones() {
    return html`<div class="bones" role="status" aria-label="Reading the report">
      ${this.slow
        ? html`<div class="bone sentence-bone"></div>
            <div class="bone totals-bone"></div>
            <div class="bone block-bone"></div>`
        : nothing}
    </div>`;
  }

  protected override render() {
    const totals = this.report?.totals;
    const empty = totals && totals.views === 0 && totals.orders === 0 && totals.holds === 0;
    return html`<main>
      ${this.#header()}
      ${this.problem
        ? html`<p class="note bad" role="alert" data-pc="report-problem">${icon(CircleAlert)}<span>${this.problem}</span></p>`
        : nothing}
      ${this.report ? (empty ? this.#empty() : this.#body(this.report)) : this.problem ? nothing : this.#bones()}
    </main>`;
  }
}

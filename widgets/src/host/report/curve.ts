/** Sales over the show as bars per minute (or longer steps when there isn't the width), with a table under it. */
import { LitElement, css, html, nothing, svg } from "lit";
import { base } from "../../ui/base.js";
import { money, shortMoney } from "../../ui/money.js";
import type { CurvePoint } from "../../wire/protocol.gen.js";
import { count, minuteOfShow, plural } from "../format.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import { curveStyles } from "./curve_styles.js";
import { bins, roundUp, type Bin } from "./figures.js";

const HEIGHT = 220;
const TOP = 16;
const LEFT = 56;
const BOTTOM = 28;
const NARROWEST = 7;

export class SalesCurve extends LitElement {
  static override properties = {
    curve: { attribute: false },
    currency: {},
    measure: { state: true },
    at: { state: true },
    width: { state: true },
  };
  static override styles = [base, panel, fields, curveStyles, css``];

  declare curve: CurvePoint[];
  declare currency: string;
  declare measure: "units" | "revenue";
  declare at: number | null;
  declare width: number;
  #sizes: ResizeObserver | undefined;

  constructor() {
    super();
    this.curve = [];
    this.currency = "eur";
    this.measure = "units";
    this.at = null;
    this.width = 640;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes = new ResizeObserver(([entry]) => {
      if (entry) this.width = Math.max(240, Math.round(entry.contentRect.width));
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  #write = (value: number): string => (this.measure === "units" ? count(value) : shortMoney(value, this.currency));

  #name(bin: Bin): string {
    const from = minuteOfShow(bin.minute);
    return bin.length === 1 ? from : `${from}–${minuteOfShow(bin.minute + bin.length)}`;
  }

  #keys(event: KeyboardEvent, made: Bin[]): void {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const from = this.at ?? (step > 0 ? -1 : made.length);
    this.at = Math.min(made.length - 1, Math.max(0, from + step));
  }

  #point(event: PointerEvent, made: Bin[]): void {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const place = (event.clientX - box.left - LEFT) / (this.width - LEFT);
    const index = Math.floor(place * made.length);
    this.at = index >= 0 && index < made.length ? index : null;
  }

  #axis(made: Bin[], top: number) {
    const base = HEIGHT - BOTTOM;
    const y = (value: number): number => base - (value / top) * (base - TOP);
    const lines = [...new Set([0, top / 2, top])].filter((value) => this.measure === "revenue" || value % 1 === 0);
    const every = Math.max(1, Math.ceil(made.length / Math.max(2, Math.floor((this.width - LEFT) / 72))));
    const wide = (this.width - LEFT) / made.length;
    return svg`${lines.map(
      (value) => svg`<line class="grid" x1=${LEFT} x2=${this.width} y1=${y(value)} y2=${y(value)} />
        <text class="tick" x=${LEFT - 10} y=${y(value) + 4} text-anchor="end">${this.#write(Math.round(value))}</text>`,
    )}
    ${made.map((bin, index) =>
      index % every === 0
        ? svg`<text class="tick" x=${LEFT + index * wide} y=${HEIGHT - 8}>${minuteOfShow(bin.minute)}</text>`
        : nothing,
    )}`;
  }

  #chart(made: Bin[]) {
    const top = roundUp(Math.max(1, ...made.map((bin) => bin[this.measure])));
    const base = HEIGHT - BOTTOM;
    const wide = (this.width - LEFT) / made.length;
    const gap = wide > 10 ? 2 : 1;
    const sum = made.reduce((all, bin) => all + bin[this.measure], 0);
    return html`<svg
      width=${this.width}
      height=${HEIGHT}
      viewBox="0 0 ${this.width} ${HEIGHT}"
      tabindex="0"
      role="img"
      aria-label="Sales per minute of the show: ${this.#write(sum)} in all. Arrow keys read it out; the table below holds the same."
      data-pc="report-curve"
      @keydown=${(event: KeyboardEvent) => this.#keys(event, made)}
      @pointermove=${(event: PointerEvent) => this.#point(event, made)}
      @pointerdown=${(event: PointerEvent) => this.#point(event, made)}
      @pointerleave=${() => (this.at = null)}
    >
      ${this.#axis(made, top)}
      ${made.map((bin, index) => {
        const high = (bin[this.measure] / top) * (base - TOP);
        return svg`<rect class="bar ${this.at === index ? "at" : ""}" x=${LEFT + index * wide + gap / 2}
          y=${base - high} width=${Math.max(1, wide - gap)} height=${high} rx=${Math.min(3, wide / 4)} />`;
      })}
    </svg>`;
  }

  #readout(made: Bin[]) {
    const best = made.reduce((high, bin, index) => (bin.units > (made[high]?.units ?? -1) ? index : high), 0);
    const bin = made[this.at ?? best];
    if (!bin) return nothing;
    return html`<p class="readout" role="status">
      <span class="muted">${this.at === null ? "Best" : "At"} ${this.#name(bin)}</span>
      <span class="num strong">${plural(bin.units, "unit")} · ${money(bin.revenue, this.currency)}</span>
    </p>`;
  }

  #table(made: Bin[]) {
    return html`<details>
      <summary>The same as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Sales per minute as a table">
        <table data-pc="report-curve-table">
          <thead>
            <tr>
              <th scope="col">Minute of the show</th>
              <th scope="col">Units</th>
              <th scope="col">Revenue</th>
            </tr>
          </thead>
          <tbody>
            ${made.map(
              (bin) => html`<tr>
                <th scope="row" class="num">${this.#name(bin)}</th>
                <td class="num">${count(bin.units)}</td>
                <td class="num">${money(bin.revenue, this.currency)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  protected override render() {
    const made = bins(this.curve, Math.floor((this.width - LEFT) / NARROWEST));
    const sold = made.some((bin) => bin.units > 0);
    if (!sold) return html`<p class="muted">No sale yet. The curve begins with the first paid order.</p>`;
    const step = made[0]?.length ?? 1;
    return html`<div class="top">
        <fieldset class="switch">
          <legend class="sr">What the bars show</legend>
          ${(["units", "revenue"] as const).map(
            (one) => html`<label class=${this.measure === one ? "on" : ""}>
              <input
                type="radio"
                name="measure"
                class="sr"
                .checked=${this.measure === one}
                @change=${() => (this.measure = one)}
              />${one === "units" ? "Units" : "Revenue"}
            </label>`,
          )}
        </fieldset>
        ${this.#readout(made)}
      </div>
      ${this.#chart(made)}
      <p class="muted small-text">
        Hours and minutes since the show began; each bar is ${step === 1 ? "one minute" : `${step} minutes`}.
      </p>
      ${this.#table(made)}`;
  }
}

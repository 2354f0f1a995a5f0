/** Right: the numbers that matter, each with its line over the show. Grey, and since when, while the link is lost. */
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { Banknote, Boxes, Eye, Hand, ShoppingBag, WifiOff } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import { count, plural, span, timeOfDay } from "../format.js";
import { Follows } from "../ui/follow.js";
import { linkLost } from "../ui/link.js";
import { spark, type Sample } from "../ui/spark.js";
import { panel } from "../ui/styles.js";
import { audiencePages, audienceWords } from "./audience.js";
import { livingStyles } from "./living_styles.js";
import type { Show } from "./state.js";
import { leftWords } from "./stock_words.js";

interface Living {
  key: string;
  name: string;
  drawing: typeof Eye;
  value: number | undefined;
  /** The value is not exact, and says so. */
  about?: boolean;
  note?: TemplateResult | string;
  samples: readonly Sample[];
  write: (value: number) => string;
}

export class LivingNumbers extends LitElement {
  static override properties = { show: { attribute: false } };
  static override styles = [base, panel, livingStyles];

  declare show: Show;
  #clock = 0;

  constructor() {
    super();
    new Follows(this, () => this.show);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = window.setInterval(() => this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  get #lost(): boolean {
    return linkLost(this.show.line) || this.show.room.staleSince !== null;
  }

  /** The line goes on to now: a number that did not move is still that number. */
  #toNow(samples: readonly Sample[]): readonly Sample[] {
    if (this.show.stream.state === "scheduled") return [];
    const last = samples[samples.length - 1];
    if (!last || this.#lost || this.show.stream.state === "ended") return samples;
    return [...samples, { at: this.show.clock.now(), value: last.value }];
  }

  #living(): Living[] {
    const { numbers, history, room } = this.show;
    const currency = numbers?.currency ?? this.show.stream.currency;
    const front = this.show.pins[0];
    const write = (value: number): string => money(value, currency);
    return [
      {
        key: "viewers",
        name: "Viewers",
        drawing: Eye,
        value: numbers ? numbers.viewers : room.shown ? room.viewers : undefined,
        about: numbers?.audience.approximate === true,
        note: this.#audience(),
        samples: history.of("viewers"),
        write: count,
      },
      {
        key: "held",
        name: "Held",
        drawing: Hand,
        value: numbers?.held,
        note: "not paid yet",
        samples: history.of("held"),
        write: count,
      },
      {
        key: "sold",
        name: "Sold",
        drawing: ShoppingBag,
        value: numbers?.units,
        note: numbers ? `in ${plural(numbers.orders, "order")}` : "",
        samples: history.of("units"),
        write: count,
      },
      { key: "revenue", name: "Revenue", drawing: Banknote, value: numbers?.revenue, samples: history.of("revenue"), write },
      {
        key: "left",
        name: "Left of what is pinned",
        drawing: Boxes,
        value: front ? this.show.leftOf(front.product.variants) : undefined,
        note: this.#leftNote(),
        samples: front ? history.of(`left:${front.product.id}`) : [],
        write: count,
      },
    ];
  }

  #audience(): TemplateResult | string {
    const audience = this.show.numbers?.audience;
    if (!audience) return "";
    const pages = audiencePages(audience);
    return html`<span data-pc="audience">${audienceWords(audience)}</span>
      ${pages.length > 0
        ? html`<ul class="parts" aria-label="By page">
            ${pages.map(([page, viewers]) => html`<li><span class="one-line">${page}</span><span>${count(viewers)}</span></li>`)}
          </ul>`
        : nothing}`;
  }

  #leftNote(): TemplateResult | string {
    const [front, ...others] = this.show.pins;
    if (!front) return "nothing is pinned";
    const several = front.product.variants.length > 1;
    return html`<span class="strong">${front.product.name}</span>
      ${several
        ? html`<ul class="parts">
            ${front.product.variants.map(
              (variant) => html`<li><span>${variant.name}</span><span>${leftWords(this.show.left(variant.id))}</span></li>`,
            )}
          </ul>`
        : nothing}
      ${others.length > 0
        ? html`<ul class="parts others">
            ${others.map(
              ({ product }) => html`<li>
                <span class="one-line">${product.name}</span><span>${leftWords(this.show.leftOf(product.variants))}</span>
              </li>`,
            )}
          </ul>`
        : nothing}`;
  }

  #number(one: Living) {
    return html`<div class="number" data-key=${one.key}>
      <dt>${icon(one.drawing, 18)}${one.name}</dt>
      <dd class="value num" data-pc="number-${one.key}" data-value=${one.value ?? ""}>
        ${one.about ? html`<span class="about">about </span>` : nothing}${one.value === undefined ? "–" : one.write(one.value)}
      </dd>
      <dd class="line">${spark(this.#toNow(one.samples), one.name, one.write)}</dd>
      ${one.note ? html`<dd class="note-text num">${one.note}</dd>` : nothing}
    </div>`;
  }

  #link() {
    const { line } = this.show;
    if (!this.#lost) return nothing;
    const stale = this.show.room.staleSince;
    if (stale !== null) {
      return html`<p class="lost" role="status" data-pc="link-stale">
        ${icon(WifiOff)}
        <span>
          <span class="strong">The server lost its link at ${timeOfDay(stale)}.</span> These numbers may be out of date.
          Trying again by itself. The show goes on.
        </span>
      </p>`;
    }
    const refused = line.state === "refused";
    return html`<p class="lost" role="status" data-pc="link-lost">
      ${icon(WifiOff)}
      <span>
        <span class="strong">No link since ${timeOfDay(line.since)}</span> (${span(Date.now() - line.since)}). These are the
        last numbers that came. ${refused ? "Sign in again to go on." : "Trying again by itself."} The show goes on.
        ${refused ? html`<a href=${location.pathname}>Sign in</a>` : nothing}
      </span>
    </p>`;
  }

  protected override render() {
    return html`<h2 class="sr">Living numbers</h2>
      ${this.#link()}
      <dl class=${this.#lost ? "stale" : ""} data-pc="numbers" data-stale=${this.#lost}>
        ${this.#living().map((one) => this.#number(one))}
      </dl>`;
  }
}

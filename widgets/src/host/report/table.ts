/** The report's table: one row per product that was pinned. Sorted by any column, copied, downloaded. */
import { LitElement, html, nothing } from "lit";
import { ChevronDown, ChevronUp, ChevronsUpDown, Download } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { money } from "../../ui/money.js";
import type { ProductFigures } from "../../wire/protocol.gen.js";
import { count, share, span } from "../format.js";
import { panel } from "../ui/styles.js";
import { figure } from "./figures.js";
import { tableStyles } from "./table_styles.js";

interface Column {
  key: string;
  name: string;
  definition: string;
  /** What it sorts by. */
  value(row: ProductFigures): number | string;
  write(row: ProductFigures, currency: string): string;
  /** A share of the column before it, written small beside the count. */
  beside?(row: ProductFigures): { share: string; of: string };
}

const counted = (key: "impressions" | "clicks" | "holds" | "orders" | "units"): Column => ({
  key,
  name: figure(key).name,
  definition: figure(key).definition,
  value: (row) => row.figures[key],
  write: (row) => count(row.figures[key]),
});

export const COLUMNS: readonly Column[] = [
  { key: "product", name: "Product", definition: "", value: (row) => row.product_name, write: (row) => row.product_name },
  {
    key: "pinned",
    name: "Pinned for",
    definition: "How long the product was pinned on this stream, all its pins together.",
    value: (row) => row.pinned_ms,
    write: (row) => span(row.pinned_ms),
  },
  counted("impressions"),
  {
    ...counted("clicks"),
    beside: ({ figures }) => ({ share: share(figures.clicks, figures.impressions), of: "of impressions" }),
  },
  { ...counted("holds"), beside: ({ figures }) => ({ share: share(figures.holds, figures.clicks), of: "of clicks" }) },
  { ...counted("orders"), beside: ({ figures }) => ({ share: share(figures.orders, figures.holds), of: "of holds" }) },
  counted("units"),
  {
    key: "revenue",
    name: "Revenue",
    definition: figure("revenue").definition,
    value: (row) => row.figures.revenue,
    write: (row, currency) => money(row.figures.revenue, currency),
  },
];

export function sorted(rows: readonly ProductFigures[], key: string, down: boolean): ProductFigures[] {
  const column = COLUMNS.find((one) => one.key === key) ?? COLUMNS[0];
  const turn = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [column?.value(a) ?? 0, column?.value(b) ?? 0];
    const order =
      typeof left === "string" || typeof right === "string"
        ? String(left).localeCompare(String(right), "en")
        : left - right;
    return order * turn;
  });
}

/** For a spreadsheet: tabs between, money as plain decimals. */
export function tabbed(rows: readonly ProductFigures[], currency: string): string {
  const head = COLUMNS.map((column) => (column.key === "pinned" ? "Pinned for (s)" : column.name));
  const body = rows.map((row) =>
    COLUMNS.map((column) => {
      if (column.key === "pinned") return String(Math.round(row.pinned_ms / 1000));
      if (column.key === "revenue") return money(row.figures.revenue, currency).replace(/[^\d.−]/g, "");
      return String(column.value(row));
    }).join("\t"),
  );
  return [head.join("\t"), ...body].join("\n");
}

export class ProductTable extends LitElement {
  static override properties = {
    rows: { attribute: false },
    currency: {},
    csv: {},
    by: { state: true },
    down: { state: true },
  };
  static override styles = [base, panel, tableStyles];

  declare rows: ProductFigures[];
  declare currency: string;
  declare csv: string;
  declare by: string;
  declare down: boolean;

  constructor() {
    super();
    this.rows = [];
    this.currency = "eur";
    this.csv = "";
    this.by = "revenue";
    this.down = true;
  }

  #sort(key: string): void {
    this.down = this.by === key ? !this.down : key !== "product";
    this.by = key;
  }

  #head(column: Column) {
    const on = this.by === column.key;
    const order = on ? (this.down ? "descending" : "ascending") : "none";
    return html`<th scope="col" aria-sort=${order}>
      <span class="head">
        <button type="button" data-pc="report-sort-${column.key}" @click=${() => this.#sort(column.key)}>
          ${column.name}<span class="order">
            ${icon(on ? (this.down ? ChevronDown : ChevronUp) : ChevronsUpDown, 16)}
          </span>
        </button>
        ${column.definition
          ? html`<pc-define name=${column.name} words=${column.definition}></pc-define>`
          : nothing}
      </span>
    </th>`;
  }

  #cell(column: Column, row: ProductFigures) {
    const beside = column.beside?.(row);
    return html`<td class="num" data-pc="report-${column.key}">
      ${column.write(row, this.currency)}
      ${beside ? html`<span class="beside">${beside.share}<span class="sr"> ${beside.of}</span></span>` : nothing}
    </td>`;
  }

  #row(row: ProductFigures) {
    return html`<tr data-pc="report-product-${row.product}">
      <th scope="row">
        <span class="product">
          ${row.image_url
            ? html`<img class="picture" src=${row.image_url} alt="" width="40" height="40" loading="lazy" />`
            : nothing}
          <span>${row.product_name}</span>
        </span>
      </th>
      ${COLUMNS.slice(1).map((column) => this.#cell(column, row))}
    </tr>`;
  }

  protected override render() {
    if (this.rows.length === 0) {
      return html`<p class="muted">No product was pinned on this stream, so there is nothing to compare yet.</p>`;
    }
    const rows = sorted(this.rows, this.by, this.down);
    return html`<div class="tools">
        <pc-copy label="Copy table" .text=${tabbed(rows, this.currency)} data-pc="report-copy"></pc-copy>
        <a class="btn small quiet" href=${this.csv} download data-pc="report-csv">${icon(Download, 18)}Download CSV</a>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Figures per product">
        <table data-pc="report-table">
          <caption class="sr">
            Figures per product. The buttons in the head sort the table. Small figures: the share of the column before.
          </caption>
          <thead>
            <tr>
              ${COLUMNS.map((column) => this.#head(column))}
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.#row(row))}
          </tbody>
        </table>
      </div>
      <p class="muted small-text">
        Small figures: clicks of impressions, holds of clicks, orders of holds. The parts need not add up to the totals
        above, where one viewer counts once.
      </p>`;
  }
}

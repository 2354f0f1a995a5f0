/** What each figure of the report means, and how they follow from one another. Pure. */
import type { CurvePoint, Figures } from "../../wire/protocol.gen.js";

export interface Figure {
  key: keyof Figures;
  name: string;
  definition: string;
  money?: boolean;
}

export const FIGURES: readonly Figure[] = [
  {
    key: "revenue",
    name: "Revenue",
    definition: "The sum of all paid orders of this stream. Money given back later is not taken off; it is shown beside it.",
    money: true,
  },
  {
    key: "orders",
    name: "Orders",
    definition: "Orders that were paid. An order that was paid and refunded later stays counted here.",
  },
  { key: "units", name: "Units", definition: "Pieces in the paid orders. One order can hold several pieces." },
  {
    key: "viewers",
    name: "Viewers",
    definition: "Different people (browsers) with at least one view. Your own preview is not counted.",
  },
  {
    key: "views",
    name: "Views",
    definition: "Times that the video played for at least 3 seconds with half of it in sight. One viewer can come back.",
  },
  {
    key: "impressions",
    name: "Pin impressions",
    definition: "Times that a pinned product was in a viewer's sight for at least 1 second.",
  },
  { key: "clicks", name: "Pin clicks", definition: "Taps on a pinned product." },
  {
    key: "holds",
    name: "Holds",
    definition: "Times that a viewer had pieces set aside. A hold that ran out or was let go stays counted.",
  },
];

export const figure = (key: keyof Figures): Figure => FIGURES.find((one) => one.key === key) as Figure;

export interface Step {
  key: keyof Figures;
  name: string;
  value: number;
  /** The step that this one is a share of, when it is one. */
  from: { name: string; value: number } | null;
  /** Impressions come several to a viewer: a rate, not a share. */
  rate: "share" | "each" | null;
}

/** From a person who watches to an order that is paid. */
export function funnel(totals: Figures): Step[] {
  const step = (key: keyof Figures, from: keyof Figures | null, rate: Step["rate"]): Step => ({
    key,
    name: figure(key).name,
    value: totals[key],
    from: from === null ? null : { name: figure(from).name.toLowerCase(), value: totals[from] },
    rate,
  });
  return [
    step("viewers", null, null),
    step("impressions", "viewers", "each"),
    step("clicks", "impressions", "share"),
    step("holds", "clicks", "share"),
    step("orders", "holds", "share"),
  ];
}

export interface Bin {
  /** The first minute in it, and how many minutes it spans. */
  minute: number;
  length: number;
  units: number;
  revenue: number;
}

const LENGTHS = [1, 2, 5, 10, 15, 30, 60];

const LEAST_MINUTES = 15;

/** Minutes without a sale are in it, as zeros: a gap must look like one. At most `most` bins. */
export function bins(curve: readonly CurvePoint[], most: number): Bin[] {
  const sold = curve.reduce((high, point) => Math.max(high, point.minute), -1);
  if (sold < 0) return [];
  // A show of one minute would else be one bar as wide as the page.
  const last = Math.max(sold, LEAST_MINUTES - 1);
  const length = LENGTHS.find((one) => (last + 1) / one <= most) ?? Math.ceil((last + 1) / most);
  const made: Bin[] = Array.from({ length: Math.floor(last / length) + 1 }, (_, index) => ({
    minute: index * length,
    length,
    units: 0,
    revenue: 0,
  }));
  for (const point of curve) {
    const bin = made[Math.floor(Math.max(0, point.minute) / length)];
    if (!bin) continue;
    bin.units += point.units;
    bin.revenue += point.revenue;
  }
  return made;
}

/** A round number at or above `value`, for the top of a scale. */
export function roundUp(value: number): number {
  if (value <= 4) return Math.max(1, Math.ceil(value));
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 4, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

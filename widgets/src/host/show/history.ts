/** What the living numbers were over the show, thinned so that it never grows beyond a drawing's width. */
import type { Drawer } from "../../wire/keys.js";
import type { Numbers, Report } from "../../wire/protocol.gen.js";
import type { Sample } from "../ui/spark.js";

export type Series = "viewers" | "held" | "units" | "revenue";
const SERIES: readonly Series[] = ["viewers", "held", "units", "revenue"];

const MOST = 240;
const SAVE_MS = 5000;

/** Keeps the newest half whole and every second one of the older half. */
export function thinned(samples: readonly Sample[], most: number): Sample[] {
  if (samples.length <= most) return [...samples];
  const half = Math.floor(samples.length / 2);
  return samples.filter((_, index) => index >= half || index % 2 === 0);
}

/** The report's curve as running totals, for the part of the show that this window did not see. */
export function seeded(report: Report, startedAt: number, until: number): Record<"units" | "revenue", Sample[]> {
  const seeds: Record<"units" | "revenue", Sample[]> = {
    units: [{ at: startedAt, value: 0 }],
    revenue: [{ at: startedAt, value: 0 }],
  };
  let [units, revenue] = [0, 0];
  for (const point of [...report.curve].sort((a, b) => a.minute - b.minute)) {
    const at = startedAt + (point.minute + 1) * 60_000;
    if (at > until) break;
    units += point.units;
    revenue += point.revenue;
    seeds.units.push({ at, value: units });
    seeds.revenue.push({ at, value: revenue });
  }
  return seeds;
}

export class History {
  #series: Record<string, Sample[]> = {};
  #drawer: Drawer;
  #name: string;
  #saved = 0;

  constructor(stream: string, drawer: Drawer) {
    this.#drawer = drawer;
    this.#name = `proofcast:history:${stream}`;
    try {
      const kept = JSON.parse(drawer.get(this.#name) ?? "{}") as Record<string, [number, number][]>;
      for (const [name, pairs] of Object.entries(kept)) {
        this.#series[name] = pairs.map(([at, value]) => ({ at, value }));
      }
    } catch {
      this.#series = {};
    }
  }

  of(name: string): readonly Sample[] {
    return this.#series[name] ?? [];
  }

  note(name: string, at: number, value: number): void {
    const samples = (this.#series[name] ??= []);
    const last = samples[samples.length - 1];
    if (last && last.at >= at) last.value = value;
    else samples.push({ at, value });
    this.#series[name] = thinned(samples, MOST);
  }

  take(numbers: Numbers): void {
    for (const name of SERIES) this.note(name, numbers.at, numbers[name]);
    if (numbers.at - this.#saved > SAVE_MS) this.#save(numbers.at);
  }

  /** Sales made before this window looked; does nothing where it saw them itself. */
  seed(report: Report, startedAt: number): void {
    for (const name of ["units", "revenue"] as const) {
      const own = this.#series[name] ?? [];
      const from = own[0]?.at ?? Infinity;
      if (from - startedAt < 60_000) continue;
      this.#series[name] = [...seeded(report, startedAt, Math.min(from, report.generated_at))[name], ...own];
    }
  }

  #save(at: number): void {
    this.#saved = at;
    const pairs = Object.entries(this.#series).map(([name, samples]) => [
      name,
      samples.map((sample) => [sample.at, sample.value]),
    ]);
    this.#drawer.set(this.#name, JSON.stringify(Object.fromEntries(pairs)));
  }
}

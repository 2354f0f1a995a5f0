/** A sparkline: one line, a dot on now, no axis. The words beside it carry what it means. */
import { svg, html, nothing, type TemplateResult } from "lit";

export interface Sample {
  at: number;
  value: number;
}

const WIDTH = 120;
const HEIGHT = 36;
const EDGE = 3;

/** Places in the drawing. The line is a staircase: a number holds until it changes. */
export function sparkPath(samples: readonly Sample[]): { line: string; area: string; end: [number, number] } | null {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (!first || !last || samples.length < 2) return null;
  const time = Math.max(1, last.at - first.at);
  const values = samples.map((sample) => sample.value);
  const low = Math.min(0, ...values);
  const high = Math.max(low + 1, ...values);
  const x = (at: number): number => EDGE + ((at - first.at) / time) * (WIDTH - 2 * EDGE);
  const y = (value: number): number => HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  let line = `M${x(first.at).toFixed(1)} ${y(first.value).toFixed(1)}`;
  for (const sample of samples.slice(1)) line += `H${x(sample.at).toFixed(1)}V${y(sample.value).toFixed(1)}`;
  const end: [number, number] = [x(last.at), y(last.value)];
  return { line, area: `${line}V${HEIGHT - EDGE}H${x(first.at).toFixed(1)}Z`, end };
}

/** It stretches to the width it is given; strokes, and the dot, which is a stroke of no length, don't. `name` says what the line is for a reader that can't see it. */
export function spark(samples: readonly Sample[], name: string, write: (value: number) => string): TemplateResult {
  const drawn = sparkPath(samples);
  if (!drawn) return html`<span class="spark empty">${nothing}</span>`;
  const values = samples.map((sample) => sample.value);
  const words = `${name} over the show: lowest ${write(Math.min(...values))}, highest ${write(Math.max(...values))}`;
  return html`<svg
    class="spark"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${words}
  >
    ${svg`<path class="area" d=${drawn.area} /><path class="line" d=${drawn.line} />
      <path class="dot" d="M${drawn.end[0]} ${drawn.end[1]}h0" />`}
  </svg>`;
}

/**
 * Lucide's icons (ISC licence) as inline SVG. `icon(Volume2)`; the node comes from the `lucide` package, so that only
 * the icons in use reach a bundle. An icon is decoration: the words stand beside it, or in the button's aria-label.
 */
import { html, type TemplateResult } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";

export type IconNode = readonly (readonly [string, Readonly<Record<string, string | number | undefined>>])[];

const drawn = new WeakMap<IconNode, string>();

function inner(node: IconNode): string {
  let text = drawn.get(node);
  if (text === undefined) {
    text = node
      .map(([tag, attributes]) => {
        const pairs = Object.entries(attributes).map(([name, value]) => `${name}="${value ?? ""}"`);
        return `<${tag} ${pairs.join(" ")}/>`;
      })
      .join("");
    drawn.set(node, text);
  }
  return text;
}

/** `size` in px; the colour is the text's. */
export function icon(node: IconNode, size = 20): TemplateResult {
  return html`<svg
    class="icon"
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${unsafeSVG(inner(node))}
  </svg>`;
}

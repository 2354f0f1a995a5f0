import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { tokensText } from "../src/ui/tokens-text.js";

declare const TOKENS_CSS: string;

const text = readFileSync(TOKENS_CSS, "utf8");

test("shadow roots and pages have the same tokens", () => {
  assert.equal(tokensText, text);
});

test("both ways into the dark say the same", () => {
  const values = (block: string | undefined): string[] => block?.match(/--pc-[^;]+;/g) ?? [];
  const byMedia = /prefers-color-scheme: dark\) \{\s*[^{]+\{([^}]+)\}/.exec(text)?.[1];
  const byAttribute = /:host\(\[theme="dark"\]\) \{([^}]+)\}/.exec(text)?.[1];
  assert.ok(values(byMedia).length > 10);
  assert.deepEqual(values(byMedia), values(byAttribute));
});

/** WCAG 2.2's contrast of two #rrggbb colours. */
function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [r = 0, g = 0, bl = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test("text can be read on what it stands on, in light and in dark", () => {
  const first = text.slice(0, text.indexOf("@media"));
  const dark = text.slice(text.indexOf('[data-theme="dark"]'));
  for (const [name, part] of [["light", first], ["dark", dark]] as const) {
    const colour = (token: string): string => new RegExp(`--pc-${token}: (#[0-9a-f]{6})`).exec(part)?.[1] ?? "";
    const pairs = [
      ...["ink", "muted", "accent", "bad", "good"].flatMap((over) => [[over, "paper"], [over, "raised"]]),
      ["ink", "sunk"],
      ["muted", "sunk"],
      ["on-accent", "accent"],
      ["on-accent", "accent-deep"],
      ["ink", "accent-soft"],
      ["accent-deep", "accent-soft"],
      ["good", "good-soft"],
      ["bad", "bad-soft"],
      ["info", "info-soft"],
    ];
    for (const [over = "", under = ""] of pairs) {
      assert.ok(contrast(colour(over), colour(under)) >= 4.5, `${name}: ${over} on ${under}`);
    }
    assert.ok(contrast("#ffffff", colour("live")) >= 4.5, `${name}: white on live`);
  }
});

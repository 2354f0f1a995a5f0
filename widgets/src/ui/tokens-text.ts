/** The text of static/css/tokens.css, for pages that don't load it. A test holds the two against each other. */
export const tokensText = `/* The design tokens. This one text serves the pages (:root) and every shadow root (:host): widgets/src/ui/tokens.ts
   carries a copy, and a test holds the two against each other. An embedder overrides the same names on the element. */
:root,
:host {
  color-scheme: light;
  --pc-ink: #17150f;
  --pc-muted: #5d584c;
  --pc-paper: #fbfaf7;
  --pc-raised: #ffffff;
  --pc-sunk: #f1eee6;
  --pc-line: rgb(23 21 15 / 10%);
  --pc-line-strong: rgb(23 21 15 / 44%);
  --pc-accent: #b4540a;
  --pc-accent-deep: #964304;
  --pc-accent-soft: #f8ebdd;
  --pc-on-accent: #ffffff;
  --pc-good: #1d6b3a;
  --pc-good-soft: #e3f1e6;
  --pc-bad: #ac2323;
  --pc-bad-soft: #fae6e4;
  --pc-info: #20578f;
  --pc-info-soft: #e4eef8;
  --pc-live: #b81f1f;
  --pc-shadow: 0 1px 2px rgb(23 21 15 / 8%), 0 8px 28px rgb(23 21 15 / 14%);
  --pc-shade: rgb(23 21 15 / 44%);
  --pc-stage: #171410;
  --pc-on-video: #ffffff;
  --pc-scrim: rgb(14 12 8 / 68%);
  --pc-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --pc-mono: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  --pc-text-1: 13px;
  --pc-text-2: 15px;
  --pc-text-3: 18px;
  --pc-text-4: 24px;
  --pc-text-5: 36px;
  --pc-leading: 1.45;
  --pc-leading-tight: 1.2;
  --pc-regular: 400;
  --pc-strong: 600;
  --pc-space-1: 4px;
  --pc-space-2: 8px;
  --pc-space-3: 12px;
  --pc-space-4: 16px;
  --pc-space-5: 20px;
  --pc-space-6: 24px;
  --pc-space-8: 32px;
  --pc-space-12: 48px;
  --pc-space-16: 64px;
  --pc-radius: 10px;
  --pc-radius-small: 6px;
  --pc-radius-pill: 999px;
  --pc-target: 44px;
  --pc-fast: 160ms;
  --pc-slow: 240ms;
  --pc-ease: cubic-bezier(0.2, 0.7, 0.2, 1);
}

@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]),
  :host(:not([theme="light"])) {
    color-scheme: dark;
    --pc-ink: #f3efe6;
    --pc-muted: #b4ad9e;
    --pc-paper: #16140f;
    --pc-raised: #201d17;
    --pc-sunk: #2a261f;
    --pc-line: rgb(243 239 230 / 12%);
    --pc-line-strong: rgb(243 239 230 / 42%);
    --pc-accent: #f09a4a;
    --pc-accent-deep: #f7b375;
    --pc-accent-soft: #3a2917;
    --pc-on-accent: #1c1204;
    --pc-good: #7cc795;
    --pc-good-soft: #1b2f22;
    --pc-bad: #f39a90;
    --pc-bad-soft: #3b201d;
    --pc-info: #93bfec;
    --pc-info-soft: #1c2b3a;
    --pc-live: #c93434;
    --pc-shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 28px rgb(0 0 0 / 48%);
    --pc-shade: rgb(0 0 0 / 58%);
  }
}

:root[data-theme="dark"],
:host([theme="dark"]) {
  color-scheme: dark;
  --pc-ink: #f3efe6;
  --pc-muted: #b4ad9e;
  --pc-paper: #16140f;
  --pc-raised: #201d17;
  --pc-sunk: #2a261f;
  --pc-line: rgb(243 239 230 / 12%);
  --pc-line-strong: rgb(243 239 230 / 42%);
  --pc-accent: #f09a4a;
  --pc-accent-deep: #f7b375;
  --pc-accent-soft: #3a2917;
  --pc-on-accent: #1c1204;
  --pc-good: #7cc795;
  --pc-good-soft: #1b2f22;
  --pc-bad: #f39a90;
  --pc-bad-soft: #3b201d;
  --pc-info: #93bfec;
  --pc-info-soft: #1c2b3a;
  --pc-live: #c93434;
  --pc-shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 28px rgb(0 0 0 / 48%);
  --pc-shade: rgb(0 0 0 / 58%);
}

@media (prefers-reduced-motion: reduce) {
  :root,
  :host {
    --pc-fast: 0.01ms;
    --pc-slow: 0.01ms;
  }
}
`;

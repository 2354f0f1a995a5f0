/** What every shadow root shares: buttons, focus, hidden words, pills. Colours and sizes come from the tokens alone. */
import { css } from "lit";

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  h2,
  h3,
  p,
  ul,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul {
    list-style: none;
  }
  svg.icon {
    display: block;
    flex: none;
  }
  .num {
    font-variant-numeric: tabular-nums;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 2px solid var(--pc-accent);
    outline-offset: 2px;
  }
  .btn {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--pc-space-2);
    min-height: var(--pc-target);
    padding: 0 var(--pc-space-4);
    border: 1px solid transparent;
    border-radius: var(--pc-radius-pill);
    background: transparent;
    font-size: var(--pc-text-2);
    font-weight: var(--pc-strong);
    line-height: 1.1;
    text-align: center;
    cursor: pointer;
    text-decoration: none;
    user-select: none;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
    transition:
      transform var(--pc-fast) var(--pc-ease),
      opacity var(--pc-fast) var(--pc-ease);
  }
  .btn:active:not(:disabled),
  .btn[data-busy] {
    transform: scale(0.975);
  }
  .btn:disabled {
    cursor: default;
  }
  .btn.primary {
    background: var(--pc-accent);
    color: var(--pc-on-accent);
  }
  .btn.primary:hover:not(:disabled) {
    background: var(--pc-accent-deep);
  }
  .btn.primary:disabled,
  .btn.primary[aria-disabled="true"] {
    background: var(--pc-sunk);
    color: var(--pc-muted);
    cursor: default;
  }
  .btn.primary[data-busy],
  .btn.primary[data-busy]:hover {
    background: var(--pc-accent-deep);
    color: var(--pc-on-accent);
  }
  .btn.quiet {
    border-color: var(--pc-line-strong);
    background: transparent;
    color: var(--pc-ink);
  }
  .btn.quiet:hover:not(:disabled) {
    background: var(--pc-sunk);
  }
  .btn.bare {
    padding: 0 var(--pc-space-3);
    color: var(--pc-ink);
  }
  .btn.bare:hover:not(:disabled) {
    background: var(--pc-sunk);
  }
  .btn.wide {
    width: 100%;
  }
  .btn.icon-only {
    width: var(--pc-target);
    padding: 0;
  }
  .note {
    display: flex;
    gap: var(--pc-space-2);
    align-items: flex-start;
    padding: var(--pc-space-2) var(--pc-space-3);
    border-radius: var(--pc-radius-small);
    font-size: var(--pc-text-2);
    line-height: 1.35;
  }
  .note svg.icon {
    margin-top: 1px;
  }
  .note.good {
    background: var(--pc-good-soft);
    color: var(--pc-good);
  }
  .note.bad {
    background: var(--pc-bad-soft);
    color: var(--pc-bad);
  }
  .note.info {
    background: var(--pc-info-soft);
    color: var(--pc-info);
  }
`;

/** What the panel's shadow roots share beyond ui/base: cards, badges, small buttons. */
import { css } from "lit";

export const panel = css`
  :host {
    font-family: var(--pc-font);
    font-size: var(--pc-text-2);
    line-height: var(--pc-leading);
    color: var(--pc-ink);
  }
  h1,
  h2,
  h3,
  h4 {
    margin: 0;
    font-weight: var(--pc-strong);
    line-height: var(--pc-leading-tight);
    text-wrap: balance;
  }
  h1 {
    font-size: var(--pc-text-4);
  }
  h2 {
    font-size: var(--pc-text-3);
  }
  h3,
  h4 {
    font-size: var(--pc-text-2);
  }
  a {
    color: inherit;
    text-underline-offset: 3px;
    text-decoration-thickness: 1px;
  }
  ol,
  dt,
  figure {
    margin: 0;
    padding: 0;
  }
  ol {
    list-style: none;
  }
  .muted {
    color: var(--pc-muted);
  }
  .small-text {
    font-size: var(--pc-text-1);
  }
  .strong {
    font-weight: var(--pc-strong);
  }
  .note {
    flex-wrap: wrap;
  }
  .note > span {
    flex: 1 1 180px;
  }
  .card {
    background: var(--pc-raised);
    border: 1px solid var(--pc-line);
    border-radius: var(--pc-radius);
  }
  .row {
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
  }
  .row.wrap {
    flex-wrap: wrap;
  }
  .grow {
    flex: 1 1 0;
    min-width: 0;
  }
  .btn.small {
    min-height: 36px;
    padding: 0 var(--pc-space-3);
  }
  .btn.small.icon-only {
    width: 36px;
    padding: 0;
  }
  .btn {
    text-decoration: none;
    color: var(--pc-ink);
  }
  .btn.danger {
    border-color: var(--pc-bad);
    color: var(--pc-bad);
  }
  .btn.danger:hover:not(:disabled) {
    background: var(--pc-bad-soft);
  }
  .btn:disabled:not(.primary),
  .btn[aria-disabled="true"]:not(.primary) {
    color: var(--pc-muted);
    opacity: 0.55;
    cursor: default;
  }
  @media (pointer: coarse) {
    .btn.small {
      min-height: var(--pc-target);
    }
    .btn.small.icon-only {
      width: var(--pc-target);
    }
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 24px;
    padding: 0 10px;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-sunk);
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-strong);
    white-space: nowrap;
  }
  .badge.live {
    background: var(--pc-live);
    color: #ffffff;
  }
  .badge.scheduled {
    background: var(--pc-info-soft);
    color: var(--pc-info);
  }
  .badge.accent {
    background: var(--pc-accent-soft);
    color: var(--pc-accent-deep);
  }
  .badge.bad {
    background: var(--pc-bad-soft);
    color: var(--pc-bad);
  }
  .picture {
    flex: none;
    object-fit: cover;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
  }
  .one-line {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bone {
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
  }
  kbd {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-width: 22px;
    height: 22px;
    padding: 0 5px;
    border: 1px solid currentcolor;
    border-radius: 5px;
    font: inherit;
    font-size: var(--pc-text-1);
    line-height: 1;
    opacity: 0.8;
  }
  @media (pointer: coarse) {
    .btn kbd {
      display: none;
    }
  }
`;

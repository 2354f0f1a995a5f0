import { css } from "lit";

export const rowStyles = css`
  .row-of {
    position: relative;
    padding: 6px var(--pc-space-4);
    border-radius: var(--pc-radius-small);
  }
  .row-of:hover {
    background: var(--pc-sunk);
  }
  .row-of:focus-visible {
    outline-offset: -2px;
  }
  .by {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--pc-space-2);
    font-size: var(--pc-text-1);
    color: var(--pc-muted);
  }
  .who {
    overflow: hidden;
    max-width: 70%;
    color: var(--pc-ink);
    font-weight: var(--pc-strong);
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }
  .staff,
  .restrained {
    display: inline-flex;
    align-items: center;
    gap: 3px;
    font-weight: var(--pc-strong);
  }
  .staff {
    color: var(--pc-accent-deep);
  }
  .restrained {
    color: var(--pc-bad);
  }
  .text {
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
    line-height: 1.35;
  }
  .quoted {
    overflow: hidden;
    margin: 2px 0;
    padding-left: var(--pc-space-2);
    border-left: 2px solid var(--pc-line-strong);
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .quiet-text {
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
  }
  .empty {
    padding: var(--pc-space-4);
    color: var(--pc-muted);
  }
  .list-of {
    min-height: 0;
    padding: var(--pc-space-2) 0;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .list-of:focus-visible {
    outline-offset: -2px;
  }
`;

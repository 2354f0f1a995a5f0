import { css } from "lit";

export const curveStyles = css`
  :host {
    display: grid;
    gap: var(--pc-space-3);
    min-width: 0;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--pc-space-2) var(--pc-space-4);
  }
  .switch {
    display: inline-flex;
    padding: 3px;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-sunk);
  }
  .switch label {
    display: inline-flex;
    align-items: center;
    min-height: 32px;
    padding: 0 var(--pc-space-4);
    border-radius: var(--pc-radius-pill);
    color: var(--pc-muted);
    cursor: pointer;
  }
  .switch label.on {
    background: var(--pc-raised);
    color: var(--pc-ink);
    font-weight: var(--pc-strong);
    box-shadow: 0 0 0 1px var(--pc-line);
  }
  .switch label:has(:focus-visible) {
    outline: 2px solid var(--pc-accent);
    outline-offset: 2px;
  }
  @media (pointer: coarse) {
    .switch label {
      min-height: 40px;
    }
  }
  .readout {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-1) var(--pc-space-3);
  }
  svg {
    display: block;
    width: 100%;
    overflow: visible;
    touch-action: pan-y;
  }
  .grid {
    stroke: var(--pc-ink);
    stroke-opacity: 0.1;
    shape-rendering: crispedges;
  }
  .tick {
    fill: var(--pc-muted);
    font-size: 13px;
    font-variant-numeric: tabular-nums;
  }
  .bar {
    fill: var(--pc-accent);
  }
  .bar.at {
    fill: var(--pc-ink);
  }
  summary {
    display: inline-flex;
    align-items: center;
    min-height: 32px;
    cursor: pointer;
    text-decoration: underline;
    text-underline-offset: 3px;
    text-decoration-thickness: 1px;
  }
  .scroll {
    position: relative;
    max-height: 320px;
    margin-top: var(--pc-space-2);
    overflow: auto;
    border: 1px solid var(--pc-line);
    border-radius: var(--pc-radius);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 6px var(--pc-space-4);
    border-bottom: 1px solid var(--pc-line);
    font-weight: var(--pc-regular);
    text-align: right;
  }
  th:first-child {
    text-align: left;
  }
  thead th {
    position: sticky;
    top: 0;
    background: var(--pc-raised);
    font-weight: var(--pc-strong);
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
`;

import { css } from "lit";

export const tableStyles = css`
  :host {
    display: grid;
    gap: var(--pc-space-3);
    min-width: 0;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-2);
  }
  .scroll {
    position: relative;
    overflow-x: auto;
    border: 1px solid var(--pc-line);
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: var(--pc-space-3);
    border-bottom: 1px solid var(--pc-line);
    font-weight: var(--pc-regular);
    text-align: right;
    white-space: nowrap;
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  th:first-child {
    position: sticky;
    left: 0;
    z-index: 1;
    background: var(--pc-raised);
    text-align: left;
  }
  tbody th {
    min-width: 200px;
    white-space: normal;
  }
  .product {
    display: flex;
    align-items: center;
    gap: var(--pc-space-3);
  }
  .head {
    display: inline-flex;
    align-items: center;
    gap: var(--pc-space-1);
  }
  .head button {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    min-height: 28px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
    cursor: pointer;
  }
  .head button:hover,
  [aria-sort="ascending"] .head button,
  [aria-sort="descending"] .head button {
    color: var(--pc-ink);
  }
  [aria-sort="ascending"] .head button,
  [aria-sort="descending"] .head button {
    font-weight: var(--pc-strong);
  }
  [aria-sort="none"] .order {
    opacity: 0.5;
  }
  .beside {
    display: block;
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
  }
  @media (max-width: 700px) {
    tbody th {
      min-width: 132px;
      max-width: 140px;
    }
    .product img {
      display: none;
    }
  }
`;

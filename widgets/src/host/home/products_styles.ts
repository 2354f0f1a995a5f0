import { css } from "lit";

export const productsStyles = css`
  ul {
    display: grid;
    gap: var(--pc-space-4);
  }
  .law {
    margin-top: calc(-1 * var(--pc-space-3));
  }
  .product {
    padding: var(--pc-space-4) var(--pc-space-5) var(--pc-space-2);
  }
  .about {
    display: flex;
    gap: var(--pc-space-4);
    align-items: center;
    padding-bottom: var(--pc-space-3);
  }
  .about h2 {
    font-size: var(--pc-text-2);
  }
  .about .grow {
    display: grid;
    gap: 2px;
  }
  .picture.none {
    display: grid;
    place-items: center;
    width: 72px;
    height: 72px;
    color: var(--pc-muted);
  }
  .description {
    display: -webkit-box;
    max-width: 70ch;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .gone {
    color: var(--pc-bad);
    font-weight: var(--pc-strong);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }
  th,
  td {
    padding: var(--pc-space-2);
    border-top: 1px solid var(--pc-line);
    font-weight: var(--pc-regular);
    text-align: right;
  }
  th:first-child {
    width: 28%;
    padding-left: 0;
    text-align: left;
  }
  th:last-child,
  td:last-child {
    width: 190px;
    padding-right: 0;
  }
  thead th {
    border-top: 0;
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
  }
  .variant {
    display: block;
  }
  tbody th span {
    overflow-wrap: anywhere;
  }
  td.left.few {
    color: var(--pc-accent-deep);
    font-weight: var(--pc-strong);
  }
  td.left.out {
    color: var(--pc-bad);
    font-weight: var(--pc-strong);
  }
  @media (max-width: 760px) {
    .product {
      padding: var(--pc-space-4) var(--pc-space-4) var(--pc-space-2);
    }
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    table,
    tbody {
      display: block;
    }
    tbody tr {
      display: grid;
      grid-template-columns: repeat(4, 1fr);
      gap: var(--pc-space-2);
      padding: var(--pc-space-3) 0;
      border-top: 1px solid var(--pc-line);
    }
    th,
    td {
      display: block;
      width: auto !important;
      padding: 0;
      border: 0;
      text-align: left;
    }
    tbody th {
      grid-column: 1 / -1;
    }
    td.limit {
      order: 1;
    }
    td.stock {
      grid-column: 2 / -1;
      order: 2;
    }
    tbody th span {
      display: inline;
      margin-right: var(--pc-space-2);
    }
    .variant {
      font-weight: var(--pc-strong);
    }
    td[data-label]::before {
      content: attr(data-label);
      display: block;
      color: var(--pc-muted);
      font-size: var(--pc-text-1);
      font-weight: var(--pc-regular);
    }
  }
`;

import { css } from "lit";

export const reportStyles = css`
  :host {
    display: block;
  }
  main {
    display: grid;
    gap: var(--pc-space-8);
    max-width: 1200px;
    margin: 0 auto;
    padding: var(--pc-space-6) var(--pc-space-6) var(--pc-space-16);
  }
  main > *,
  .pair > * {
    min-width: 0;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--pc-space-2) var(--pc-space-4);
  }
  .back {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 32px;
    color: var(--pc-muted);
    text-decoration: none;
  }
  .back:hover {
    color: var(--pc-ink);
    text-decoration: underline;
  }
  .title {
    display: flex;
    flex-basis: 100%;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--pc-space-2) var(--pc-space-3);
  }
  .sentence {
    max-width: 30em;
    font-size: var(--pc-text-5);
    font-weight: var(--pc-strong);
    line-height: var(--pc-leading-tight);
    text-wrap: balance;
  }
  .totals {
    display: grid;
    grid-template-columns: repeat(4, 1fr);
    overflow: hidden;
    border: 1px solid var(--pc-line);
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
  }
  .total {
    padding: var(--pc-space-4) var(--pc-space-5);
    box-shadow:
      1px 0 0 var(--pc-line),
      0 1px 0 var(--pc-line);
  }
  .total dt {
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
    color: var(--pc-muted);
  }
  .total dd {
    font-size: var(--pc-text-4);
    font-weight: var(--pc-strong);
    line-height: 1.3;
  }
  .total dd.back-paid {
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-regular);
  }
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
    gap: var(--pc-space-8) var(--pc-space-12);
    align-items: start;
  }
  section {
    display: grid;
    gap: var(--pc-space-4);
    min-width: 0;
  }
  .funnel {
    display: grid;
    gap: var(--pc-space-4);
  }
  .funnel li {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 4px var(--pc-space-3);
    align-items: baseline;
  }
  .funnel .name {
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
  }
  .funnel .value {
    font-size: var(--pc-text-3);
    font-weight: var(--pc-strong);
  }
  .funnel .bar {
    grid-column: 1 / -1;
    width: 100%;
    height: 10px;
    border-radius: 5px;
  }
  .way {
    fill: var(--pc-sunk);
  }
  .fill {
    fill: var(--pc-accent);
  }
  .funnel .rate {
    grid-column: 1 / -1;
    font-size: var(--pc-text-1);
  }
  .empty {
    display: grid;
    gap: var(--pc-space-3);
    justify-items: center;
    padding: var(--pc-space-16) var(--pc-space-6);
    text-align: center;
  }
  .empty p {
    max-width: 34em;
  }
  .bones {
    display: grid;
    gap: var(--pc-space-8);
    min-height: 60vh;
    align-content: start;
  }
  .sentence-bone {
    width: min(560px, 80%);
    height: 44px;
  }
  .totals-bone {
    height: 176px;
  }
  .block-bone {
    height: 320px;
  }
  @media (max-width: 860px) {
    main {
      gap: var(--pc-space-6);
      padding: var(--pc-space-4) var(--pc-space-4) var(--pc-space-12);
    }
    .sentence {
      font-size: var(--pc-text-4);
    }
    .totals {
      grid-template-columns: repeat(2, 1fr);
    }
    .total {
      padding: var(--pc-space-3) var(--pc-space-4);
    }
    .pair {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

import { css } from "lit";

export const shopStyles = css`
  .cards {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: var(--pc-space-4);
    align-items: start;
  }
  .card {
    display: grid;
    gap: var(--pc-space-4);
    padding: var(--pc-space-5);
  }
  .seconds {
    width: 120px !important;
  }
  ul {
    display: grid;
  }
  li {
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
    min-height: 48px;
    border-bottom: 1px solid var(--pc-line);
  }
  code {
    overflow-wrap: anywhere;
    font-family: var(--pc-mono);
    font-size: var(--pc-text-2);
  }
  .none {
    display: flex;
    align-items: center;
    gap: var(--pc-space-3);
    padding: var(--pc-space-3);
    border: 1px dashed var(--pc-line-strong);
    border-radius: var(--pc-radius);
    color: var(--pc-muted);
  }
  @media (max-width: 860px) {
    .cards {
      grid-template-columns: minmax(0, 1fr);
    }
    .card {
      padding: var(--pc-space-4);
    }
  }
`;

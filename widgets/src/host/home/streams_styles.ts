import { css } from "lit";

export const streamsStyles = css`
  section,
  ul {
    display: grid;
    gap: var(--pc-space-3);
  }
  .stream {
    display: grid;
    grid-template-columns: 144px minmax(0, 1fr) auto;
    gap: var(--pc-space-3) var(--pc-space-4);
    align-items: center;
    padding: var(--pc-space-3);
  }
  .stream.live {
    border-color: var(--pc-accent);
  }
  .shot {
    display: grid;
    place-items: center;
    aspect-ratio: 16 / 9;
    overflow: hidden;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
    color: var(--pc-muted);
  }
  .shot img {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .what {
    display: grid;
    gap: 4px;
    min-width: 0;
  }
  h3 {
    text-wrap: pretty;
  }
  h3 a {
    text-decoration: none;
  }
  h3 a:hover {
    text-decoration: underline;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px var(--pc-space-2);
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: var(--pc-space-2);
  }
  .turn {
    display: inline-flex;
    transition: transform var(--pc-fast) var(--pc-ease);
  }
  .turn.up {
    transform: rotate(180deg);
  }
  .acts .btn.primary {
    color: var(--pc-on-accent);
  }
  .embed {
    grid-column: 1 / -1;
    display: grid;
    gap: var(--pc-space-3);
    padding: var(--pc-space-3) 0 0;
    border-top: 1px solid var(--pc-line);
  }
  .embed .pair {
    display: grid;
    grid-template-columns: 100px minmax(0, 1fr) auto;
    gap: var(--pc-space-2) var(--pc-space-4);
    align-items: center;
  }
  .embed .label {
    font-weight: var(--pc-strong);
  }
  .embed a {
    overflow-wrap: anywhere;
  }
  pre {
    margin: 0;
    padding: var(--pc-space-3);
    overflow-x: auto;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
    font-family: var(--pc-mono);
    font-size: var(--pc-text-1);
    line-height: 1.5;
  }
  @media (max-width: 900px) {
    .stream {
      grid-template-columns: 112px minmax(0, 1fr);
      align-items: start;
    }
    .acts {
      grid-column: 1 / -1;
      justify-content: flex-start;
    }
    .acts .btn.primary {
      flex: 1 1 auto;
    }
    .embed .pair {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

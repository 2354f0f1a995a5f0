import { css } from "lit";

export const livingStyles = css`
  :host {
    display: grid;
    gap: var(--pc-space-3);
    align-content: start;
  }
  dl {
    display: grid;
    margin: 0;
  }
  .number {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 var(--pc-space-4);
    align-items: end;
    padding: var(--pc-space-4) 0;
    border-bottom: 1px solid var(--pc-line);
  }
  .number:first-child {
    padding-top: 0;
  }
  .number:last-child {
    border-bottom: 0;
  }
  dt {
    grid-column: 1 / -1;
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
    color: var(--pc-muted);
  }
  .value {
    font-size: var(--pc-text-5);
    font-weight: var(--pc-strong);
    line-height: 1.15;
    letter-spacing: -0.01em;
    white-space: nowrap;
  }
  .about {
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-regular);
    letter-spacing: 0;
  }
  .note-text {
    grid-column: 1 / -1;
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
  }
  .spark {
    display: block;
    width: 100%;
    max-width: 136px;
    height: 36px;
    margin: 0 0 4px auto;
    overflow: visible;
  }
  .spark .line {
    fill: none;
    stroke: var(--pc-accent);
    stroke-width: 1.5;
    stroke-linejoin: round;
    vector-effect: non-scaling-stroke;
  }
  .spark .area {
    fill: var(--pc-accent);
    opacity: 0.1;
  }
  .spark .dot {
    stroke: var(--pc-accent);
    stroke-width: 6;
    stroke-linecap: round;
    vector-effect: non-scaling-stroke;
  }
  /* Beside the chat: two by two, and the last one over the whole width. Each size is in the run of show, too. */
  @media (min-width: 960px) {
    dl {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: var(--pc-space-3) var(--pc-space-5);
    }
    .number {
      gap: 0 var(--pc-space-2);
      align-content: start;
      padding: 0;
      border: 0;
    }
    .number:last-child {
      grid-column: 1 / -1;
    }
    dt {
      font-size: var(--pc-text-1);
    }
    dt .icon {
      width: 16px;
      height: 16px;
    }
    .value {
      font-size: var(--pc-text-4);
    }
    .spark {
      max-width: 84px;
      height: 26px;
    }
  }
  @media (min-width: 960px) and (max-height: 999px) {
    .parts {
      display: none;
    }
  }
  @media (min-width: 960px) and (max-height: 820px) {
    dl {
      gap: var(--pc-space-2) var(--pc-space-5);
    }
    .number:not(:last-child) .note-text {
      display: none;
    }
  }
  .parts li {
    display: flex;
    justify-content: space-between;
    gap: var(--pc-space-3);
  }
  .parts li > :last-child {
    flex: none;
  }
  .parts.others {
    margin-top: var(--pc-space-2);
    padding-top: var(--pc-space-2);
    border-top: 1px solid var(--pc-line);
  }
  .stale .value,
  .stale .note-text {
    color: var(--pc-muted);
    opacity: 0.75;
  }
  .stale .spark {
    filter: grayscale(1);
    opacity: 0.45;
  }
  .lost {
    display: flex;
    gap: var(--pc-space-3);
    padding: var(--pc-space-3);
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
    font-size: var(--pc-text-1);
  }
`;

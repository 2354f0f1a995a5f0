/** The home sections' common shape: a head, notes, an empty state, the shape of what comes. */
import { css } from "lit";

export const listStyles = css`
  :host {
    display: grid;
    gap: var(--pc-space-6);
    align-content: start;
    min-width: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--pc-space-3);
  }
  .note {
    align-items: center;
  }
  .empty {
    display: grid;
    gap: var(--pc-space-3);
    justify-items: center;
    padding: var(--pc-space-16) var(--pc-space-6);
    text-align: center;
  }
  .empty > svg {
    color: var(--pc-muted);
  }
  .empty p {
    max-width: 32em;
  }
  .late {
    display: grid;
    gap: var(--pc-space-3);
    animation: late 1ms 300ms both;
  }
  .late .bone {
    height: 96px;
    border-radius: var(--pc-radius);
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
`;

/** The bar on the picture, and the icons that rise from it. */
import { css } from "lit";

export const reactionStyles = css`
  :host {
    display: block;
  }
  .here {
    position: relative;
    display: block;
  }
  button {
    position: relative;
    display: grid;
    place-items: center;
    width: var(--pc-target);
    height: var(--pc-target);
    padding: 0;
    border: 0;
    border-radius: var(--pc-radius-pill);
    background: none;
    color: var(--pc-on-video);
    cursor: pointer;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
    transition: transform var(--pc-fast) var(--pc-ease);
  }
  button:active {
    transform: scale(0.88);
  }
  :focus-visible {
    box-shadow: 0 0 0 2px var(--pc-paper);
  }
  .bar {
    display: flex;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-scrim);
  }
  .bar button:hover {
    background: rgb(255 255 255 / 14%);
  }
  .toggle {
    display: none;
    background: var(--pc-scrim);
  }
  .close {
    display: none;
  }
  .badge {
    position: absolute;
    top: -4px;
    right: -4px;
    min-width: 20px;
    padding: 0 5px;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-accent);
    color: var(--pc-on-accent);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-strong);
    line-height: 20px;
    text-align: center;
  }
  /* Over the bar, or over the button that stands for it. */
  .sky {
    position: absolute;
    bottom: 8px;
    left: 0;
    width: 96px;
    height: 24px;
    pointer-events: none;
  }
  .sky > span {
    position: absolute;
    bottom: 0;
    left: var(--x, 0);
    color: var(--pc-on-video);
    filter: drop-shadow(0 1px 3px rgb(0 0 0 / 70%));
    animation: float 2.4s var(--late, 0ms) ease-out both;
  }
  .sky [data-reaction="heart"] {
    color: #ff8f8f;
  }
  .sky [data-reaction="fire"] {
    color: #ffb169;
  }
  .sky [data-reaction="wow"] {
    color: #ffe08a;
  }
  @keyframes float {
    from {
      opacity: 0;
      transform: translateY(12px) scale(0.7);
    }
    15%,
    60% {
      opacity: 1;
    }
    to {
      opacity: 0;
      transform: translateY(-220px);
    }
  }
  @container (max-width: 639px) {
    .toggle {
      display: grid;
    }
    /* In the row of the controls, over what is not pressed now: never over what is sold. */
    .bar {
      position: absolute;
      right: 0;
      bottom: 0;
      z-index: 1;
      display: none;
      background: var(--pc-stage);
      box-shadow: 0 0 0 1px rgb(255 255 255 / 24%);
    }
    .bar[data-open] {
      display: flex;
    }
    .bar .close {
      display: grid;
    }
  }
`;

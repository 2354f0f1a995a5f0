/** The stage when there is no picture, and the line above the card when the connection is lost. */
import { css } from "lit";

export const stateStyles = css`
  .big-play {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    width: 72px;
    height: 72px;
    margin: auto;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--pc-scrim);
    color: var(--pc-on-video);
    cursor: pointer;
  }
  .big-play svg {
    translate: 2px 0;
  }
  .panel {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    gap: var(--pc-space-2);
    align-items: center;
    justify-content: center;
    padding: var(--pc-space-8) var(--pc-space-6) var(--pc-space-12);
    background: rgb(14 12 8 / 78%);
    text-align: center;
  }
  .panel .said {
    font-size: var(--pc-text-4);
    font-weight: var(--pc-strong);
    line-height: var(--pc-leading-tight);
    text-wrap: balance;
  }
  .panel .more {
    max-width: 44ch;
    text-wrap: balance;
  }
  .panel code {
    font-family: var(--pc-mono);
    overflow-wrap: anywhere;
  }
  .panel .btn {
    margin-top: var(--pc-space-2);
    border-color: rgb(255 255 255 / 45%);
  }
  .banner {
    display: flex;
    gap: var(--pc-space-2);
    align-items: flex-start;
    padding: var(--pc-space-2) var(--pc-space-3);
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
    box-shadow: var(--pc-shadow);
    color: var(--pc-ink);
    line-height: 1.35;
  }
  .skeleton {
    position: absolute;
    inset: 0;
    animation: late 0s 300ms both;
  }
  .card-bones {
    position: absolute;
  }
  .bones i,
  .bones b,
  .bones u {
    display: block;
    border-radius: var(--pc-radius-small);
    background: rgb(255 255 255 / 12%);
  }
  .top-bones {
    animation: late 0s 300ms both;
  }
  .top-bones i {
    width: 220px;
    height: 14px;
    margin-bottom: 10px;
  }
  .top-bones i + i {
    width: 130px;
  }
  .card-bones {
    inset: auto auto 60px 12px;
    display: grid;
    grid-template: 22px 22px 44px / 64px 1fr;
    gap: 12px;
    width: min(100% - 24px, 372px);
    padding: 12px;
    border-radius: var(--pc-radius);
    background: rgb(255 255 255 / 8%);
  }
  .card-bones i {
    grid-row: 1 / 3;
  }
  .card-bones b + b {
    width: 55%;
  }
  .card-bones u {
    grid-column: 1 / 3;
    border-radius: var(--pc-radius-pill);
  }
  @keyframes late {
    from {
      opacity: 0;
    }
    to {
      opacity: 1;
    }
  }
  @container (max-width: 639px) {
    /* The words stand under the picture, not across its edge. */
    .stage[data-shape="wide"] .panel {
      padding: 56.25cqw var(--pc-space-4) var(--pc-space-12);
      background: linear-gradient(rgb(14 12 8 / 36%) 54cqw, rgb(14 12 8 / 82%) 57cqw);
    }
    .stage[data-shape="wide"] .big-play {
      inset: calc(28cqw - 36px) 0 auto;
    }
  }
`;

/** The stage: picture, what is always in sight, controls. On a narrow page a wide picture keeps clear of the cards. */
import { css } from "lit";

export const stageStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    font-family: var(--pc-font);
    font-size: var(--pc-text-2);
    font-weight: var(--pc-regular);
    line-height: var(--pc-leading);
    color: var(--pc-ink);
    text-align: start;
    letter-spacing: normal;
  }
  .stage {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    overflow: hidden;
    width: 100%;
    height: var(--pc-height, auto);
    border-radius: var(--pc-stage-radius, var(--pc-radius));
    background: var(--pc-stage);
    color: var(--pc-on-video);
  }
  .view {
    position: relative;
    /* clip, where it is known: nothing in here may be scrolled by a focus that looks for its place. */
    overflow: hidden;
    overflow: clip;
    width: 100%;
    aspect-ratio: var(--pc-ratio, 16 / 9);
    isolation: isolate;
  }
  .backdrop {
    position: absolute;
    inset: -8%;
    z-index: -1;
    width: 116%;
    height: 116%;
    object-fit: cover;
    filter: blur(36px) brightness(0.42) saturate(0.9);
  }
  video,
  .poster {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
  video {
    opacity: 0;
    transition: opacity var(--pc-slow) var(--pc-ease);
  }
  video[data-on] {
    opacity: 1;
  }
  /* Above the picture and not on it: whatever the maker writes into the picture stays readable. */
  .top {
    display: flex;
    gap: var(--pc-space-4);
    align-items: center;
    justify-content: space-between;
    min-height: 68px;
    padding: var(--pc-space-2) var(--pc-space-4);
  }
  .names {
    min-width: 0;
  }
  .title {
    display: -webkit-box;
    overflow: hidden;
    margin: 0;
    font-size: var(--pc-text-3);
    font-weight: var(--pc-strong);
    line-height: 1.3;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
  }
  .maker {
    display: flex;
    flex-wrap: wrap;
    gap: 2px var(--pc-space-2);
    align-items: center;
    color: rgb(255 255 255 / 82%);
    line-height: 1.45;
  }
  .disclosure {
    padding: 0 var(--pc-space-2);
    border: 1px solid rgb(255 255 255 / 55%);
    border-radius: var(--pc-radius-pill);
    white-space: nowrap;
  }
  .facts {
    display: flex;
    flex: none;
    gap: var(--pc-space-3);
    align-items: center;
  }
  .live {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    padding: 1px 10px 1px 8px;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-live);
    color: #fff;
    font-weight: var(--pc-strong);
  }
  .dot {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: currentColor;
  }
  .viewers {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    padding: 1px 0;
  }
  .foot {
    position: absolute;
    inset: 0;
    container-type: inline-size;
    display: flex;
    flex-direction: column;
    gap: var(--pc-space-2);
    justify-content: flex-end;
    padding: var(--pc-space-3) var(--pc-space-3) var(--pc-space-2);
    pointer-events: none;
  }
  .foot > .controls {
    flex: none;
    pointer-events: auto;
  }
  .cards {
    display: flex;
    gap: var(--pc-space-3);
    align-items: flex-end;
    justify-content: space-between;
    min-height: 0;
  }
  .overlay {
    display: flex;
    flex-direction: column;
    gap: var(--pc-space-2);
    align-items: flex-start;
    width: min(100%, 372px);
    pointer-events: none;
  }
  .overlay > *,
  .polls > * {
    pointer-events: auto;
  }
  /* Only where the cards have a place of their own, which would stand empty. */
  .none {
    display: none;
    width: 100%;
    padding: var(--pc-space-5) var(--pc-space-4);
    border: 1px dashed rgb(255 255 255 / 34%);
    border-radius: var(--pc-radius);
    background: rgb(14 12 8 / 44%);
    text-align: center;
    text-wrap: balance;
  }
  .controls {
    position: relative;
    display: flex;
    gap: var(--pc-space-2);
    align-items: center;
    min-height: var(--pc-target);
  }
  .controls .btn {
    flex: none;
    white-space: nowrap;
  }
  .grow {
    flex: 1;
  }
  @container (max-width: 419px) {
    .controls .long {
      display: none;
    }
    .controls .btn > span::first-letter {
      text-transform: uppercase;
    }
    .controls .btn > span {
      display: block;
    }
  }
  .btn.on-video {
    background: var(--pc-scrim);
    color: var(--pc-on-video);
  }
  .btn.on-video:hover {
    background: rgb(14 12 8 / 86%);
  }
  .stage :focus-visible {
    outline-color: var(--pc-accent);
    box-shadow: 0 0 0 2px var(--pc-paper);
  }
  @container (max-width: 639px) {
    .top {
      flex-wrap: wrap;
      gap: 2px var(--pc-space-2);
      align-content: center;
      min-height: 84px;
      padding: var(--pc-space-3);
    }
    .names {
      display: contents;
    }
    .title {
      flex: 1 0 100%;
    }
    .maker {
      gap: 2px 6px;
    }
    .title {
      font-size: var(--pc-text-2);
    }
    /* As high as its ratio says, and higher where the cards under the picture need it. */
    .stage[data-shape="wide"] .view {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      aspect-ratio: auto;
    }
    .stage[data-shape="wide"] .view::before {
      content: "";
      grid-area: 1 / 1;
      aspect-ratio: var(--pc-ratio-narrow, 3 / 4);
    }
    .stage[data-shape="wide"] video,
    .stage[data-shape="wide"] .poster {
      height: auto;
      aspect-ratio: 16 / 9;
    }
    .stage[data-shape="tall"] .view {
      aspect-ratio: var(--pc-ratio-narrow, 9 / 16);
    }
    .stage[data-shape="tall"] video,
    .stage[data-shape="tall"] .poster {
      object-fit: cover;
    }
    .overlay {
      width: 100%;
    }
    .none {
      display: block;
    }
    /* Under the picture, not on it. */
    .stage[data-shape="wide"] .foot {
      position: relative;
      grid-area: 1 / 1;
      min-height: 500px;
      padding-top: calc(56.25cqw + var(--pc-space-2));
    }
  }
  .stage:fullscreen {
    height: 100vh;
    border-radius: 0;
  }
  .stage:fullscreen .view {
    aspect-ratio: auto;
  }
`;

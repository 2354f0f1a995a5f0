/** Where the chat and the poll stand, beside the picture or on it. */
import { css } from "lit";

export const sideStyles = css`
  .show {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .stage-box {
    container-type: inline-size;
    min-width: 0;
  }
  .chat-place {
    display: flex;
    flex-direction: column;
    min-height: 0;
    background: var(--pc-raised);
    color: var(--pc-ink);
  }
  .chat-place > * {
    flex: 1;
    min-height: 0;
  }
  .chat-place.beside {
    height: min(560px, 78dvh);
    margin-top: var(--pc-space-3);
    overflow: hidden;
    border: 1px solid var(--pc-line);
    border-radius: var(--pc-stage-radius, var(--pc-radius));
  }
  @container (min-width: 960px) {
    .show[data-chat="beside"] {
      grid-template-columns: minmax(0, 1fr) 340px;
      gap: var(--pc-space-3);
    }
    /* As high as the stage, whatever is said: it must not make the page grow. */
    .show[data-chat="beside"] .chat-place {
      height: 0;
      min-height: 100%;
      margin-top: 0;
    }
  }
  .chat-place.over {
    position: absolute;
    inset: 0 0 0 auto;
    z-index: 2;
    width: 340px;
    box-shadow: var(--pc-shadow);
    animation: chat-in var(--pc-slow) var(--pc-ease) both;
  }
  .view[data-chat-open] .foot {
    right: 340px;
  }
  /* The picture makes room: nobody's face is behind the chat. */
  .view[data-chat-open] video,
  .view[data-chat-open] .poster {
    width: calc(100% - 340px);
    object-position: top;
  }
  @keyframes chat-in {
    from {
      opacity: 0;
      transform: translateX(24px);
    }
  }
  .chat-words {
    display: flex;
    flex-direction: column;
    gap: var(--pc-space-3);
    align-items: center;
    justify-content: center;
    padding: var(--pc-space-5);
    text-align: center;
  }
  .chat-bones {
    display: flex;
    flex-direction: column;
    gap: var(--pc-space-3);
    justify-content: flex-end;
    padding: var(--pc-space-4) var(--pc-space-4) 84px;
    animation: late 0s 300ms both;
  }
  .chat-bones i {
    width: 82%;
    height: 18px;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
  }
  .chat-bones i:nth-of-type(2n) {
    width: 58%;
  }
  .polls {
    display: flex;
    flex: 0 1 340px;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    max-height: 100%;
  }
  /* Too narrow for one beside the other: one above the other, and one of them is a pill. */
  @container (max-width: 599px) {
    .cards {
      flex-direction: column-reverse;
      gap: var(--pc-space-2);
      align-items: stretch;
    }
    .polls {
      flex: 0 1 auto;
    }
  }
  .btn.on-video.icon-only {
    position: relative;
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
  @container (max-width: 639px) {
    .chat-place.over {
      inset: 50% 0 0;
      width: auto;
      border-radius: 16px 16px 0 0;
      animation-name: chat-up;
    }
    .stage[data-shape="wide"] .chat-place.over {
      top: 56.25cqw;
    }
    .view[data-chat-open] .foot {
      right: 0;
    }
    .view[data-chat-open] video,
    .view[data-chat-open] .poster {
      width: 100%;
    }
  }
  @keyframes chat-up {
    from {
      opacity: 0;
      transform: translateY(32px);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .chat-place.over {
      animation: none;
    }
  }
`;

/** The pay sheet: from below on a phone, 420 px at the side on a desk, over a picture that plays on. */
import { css } from "lit";

export const sheetStyles = css`
  .sheet {
    position: fixed;
    inset: 0 0 0 auto;
    width: min(420px, 100vw);
    max-width: none;
    height: 100dvh;
    max-height: none;
    margin: 0;
    padding: 0;
    overflow: hidden;
    border: 0 solid var(--pc-line);
    border-left-width: 1px;
    background: var(--pc-paper);
    box-shadow: var(--pc-shadow);
    color: var(--pc-ink);
    font-size: var(--pc-text-2);
  }
  .sheet[open] {
    animation: from-side var(--pc-slow) var(--pc-ease) both;
  }
  .sheet::backdrop {
    background: transparent;
  }
  @keyframes from-side {
    from {
      opacity: 0;
      transform: translateX(32px);
    }
  }
  @keyframes from-below {
    from {
      opacity: 0;
      transform: translateY(48px);
    }
  }
  .sheet-body {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .sheet-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: var(--pc-space-2) var(--pc-space-2) var(--pc-space-2) var(--pc-space-5);
    border-bottom: 1px solid var(--pc-line);
  }
  .sheet-head h3 {
    font-size: var(--pc-text-3);
    font-weight: var(--pc-strong);
  }
  .sheet-main {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  iframe {
    display: block;
    width: 100%;
    height: 100%;
    border: 0;
    opacity: 0;
    transition: opacity var(--pc-fast) var(--pc-ease);
  }
  iframe[data-ready] {
    opacity: 1;
  }
  .question,
  .sheet-words {
    padding: var(--pc-space-4) var(--pc-space-5);
  }
  .question {
    border-bottom: 1px solid var(--pc-line);
    background: var(--pc-accent-soft);
  }
  .question .acts {
    margin-top: var(--pc-space-3);
  }
  .sheet-main .sheet-words {
    position: absolute;
    inset: 0;
  }
  .sheet-words p + p {
    margin-top: var(--pc-space-2);
  }
  .sheet-words .btn {
    margin-top: var(--pc-space-5);
  }
  .sheet-bones {
    position: absolute;
    inset: 0;
    display: grid;
    gap: var(--pc-space-4);
    align-content: start;
    padding: var(--pc-space-5);
    animation: late 0s 300ms both;
  }
  .sheet-bones i,
  .sheet-bones b,
  .sheet-bones u {
    display: block;
    height: 44px;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
  }
  .sheet-bones i {
    height: 64px;
  }
  .sheet-bones u {
    border-radius: var(--pc-radius-pill);
  }
  @media (max-width: 639px) {
    .sheet {
      inset: auto 0 0;
      width: 100vw;
      height: min(640px, 82dvh);
      border-width: 1px 0 0;
      border-radius: 16px 16px 0 0;
    }
    .sheet[open] {
      animation-name: from-below;
    }
    .sheet::backdrop {
      background: linear-gradient(transparent 10%, var(--pc-shade) 45%);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .sheet[open] {
      animation: none;
    }
  }
`;

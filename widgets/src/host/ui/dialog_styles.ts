/** How every dialog of the panel looks: a card on wide screens, a sheet from below on phones. */
import { css } from "lit";

export const dialogs = css`
  dialog {
    width: calc(100vw - 32px);
    max-width: 560px;
    max-height: min(88vh, 900px);
    padding: 0;
    border: 1px solid var(--pc-line);
    border-radius: var(--pc-radius);
    background: var(--pc-paper);
    color: var(--pc-ink);
    box-shadow: var(--pc-shadow);
    overflow: hidden;
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
    animation: come var(--pc-slow) var(--pc-ease);
  }
  dialog::backdrop {
    background: var(--pc-shade);
  }
  .body {
    display: grid;
    gap: var(--pc-space-4);
    padding: var(--pc-space-6);
    overflow: auto;
    overscroll-behavior: contain;
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--pc-space-3);
    padding: var(--pc-space-3) var(--pc-space-3) var(--pc-space-3) var(--pc-space-6);
    border-bottom: 1px solid var(--pc-line);
  }
  .foot {
    display: flex;
    justify-content: flex-end;
    gap: var(--pc-space-3);
    padding: var(--pc-space-4) var(--pc-space-6);
    border-top: 1px solid var(--pc-line);
  }
  @media (max-width: 600px) {
    dialog {
      width: 100vw;
      max-width: 100vw !important;
      max-height: 92dvh;
      margin: auto 0 0;
      border-width: 1px 0 0;
      border-radius: var(--pc-radius) var(--pc-radius) 0 0;
    }
    .body {
      padding: var(--pc-space-5) var(--pc-space-4);
    }
    .head {
      padding-left: var(--pc-space-4);
    }
    .foot {
      padding: var(--pc-space-3) var(--pc-space-4) calc(var(--pc-space-3) + env(safe-area-inset-bottom));
    }
    .foot .btn {
      flex: 1;
    }
  }
  @keyframes come {
    from {
      opacity: 0;
      transform: translateY(12px);
    }
  }
`;

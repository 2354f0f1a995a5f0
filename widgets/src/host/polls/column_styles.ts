import { css } from "lit";

export const columnStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .head {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    padding: var(--pc-space-4) var(--pc-space-4) var(--pc-space-2) var(--pc-space-5);
  }
  .list {
    flex: 1;
    display: grid;
    align-content: start;
    gap: var(--pc-space-4);
    min-height: 0;
    padding: 0 var(--pc-space-4) var(--pc-space-6);
    overflow: auto;
    overscroll-behavior: contain;
  }
  h3 {
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .now {
    display: grid;
    gap: var(--pc-space-3);
    padding: var(--pc-space-4);
  }
  .now[data-state="open"] {
    border-color: var(--pc-accent);
  }
  .now h3 {
    font-size: var(--pc-text-3);
  }
  .state {
    font-size: var(--pc-text-1);
  }
  .voters {
    margin-left: auto;
    font-weight: var(--pc-strong);
  }
  .draft {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--pc-space-1) var(--pc-space-3);
    align-items: start;
    padding: var(--pc-space-3) 0 var(--pc-space-1);
    border-bottom: 1px solid var(--pc-line);
  }
  .what {
    display: grid;
    gap: 2px;
    padding-left: var(--pc-space-1);
  }
  .tools {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    margin-left: -8px;
  }
  .tools .btn,
  .inside .btn {
    font-weight: var(--pc-regular);
    padding: 0 var(--pc-space-2);
  }
  .ended {
    display: grid;
    gap: var(--pc-space-2);
  }
  .closed {
    border-bottom: 1px solid var(--pc-line);
  }
  summary {
    display: flex;
    align-items: baseline;
    gap: var(--pc-space-3);
    min-height: var(--pc-target);
    padding: var(--pc-space-3) var(--pc-space-1);
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  summary::before {
    content: "";
    flex: none;
    width: 6px;
    height: 6px;
    border: solid var(--pc-muted);
    border-width: 0 1.5px 1.5px 0;
    transform: translateY(-2px) rotate(-45deg);
  }
  [open] > summary::before {
    transform: translateY(-3px) rotate(45deg);
  }
  summary .num {
    white-space: nowrap;
  }
  .inside {
    display: grid;
    gap: var(--pc-space-3);
    padding: 0 var(--pc-space-1) var(--pc-space-3);
  }
  .empty {
    padding: var(--pc-space-2) var(--pc-space-1);
  }
  .late {
    display: grid;
    gap: var(--pc-space-3);
    animation: late 1ms 300ms both;
  }
  .late .bone {
    height: 64px;
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
`;

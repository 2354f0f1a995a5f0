import { css } from "lit";

export const lineUpStyles = css`
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
    gap: var(--pc-space-3);
    min-height: 0;
    padding: 0 var(--pc-space-3) var(--pc-space-6);
    overflow: auto;
    overscroll-behavior: contain;
  }
  ol {
    display: grid;
  }
  li[data-row] {
    display: grid;
    grid-template-columns: 24px 48px minmax(0, 1fr) auto;
    gap: var(--pc-space-1) var(--pc-space-3);
    align-items: start;
    position: relative;
    padding: var(--pc-space-3) var(--pc-space-2) var(--pc-space-3) 0;
    border-bottom: 1px solid var(--pc-line);
    background: var(--pc-paper);
  }
  li[data-row].on {
    box-shadow: inset 3px 0 0 var(--pc-accent);
  }
  li[data-shifting] {
    transition: transform var(--pc-fast) var(--pc-ease);
  }
  li[data-dragged] {
    z-index: 2;
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
    box-shadow: var(--pc-shadow);
  }
  .handle {
    display: grid;
    place-items: center;
    width: 32px;
    height: 48px;
    margin-left: -4px;
    padding: 0;
    border: 0;
    border-radius: var(--pc-radius-small);
    background: none;
    color: var(--pc-muted);
    cursor: grab;
    touch-action: none;
  }
  .handle:hover {
    color: var(--pc-ink);
    background: var(--pc-sunk);
  }
  [data-dragged] .handle {
    cursor: grabbing;
  }
  .picture.none {
    width: 48px;
    height: 48px;
  }
  .what {
    display: grid;
    gap: 2px;
    justify-items: start;
    min-width: 0;
  }
  .name {
    font-weight: var(--pc-strong);
    line-height: 1.3;
  }
  .facts,
  .variants {
    grid-column: 3 / -1;
    font-size: var(--pc-text-1);
  }
  .variants {
    display: grid;
    grid-template-columns: minmax(0, max-content) max-content max-content;
    gap: 0 var(--pc-space-4);
  }
  .variants li {
    display: contents;
  }
  .left {
    white-space: nowrap;
  }
  .left.few {
    color: var(--pc-accent-deep);
    font-weight: var(--pc-strong);
  }
  .left.out {
    color: var(--pc-bad);
    font-weight: var(--pc-strong);
  }
  .pin {
    min-width: 92px;
  }
  .steps {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-2);
    padding-top: var(--pc-space-1);
  }
  .rest {
    display: grid;
    gap: var(--pc-space-2);
    padding: var(--pc-space-3);
    border: 1px dashed var(--pc-line-strong);
    border-radius: var(--pc-radius);
  }
  .rest .add {
    justify-content: flex-start;
    min-width: 0;
    font-weight: var(--pc-regular);
  }
  .empty {
    display: grid;
    gap: var(--pc-space-3);
    justify-items: start;
    padding: var(--pc-space-2);
    color: var(--pc-muted);
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
  @media (min-width: 960px) and (max-width: 1239px) {
    .pin {
      min-width: 0;
    }
    .pin .word {
      display: none;
    }
  }
  @media (pointer: coarse) {
    li[data-row] {
      grid-template-columns: 40px 48px minmax(0, 1fr) auto;
    }
    .handle {
      width: var(--pc-target);
    }
  }
`;

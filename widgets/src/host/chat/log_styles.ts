import { css } from "lit";

export const logStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .list-of {
    flex: 1;
  }
  .pinned {
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
    padding: var(--pc-space-1) var(--pc-space-2) var(--pc-space-1) var(--pc-space-4);
    border-bottom: 1px solid var(--pc-line);
    background: var(--pc-accent-soft);
    color: var(--pc-accent-deep);
  }
  .pinned p {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
    font-size: var(--pc-text-1);
    line-height: 1.35;
  }
  .tools {
    position: absolute;
    top: 0;
    right: var(--pc-space-2);
    display: flex;
    border-radius: var(--pc-radius-pill);
  }
  .tools .btn.small {
    width: 30px;
    min-height: 30px;
    color: var(--pc-muted);
  }
  .tools .btn:hover:not(:disabled) {
    color: var(--pc-ink);
  }
  @media (hover: hover) {
    .tools {
      background: var(--pc-raised);
      box-shadow: 0 0 0 1px var(--pc-line);
      opacity: 0;
    }
    .row-of:hover .tools,
    .row-of:focus-within .tools {
      opacity: 1;
    }
  }
  @media (hover: none) {
    .row-of {
      padding-right: 52px;
    }
    .tools .reply,
    .tools .delete {
      display: none;
    }
    .tools .btn.small {
      width: var(--pc-target);
      min-height: var(--pc-target);
    }
  }
  .fresh {
    position: absolute;
    bottom: var(--pc-space-2);
    left: 50%;
    transform: translateX(-50%);
    white-space: nowrap;
    box-shadow: var(--pc-shadow);
  }
  .fresh:active:not(:disabled) {
    transform: translateX(-50%) scale(0.975);
  }
  .note {
    margin: var(--pc-space-3) var(--pc-space-4);
  }
  .late {
    display: grid;
    gap: var(--pc-space-3);
    padding: var(--pc-space-4);
    animation: late 1ms 300ms both;
  }
  .late .bone {
    height: 36px;
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
`;

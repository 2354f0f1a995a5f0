import { css } from "lit";

export const pageStyles = css`
  :host {
    /* Beside the primary button, where nothing else is. */
    --pc-toast-lift: 16px;
    --pc-toast-right: calc(50vw + 206px);
    --pc-toast-side: start;
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr) auto;
    height: 100dvh;
    background: var(--pc-paper);
  }
  header {
    grid-row: 1;
    display: flex;
    align-items: center;
    gap: var(--pc-space-2);
    min-width: 0;
    padding: var(--pc-space-2) var(--pc-space-4) var(--pc-space-2) var(--pc-space-2);
    border-bottom: 1px solid var(--pc-line);
  }
  .title {
    flex: 1;
    min-width: 0;
  }
  .title h1 {
    font-size: var(--pc-text-3);
  }
  .title p {
    overflow: hidden;
    min-width: 0;
    margin-top: 2px;
    font-size: var(--pc-text-1);
  }
  nav {
    display: flex;
    flex: none;
    align-items: center;
  }
  nav .btn,
  nav pc-copy {
    font-weight: var(--pc-regular);
  }
  .tab-row {
    grid-row: 2;
  }
  .problem {
    grid-row: 2;
    align-items: center;
    margin: var(--pc-space-3) var(--pc-space-4) 0;
  }
  main {
    grid-row: 3;
    display: grid;
    grid-template-columns: minmax(320px, 380px) minmax(0, 1fr) clamp(300px, 22vw, 360px);
    min-height: 0;
  }
  .column {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .column.left {
    border-right: 1px solid var(--pc-line);
  }
  .column.right {
    border-left: 1px solid var(--pc-line);
  }
  .part {
    min-width: 0;
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .part.run:not(.off),
  .part.polls:not(.off),
  .part.chat:not(.off) {
    flex: 1;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    overflow: hidden;
  }
  .part.preview {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: var(--pc-space-5);
    padding: var(--pc-space-5) var(--pc-space-6);
  }
  .part.preview > * {
    justify-self: center;
    width: 100%;
    max-width: 860px;
    min-width: 0;
  }
  .part.numbers {
    flex: none;
    padding: var(--pc-space-4) var(--pc-space-5);
    border-bottom: 1px solid var(--pc-line);
  }
  .part.off {
    display: none;
  }
  .primary-bar {
    grid-row: 4;
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--pc-space-3);
    min-height: 84px;
    padding: var(--pc-space-3) var(--pc-space-4) calc(var(--pc-space-3) + env(safe-area-inset-bottom));
    border-top: 1px solid var(--pc-line);
    background: var(--pc-paper);
  }
  .main {
    min-width: min(380px, 60vw);
    min-height: 60px;
    padding: 0 var(--pc-space-6);
    font-size: var(--pc-text-3);
  }
  .main kbd {
    margin-left: var(--pc-space-2);
  }
  .next {
    display: grid;
    min-width: 0;
    text-align: left;
  }
  .which {
    max-width: 320px;
    font-size: var(--pc-text-1);
    font-weight: var(--pc-regular);
    line-height: 1.3;
  }
  .side {
    position: absolute;
    right: var(--pc-space-5);
  }
  @media (max-width: 1239px) {
    :host {
      --pc-toast-lift: 100px;
      --pc-toast-right: 16px;
      --pc-toast-side: center;
    }
    /* With little room, what can be acted on comes before what can be looked at. */
    pc-pinned {
      order: -1;
    }
    nav .btn > span,
    nav .keys kbd {
      display: none;
    }
    main {
      grid-template-columns: minmax(290px, 320px) minmax(0, 1fr) 290px;
    }
  }
  @media (max-width: 959px) {
    :host {
      grid-template-rows: auto auto auto minmax(0, 1fr) auto;
    }
    header {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      gap: 0 var(--pc-space-2);
      padding-right: var(--pc-space-3);
    }
    .title {
      display: contents;
    }
    .title .facts {
      grid-column: 1 / -1;
      padding: 0 0 var(--pc-space-1) var(--pc-space-3);
    }
    nav,
    header > .btn:not(:first-child) {
      grid-row: 1;
      grid-column: 3;
    }
    nav {
      position: fixed;
      inset: auto;
      top: 56px;
      right: var(--pc-space-2);
      margin: 0;
      padding: var(--pc-space-2);
      border: 1px solid var(--pc-line);
      border-radius: var(--pc-radius);
      background: var(--pc-raised);
      color: var(--pc-ink);
      box-shadow: var(--pc-shadow);
    }
    nav:not(:popover-open) {
      display: none;
    }
    nav:popover-open {
      display: grid;
      justify-items: start;
    }
    nav .btn > span {
      display: inline;
    }
    .problem {
      grid-row: 3;
      margin-bottom: var(--pc-space-3);
    }
    main {
      grid-row: 4;
      grid-template-columns: minmax(0, 1fr);
    }
    .primary-bar {
      grid-row: 5;
    }
    .column {
      display: contents;
    }
    .part.numbers {
      padding: var(--pc-space-5);
      border: 0;
    }
    .part.preview {
      gap: var(--pc-space-6);
      padding: var(--pc-space-3) var(--pc-space-4) var(--pc-space-6);
    }
    .main {
      flex: 1;
      min-width: 0;
      padding: 0 var(--pc-space-4);
    }
    .which {
      max-width: 46vw;
    }
    .side {
      position: static;
      min-height: 60px;
      padding: 0 var(--pc-space-4);
    }
  }
`;

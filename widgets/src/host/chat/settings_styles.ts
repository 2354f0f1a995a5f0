import { css } from "lit";

export const settingsStyles = css`
  dialog {
    height: min(720px, 88vh);
  }
  .body {
    flex: 1;
    align-content: start;
  }
  .check {
    display: flex;
    align-items: flex-start;
    gap: var(--pc-space-3);
    cursor: pointer;
  }
  .check input {
    flex: none;
    margin-top: 1px;
  }
  .check .help {
    display: block;
  }
  .said {
    min-height: 40px;
    padding: var(--pc-space-2) var(--pc-space-6);
    border-top: 1px solid var(--pc-line);
    color: var(--pc-muted);
  }
  .records {
    display: grid;
  }
  .records li {
    display: flex;
    align-items: center;
    gap: var(--pc-space-3);
    padding: var(--pc-space-3) 0;
    border-bottom: 1px solid var(--pc-line);
  }
  .records p {
    overflow-wrap: anywhere;
  }
`;

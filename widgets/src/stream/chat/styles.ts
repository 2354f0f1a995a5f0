/** The chat on paper: a log that keeps its place, a line to write in, both at home in a column and in half a phone. */
import { css } from "lit";

export const chatStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    color: var(--pc-ink);
    font-size: var(--pc-text-2);
    line-height: 1.4;
  }
  .head {
    display: flex;
    flex: none;
    align-items: center;
    padding: 0 var(--pc-space-1) 0 var(--pc-space-2);
    border-bottom: 1px solid var(--pc-line);
  }
  .tabs {
    display: flex;
    flex: 1;
  }
  .tab {
    min-height: 48px;
    padding: 0 var(--pc-space-2);
    border: 0;
    background: none;
    color: var(--pc-muted);
    font-weight: var(--pc-strong);
    cursor: pointer;
  }
  .tab[aria-selected="true"] {
    box-shadow: inset 0 -2px 0 var(--pc-accent);
    color: var(--pc-ink);
  }
  .tab:focus-visible {
    outline-offset: -4px;
  }
  .body {
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
  }
  .log,
  .questions {
    flex: 1;
    min-height: 0;
    padding: var(--pc-space-3) var(--pc-space-4);
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .log:focus-visible {
    outline-offset: -2px;
  }
  .line {
    padding: 3px 0;
    overflow-wrap: anywhere;
  }
  .line[data-staff] {
    margin: 2px calc(-1 * var(--pc-space-2));
    padding: 4px var(--pc-space-2);
    border-radius: var(--pc-radius-small);
    background: var(--pc-accent-soft);
  }
  .line[data-state="sending"] .words {
    opacity: 0.62;
  }
  .who {
    color: var(--pc-muted);
    font-weight: var(--pc-strong);
  }
  .line[data-staff] .who,
  .pinned .who {
    color: var(--pc-ink);
  }
  .staff {
    padding: 0 6px;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-accent);
    color: var(--pc-on-accent);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-strong);
  }
  .reply {
    overflow: hidden;
    color: var(--pc-muted);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .aside {
    color: var(--pc-muted);
  }
  .aside.bad {
    color: var(--pc-bad);
  }
  .text-btn {
    min-height: 28px;
    padding: 0 4px;
    border: 0;
    background: none;
    color: var(--pc-accent-deep);
    font-weight: var(--pc-strong);
    text-decoration: underline;
    text-underline-offset: 3px;
    cursor: pointer;
  }
  .pinned {
    display: flex;
    flex: none;
    gap: var(--pc-space-2);
    align-items: flex-start;
    max-height: 96px;
    padding: var(--pc-space-2) var(--pc-space-4);
    overflow-y: auto;
    border-bottom: 1px solid var(--pc-line);
    background: var(--pc-sunk);
    overflow-wrap: anywhere;
  }
  .pinned svg {
    margin-top: 2px;
    color: var(--pc-muted);
  }
  .new {
    position: absolute;
    bottom: var(--pc-space-2);
    left: 50%;
    display: inline-flex;
    gap: 6px;
    align-items: center;
    min-height: var(--pc-target);
    padding: 0 var(--pc-space-4);
    border: 0;
    border-radius: var(--pc-radius-pill);
    background: var(--pc-accent);
    box-shadow: var(--pc-shadow);
    color: var(--pc-on-accent);
    font-weight: var(--pc-strong);
    cursor: pointer;
    transform: translateX(-50%);
  }
  .empty {
    display: flex;
    flex-direction: column;
    gap: var(--pc-space-3);
    align-items: center;
    justify-content: center;
    height: 100%;
    padding: var(--pc-space-5);
    color: var(--pc-muted);
    text-align: center;
    text-wrap: balance;
  }
  .bones {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: var(--pc-space-3);
    justify-content: flex-end;
    padding: var(--pc-space-4);
    animation: late 0s 300ms both;
  }
  .bones i {
    width: 82%;
    height: 18px;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
  }
  .bones i:nth-of-type(2n) {
    width: 58%;
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
  .question {
    display: flex;
    gap: var(--pc-space-3);
    align-items: flex-start;
    padding: var(--pc-space-2) 0;
    border-bottom: 1px solid var(--pc-line);
    overflow-wrap: anywhere;
  }
  .question > div {
    flex: 1;
    min-width: 0;
    padding-top: 2px;
  }
  .vote {
    display: grid;
    flex: none;
    place-items: center;
    align-content: center;
    min-width: var(--pc-target);
    min-height: 48px;
    padding: 2px var(--pc-space-2);
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius-small);
    background: none;
    line-height: 1.2;
    cursor: pointer;
  }
  .vote[aria-pressed="true"] {
    border-color: var(--pc-accent);
    box-shadow: inset 0 0 0 1px var(--pc-accent);
    background: var(--pc-accent-soft);
    font-weight: var(--pc-strong);
  }
  .vote:disabled {
    color: var(--pc-muted);
    cursor: default;
  }
  .answered {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    color: var(--pc-good);
  }
  .question[data-answered] .words {
    color: var(--pc-muted);
  }
  .composer,
  .barred {
    flex: none;
    padding: var(--pc-space-2) var(--pc-space-3) max(var(--pc-space-3), env(safe-area-inset-bottom));
    border-top: 1px solid var(--pc-line);
  }
  .barred {
    padding-top: var(--pc-space-3);
    color: var(--pc-muted);
    text-align: center;
    text-wrap: balance;
  }
  .hint {
    display: block;
    padding: 0 var(--pc-space-1);
    color: var(--pc-muted);
  }
  .hint:not(:empty) {
    padding-bottom: var(--pc-space-1);
  }
  .field {
    display: flex;
    gap: var(--pc-space-2);
  }
  .field input {
    flex: 1;
    min-width: 0;
    min-height: var(--pc-target);
    padding: 0 14px;
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius-pill);
    background: var(--pc-paper);
    /* Under 16 px some phones zoom the page in when it is tapped. */
    font-size: max(16px, var(--pc-text-2));
  }
  .field input::placeholder {
    color: var(--pc-muted);
    opacity: 1;
  }
  .field .btn {
    flex: none;
  }
  .field-error {
    display: flex;
    gap: 6px;
    align-items: flex-start;
    padding: 0 var(--pc-space-1);
    color: var(--pc-bad);
  }
  .field-error:has(span) {
    padding-top: var(--pc-space-2);
  }
`;

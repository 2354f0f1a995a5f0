/** The poll's card and pill; a bar is the option's own button, filled from the left. */
import { css } from "lit";

export const pollStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    color: var(--pc-ink);
  }
  .poll {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .poll-head {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: space-between;
  }
  .poll-head .small {
    margin: -12px -12px -10px 0;
  }
  .poll-kind {
    display: flex;
    gap: 6px;
    align-items: center;
    color: var(--pc-muted);
  }
  .poll-question {
    flex: none;
    margin: var(--pc-space-1) 0 var(--pc-space-2);
    font-size: var(--pc-text-2);
    font-weight: var(--pc-strong);
    line-height: 1.3;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }
  .options {
    display: flex;
    flex: 0 1 auto;
    flex-direction: column;
    gap: 6px;
    min-height: 96px;
    /* Room for the focus ring, which a scroller cuts off. */
    margin: -4px;
    padding: 4px 4px 8px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .option {
    position: relative;
    display: flex;
    flex: none;
    gap: var(--pc-space-2);
    align-items: center;
    width: 100%;
    min-height: var(--pc-target);
    padding: 6px 12px;
    overflow: hidden;
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius-small);
    background: transparent;
    text-align: start;
    line-height: 1.25;
    cursor: pointer;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
  }
  .option > * {
    position: relative;
  }
  .option .fill {
    position: absolute;
    inset: 0;
    background: var(--pc-sunk);
    transform: scaleX(var(--share, 0));
    transform-origin: left;
    transition: transform var(--pc-slow) var(--pc-ease);
  }
  .option[data-mine] {
    border-color: var(--pc-accent);
    box-shadow: inset 0 0 0 1px var(--pc-accent);
  }
  .option[data-mine] .fill {
    background: var(--pc-accent-soft);
  }
  .option[data-verdict="right"] {
    border-color: var(--pc-good);
    box-shadow: inset 0 0 0 1px var(--pc-good);
    color: var(--pc-good);
  }
  .option[data-verdict="right"] .fill {
    background: var(--pc-good-soft);
  }
  .option[data-verdict="wrong"] {
    border-color: var(--pc-bad);
    box-shadow: inset 0 0 0 1px var(--pc-bad);
    color: var(--pc-bad);
  }
  .option[data-verdict="wrong"] .fill {
    background: var(--pc-bad-soft);
  }
  .option[aria-disabled] {
    cursor: default;
  }
  .option:not([aria-disabled]):hover {
    background: var(--pc-sunk);
  }
  .option:not([aria-disabled]):active {
    background: var(--pc-accent-soft);
  }
  .mark:empty {
    display: none;
  }
  .option[role] .mark {
    display: grid;
    flex: none;
    place-items: center;
    width: 20px;
    height: 20px;
    border: 1px solid var(--pc-line-strong);
    border-radius: 50%;
  }
  .option[role="checkbox"] .mark {
    border-radius: 4px;
  }
  .option[role][data-mine] .mark {
    border-color: var(--pc-accent);
    background: var(--pc-accent);
    color: var(--pc-on-accent);
  }
  .option-text {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .option-text em {
    display: block;
    font-style: normal;
    font-weight: var(--pc-strong);
  }
  .share {
    flex: none;
    text-align: end;
  }
  .share b {
    font-weight: var(--pc-strong);
  }
  .share span {
    display: inline-block;
    min-width: 3ch;
    color: var(--pc-muted);
  }
  .poll > .btn.wide,
  .poll > .note {
    flex: none;
    margin-top: var(--pc-space-3);
  }
  .poll-foot {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 0 var(--pc-space-2);
    align-items: center;
    justify-content: space-between;
    color: var(--pc-muted);
  }
  .poll-foot p:not(:empty) {
    padding-top: var(--pc-space-1);
  }
  .poll-foot .btn {
    margin: var(--pc-space-1) -12px -8px auto;
  }
  .poll-foot:has(.btn) p {
    padding-top: 0;
    margin-bottom: -12px;
  }
  .poll-pill {
    align-self: flex-end;
    max-width: 100%;
    padding-inline-start: 14px;
  }
  .poll-pill .cut {
    flex: 0 1 auto;
    overflow: hidden;
    min-width: 0;
    font-weight: var(--pc-regular);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    .option .fill {
      transition: none;
    }
  }
`;

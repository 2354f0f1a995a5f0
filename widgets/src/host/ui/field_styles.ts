/** Labels, inputs, choices, and the words under them when something is wrong. */
import { css } from "lit";

export const fields = css`
  .field {
    display: grid;
    gap: var(--pc-space-1);
    min-width: 0;
  }
  .field > label,
  .field > .label,
  legend {
    padding: 0;
    font-weight: var(--pc-strong);
  }
  .field .optional {
    color: var(--pc-muted);
    font-weight: var(--pc-regular);
  }
  .help {
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
  }
  .wrong {
    display: flex;
    gap: 6px;
    align-items: flex-start;
    color: var(--pc-bad);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-strong);
  }
  .wrong svg {
    margin-top: 1px;
  }
  input:not([type="radio"], [type="checkbox"]),
  select,
  textarea {
    width: 100%;
    min-height: var(--pc-target);
    padding: 0 var(--pc-space-3);
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius-small);
    background: var(--pc-raised);
    color: var(--pc-ink);
    font-size: 16px;
  }
  textarea {
    min-height: 84px;
    padding: var(--pc-space-2) var(--pc-space-3);
    resize: vertical;
  }
  input:focus-visible,
  select:focus-visible,
  textarea:focus-visible {
    outline-offset: 0;
    border-color: var(--pc-accent);
  }
  [aria-invalid="true"]:not(fieldset) {
    border-color: var(--pc-bad);
  }
  input::placeholder {
    color: var(--pc-muted);
    opacity: 0.75;
  }
  input[type="number"] {
    font-variant-numeric: tabular-nums;
    appearance: textfield;
  }
  input::-webkit-inner-spin-button {
    display: none;
  }
  input[type="radio"],
  input[type="checkbox"] {
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: var(--pc-accent);
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-2);
  }
  .choice {
    display: inline-flex;
    align-items: center;
    gap: var(--pc-space-2);
    min-height: var(--pc-target);
    padding: 0 var(--pc-space-4) 0 var(--pc-space-3);
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius-pill);
    cursor: pointer;
  }
  .choice:has(:checked) {
    border-color: var(--pc-accent);
    background: var(--pc-accent-soft);
    color: var(--pc-accent-deep);
    font-weight: var(--pc-strong);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--pc-accent);
    outline-offset: 2px;
  }
  .choice input:focus-visible {
    outline: none;
  }
`;

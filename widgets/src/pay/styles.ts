import { css } from "lit";

export const payStyles = css`
  :host {
    display: block;
    max-width: 440px;
    min-height: 100%;
    margin: 0 auto;
    padding: var(--pc-space-5);
    font-family: var(--pc-font);
    font-size: var(--pc-text-2);
    line-height: var(--pc-leading);
    color: var(--pc-ink);
  }
  .summary {
    display: flex;
    gap: var(--pc-space-3);
    align-items: flex-start;
  }
  .picture {
    flex: none;
    width: 64px;
    height: 64px;
    border-radius: var(--pc-radius-small);
    background: var(--pc-sunk);
    object-fit: cover;
  }
  .what {
    flex: 1;
    min-width: 0;
  }
  h2 {
    margin: 0;
    font-size: var(--pc-text-2);
    font-weight: var(--pc-strong);
    line-height: 1.3;
  }
  .muted {
    color: var(--pc-muted);
  }
  .sum {
    display: flex;
    justify-content: space-between;
    margin-top: var(--pc-space-4);
    padding: var(--pc-space-3) 0;
    border-top: 1px solid var(--pc-line);
    border-bottom: 1px solid var(--pc-line);
    font-weight: var(--pc-strong);
  }
  .part {
    display: flex;
    justify-content: space-between;
    margin-top: var(--pc-space-2);
  }
  .total {
    margin-top: var(--pc-space-4);
  }
  .total .sum {
    margin-top: var(--pc-space-3);
  }
  .hold {
    display: flex;
    gap: var(--pc-space-3);
    align-items: center;
    justify-content: space-between;
    min-height: var(--pc-target);
    margin-top: var(--pc-space-2);
  }
  .hold[data-late] {
    padding-inline: var(--pc-space-3) var(--pc-space-1);
    border-radius: var(--pc-radius-pill);
    background: var(--pc-accent-soft);
  }
  .hold .countdown {
    font-weight: var(--pc-strong);
  }
  /* Not display: none, in which Stripe's fields would never become ready. */
  .off {
    position: absolute;
    inset-inline: 0;
    visibility: hidden;
  }
  form {
    display: grid;
    gap: var(--pc-space-4);
    margin-top: var(--pc-space-3);
  }
  label,
  .label {
    display: block;
    margin-bottom: 6px;
    font-weight: var(--pc-strong);
  }
  .box {
    width: 100%;
    min-height: 48px;
    padding: 11px 14px;
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
    font-size: 16px;
  }
  .where {
    display: flex;
    gap: var(--pc-space-3);
    align-items: flex-start;
    justify-content: space-between;
  }
  .ways {
    margin: 0;
    padding: 0;
    border: 0;
  }
  .way {
    display: flex;
    gap: var(--pc-space-3);
    align-items: center;
    min-height: var(--pc-target);
    margin: 0;
    border-bottom: 1px solid var(--pc-line);
    font-weight: var(--pc-regular);
  }
  .way input {
    width: 20px;
    height: 20px;
    accent-color: var(--pc-accent);
  }
  .box:focus-visible,
  .box:focus-within {
    outline: 2px solid var(--pc-accent);
    outline-offset: 1px;
    border-color: transparent;
  }
  .box[aria-invalid="true"],
  .box[data-wrong] {
    border-color: var(--pc-bad);
  }
  .plain {
    padding: 0;
    border: 0;
    background: none;
  }
  .wrong {
    display: flex;
    gap: 6px;
    align-items: center;
    margin-top: 6px;
    color: var(--pc-bad);
  }
  .buy {
    min-height: 52px;
    font-size: 16px;
  }
  .small {
    display: flex;
    gap: 6px;
    align-items: center;
    justify-content: center;
    color: var(--pc-muted);
    font-size: var(--pc-text-1);
  }
  .or {
    display: flex;
    gap: var(--pc-space-3);
    align-items: center;
    color: var(--pc-muted);
  }
  .or::before,
  .or::after {
    content: "";
    flex: 1;
    height: 1px;
    background: var(--pc-line);
  }
  .end {
    display: grid;
    gap: var(--pc-space-3);
    justify-items: center;
    padding: var(--pc-space-8) 0;
    text-align: center;
  }
  .end .sign {
    display: grid;
    place-items: center;
    width: 64px;
    height: 64px;
    border-radius: 50%;
    background: var(--pc-sunk);
    color: var(--pc-ink);
  }
  .end[data-kind="good"] .sign {
    background: var(--pc-good-soft);
    color: var(--pc-good);
  }
  .end[data-kind="bad"] .sign {
    background: var(--pc-bad-soft);
    color: var(--pc-bad);
  }
  .end[data-kind="info"] .sign {
    background: var(--pc-info-soft);
    color: var(--pc-info);
  }
  .end h2 {
    font-size: var(--pc-text-4);
    line-height: var(--pc-leading-tight);
    text-wrap: balance;
  }
  .end p {
    max-width: 40ch;
    text-wrap: pretty;
  }
  .end .btn {
    margin-top: var(--pc-space-3);
  }
  .end dl {
    width: 100%;
    margin-top: var(--pc-space-2);
    text-align: start;
  }
  .end dl div {
    display: flex;
    gap: var(--pc-space-4);
    justify-content: space-between;
    padding: var(--pc-space-2) 0;
    border-top: 1px solid var(--pc-line);
  }
  .end dt {
    color: var(--pc-muted);
  }
  .end dd {
    font-weight: var(--pc-strong);
    text-align: end;
  }
  .bones {
    display: grid;
    gap: var(--pc-space-4);
    margin-top: var(--pc-space-4);
    animation: late 0s 300ms both;
  }
  .bones i {
    display: block;
    height: 48px;
    border-radius: var(--pc-radius);
    background: var(--pc-sunk);
  }
  .bones i:last-child {
    border-radius: var(--pc-radius-pill);
  }
  .progress {
    overflow: hidden;
    width: 160px;
    height: 3px;
    border-radius: 2px;
    background: var(--pc-line);
  }
  .progress i {
    display: block;
    width: 40%;
    height: 100%;
    border-radius: inherit;
    background: var(--pc-accent);
    animation: along 1.4s ease-in-out infinite alternate;
  }
  @keyframes along {
    to {
      transform: translateX(150%);
    }
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .progress i {
      width: 100%;
      animation: none;
    }
  }
`;

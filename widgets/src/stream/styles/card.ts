/** Cards, pills and chips over the picture: paper on video, never text alone on a picture. */
import { css } from "lit";

export const cardStyles = css`
  .card {
    width: 100%;
    padding: var(--pc-space-3);
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
    box-shadow: var(--pc-shadow);
    color: var(--pc-ink);
    animation: rise var(--pc-slow) var(--pc-ease) both;
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(24px);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .card {
      animation: none;
    }
  }
  .row {
    display: flex;
    gap: var(--pc-space-3);
    align-items: flex-start;
  }
  .picture {
    display: block;
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
    padding-top: 1px;
  }
  .name {
    display: -webkit-box;
    overflow: hidden;
    font-size: var(--pc-text-2);
    font-weight: var(--pc-strong);
    line-height: 1.3;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
  }
  .cost {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--pc-space-2);
    align-items: baseline;
    margin-top: 2px;
  }
  .price {
    font-weight: var(--pc-strong);
  }
  .was,
  .held-words {
    color: var(--pc-muted);
  }
  .stock {
    color: var(--pc-muted);
  }
  .stock[data-low="yes"] {
    color: var(--pc-accent-deep);
  }
  .stock[data-low="out"] {
    color: var(--pc-bad);
    font-weight: var(--pc-strong);
  }
  .stock:not(:empty)::before {
    content: "·";
    margin-inline-end: var(--pc-space-2);
    color: var(--pc-muted);
    font-weight: var(--pc-regular);
  }
  .small {
    width: 44px;
    min-height: 44px;
    margin: -10px -10px 0 -6px;
    color: var(--pc-muted);
  }
  .variants {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-2);
    margin-top: var(--pc-space-3);
    min-width: 0;
  }
  .variant {
    position: relative;
    display: inline-flex;
    cursor: pointer;
  }
  .variant input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  .variant span {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    min-height: 44px;
    padding: 0 14px;
    border: 1px solid var(--pc-line-strong);
    border-radius: var(--pc-radius-pill);
    line-height: 1.1;
  }
  .variant em {
    font-style: normal;
  }
  .variant input:checked + span {
    border-color: var(--pc-accent);
    box-shadow: inset 0 0 0 1px var(--pc-accent);
    background: var(--pc-accent-soft);
    font-weight: var(--pc-strong);
  }
  .variant input:focus-visible + span {
    outline: 2px solid var(--pc-accent);
    outline-offset: 2px;
  }
  .variant[data-out] {
    cursor: default;
  }
  .variant[data-out] span {
    border-style: dashed;
    color: var(--pc-muted);
    font-weight: var(--pc-regular);
  }
  .card > .btn.wide,
  .acts,
  .in-line,
  .nothing,
  .card > .note,
  .more-time {
    margin-top: var(--pc-space-3);
  }
  .nothing {
    color: var(--pc-muted);
  }
  .held .row {
    align-items: center;
  }
  .held .small {
    align-self: flex-start;
  }
  .clock {
    flex: none;
  }
  .countdown {
    font-size: var(--pc-text-4);
    font-weight: var(--pc-strong);
    line-height: 1;
  }
  .clock[data-late] {
    color: var(--pc-accent-deep);
  }
  .bar {
    overflow: hidden;
    height: 3px;
    margin-top: var(--pc-space-3);
    border-radius: 2px;
    background: var(--pc-line);
  }
  .bar i {
    display: block;
    height: 100%;
    border-radius: inherit;
    background: var(--pc-accent);
    transform: scaleX(var(--left, 1));
    transform-origin: left;
  }
  .acts {
    display: flex;
    gap: var(--pc-space-2);
  }
  .acts .btn.primary {
    flex: 1;
  }
  .in-line {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-1) var(--pc-space-3);
    align-items: center;
    justify-content: space-between;
  }
  .more-time {
    display: flex;
    gap: var(--pc-space-3);
    align-items: center;
    justify-content: space-between;
    padding: var(--pc-space-1) var(--pc-space-1) var(--pc-space-1) var(--pc-space-3);
    border-radius: var(--pc-radius-pill);
    background: var(--pc-accent-soft);
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pc-space-2);
  }
  .chip,
  .pill {
    display: inline-flex;
    gap: var(--pc-space-2);
    align-items: center;
    min-height: 48px;
    padding: 4px 14px 4px 4px;
    border: 0;
    border-radius: var(--pc-radius);
    background: var(--pc-raised);
    box-shadow: var(--pc-shadow);
    color: var(--pc-ink);
    font-size: var(--pc-text-2);
    cursor: pointer;
  }
  .pill {
    padding-inline-end: 12px;
    border-radius: var(--pc-radius-pill);
    font-weight: var(--pc-strong);
  }
  .chip .picture,
  .pill .picture {
    width: 40px;
    height: 40px;
  }
  .pill .picture {
    border-radius: 50%;
  }
  /* A mouse needs less room than a thumb, and the picture needs what is left. */
  @media (hover: hover) and (pointer: fine) {
    .variant span {
      min-height: 34px;
      padding: 0 12px;
    }
    .card .btn {
      min-height: 40px;
    }
    .chip {
      min-height: 44px;
    }
    .chip .picture {
      width: 36px;
      height: 36px;
    }
  }
`;

/** How a poll stands: a bar, a count and a share for each option. The words carry it; the bars only show it. */
import { css, html, nothing, type TemplateResult } from "lit";
import { Check } from "lucide";
import { icon } from "../../ui/icons.js";
import type { HostPoll } from "../../wire/protocol.gen.js";
import { count, share } from "../format.js";

export interface Bar {
  id: string;
  text: string;
  votes: number;
  /** Of those who voted: with several choices the shares may be more than 100 % together. */
  share: string;
  part: number;
  right: boolean;
  leads: boolean;
}

export function barsOf({ poll, tally, right }: HostPoll): Bar[] {
  const most = Math.max(0, ...poll.options.map(({ id }) => tally.counts[id] ?? 0));
  return poll.options.map(({ id, text }) => {
    const votes = tally.counts[id] ?? 0;
    return {
      id,
      text,
      votes,
      share: share(votes, tally.voters),
      part: tally.voters > 0 ? Math.min(1, votes / tally.voters) : 0,
      right: poll.kind === "quiz" && right.includes(id),
      leads: votes > 0 && votes === most,
    };
  });
}

export function bars(poll: HostPoll): TemplateResult {
  return html`<ul class="bars" data-pc="bars-${poll.poll.id}">
    ${barsOf(poll).map(
      (bar) => html`<li class=${bar.leads ? "leads" : ""}>
        <span class="option"
          >${bar.text}${bar.right ? html`<span class="right">${icon(Check, 14)}right</span>` : nothing}</span
        >
        <span class="votes num" data-pc="votes-${bar.id}">${count(bar.votes)} <span class="muted">· ${bar.share}</span></span>
        <span class="track" aria-hidden="true"><span .style=${`transform: scaleX(${bar.part.toFixed(4)})`}></span></span>
      </li>`,
    )}
  </ul>`;
}

export const barStyles = css`
  .bars {
    display: grid;
    gap: var(--pc-space-2);
  }
  .bars li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px var(--pc-space-3);
    align-items: end;
  }
  .option {
    overflow-wrap: anywhere;
    line-height: 1.3;
  }
  .leads .option,
  .leads .votes {
    font-weight: var(--pc-strong);
  }
  .votes .muted {
    font-weight: var(--pc-regular);
  }
  .right {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    margin-left: 6px;
    color: var(--pc-good);
    font-size: var(--pc-text-1);
    font-weight: var(--pc-strong);
    vertical-align: bottom;
  }
  .track {
    grid-column: 1 / -1;
    overflow: hidden;
    height: 8px;
    border-radius: 4px;
    background: var(--pc-sunk);
  }
  .track span {
    display: block;
    height: 100%;
    border-radius: 4px;
    background: var(--pc-line-strong);
    transform-origin: 0 0;
    transition: transform var(--pc-slow) var(--pc-ease);
  }
  .leads .track span {
    background: var(--pc-accent);
  }
`;

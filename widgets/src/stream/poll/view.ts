/** The poll's card: the question, options that become bars in place, and how it ended in words. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import ChartBar from "lucide/dist/esm/icons/chart-bar.mjs";
import Check from "lucide/dist/esm/icons/check.mjs";
import ChevronDown from "lucide/dist/esm/icons/chevron-down.mjs";
import ChevronUp from "lucide/dist/esm/icons/chevron-up.mjs";
import X from "lucide/dist/esm/icons/x.mjs";

import { icon } from "../../ui/icons.js";
import { minutes } from "../../ui/time.js";
import type { PollOption, PollView } from "../../wire/protocol.gen.js";
import { noticeView } from "../views/notice.js";
import type { Voting } from "../voting.js";
import { percent, resultWords, shareOf, voteErrorWords, votersWords } from "./words.js";

export function pillView(voting: Voting, poll: PollView): TemplateResult {
  const { left, booth } = voting;
  const word = poll.state === "closed" ? "Result" : booth.mine.length > 0 ? "Voted" : "Vote";
  return html`<button class="pill poll-pill" part="poll-pill" data-pc="poll-pill" @click=${() => voting.show(true)}>
    ${icon(ChartBar)}<strong>${word}</strong><span class="cut" dir="auto">${poll.question}</span>
    ${left === undefined ? nothing : html`<span class="num">${minutes(left)}</span>`} ${icon(ChevronUp)}
  </button>`;
}

export function cardView(voting: Voting, poll: PollView): TemplateResult {
  const { booth, left } = voting;
  const closed = poll.state === "closed";
  const name = poll.kind === "quiz" ? "Quiz" : "Poll";
  const several = poll.kind === "multiple";
  const when = closed ? "closed" : left === undefined ? "" : left > 0 ? `${minutes(left)} left` : "closing";
  return html`${keyed(
    poll.id,
    html`<section class="card poll" part="poll" data-pc="poll" data-state=${poll.state} aria-label=${name}>
      <div class="poll-head">
        <p class="poll-kind">
          ${icon(ChartBar, 18)} ${name}${when === "" ? nothing : html` · <span class="num" data-pc="poll-time">${when}</span>`}
        </p>
        <button class="btn bare icon-only small" data-pc="poll-collapse" aria-label="Make the poll small" @click=${() => voting.show(false)}>
          ${icon(ChevronDown)}
        </button>
      </div>
      <h3 class="poll-question" id="poll-question" dir="auto" data-pc="poll-question">${poll.question}</h3>
      <div class="options" role=${several || !voting.asks ? "group" : "radiogroup"} aria-labelledby="poll-question" @keydown=${walk}>
        ${poll.options.map((option, place) => optionView(voting, poll, option, place))}
      </div>
      ${several && voting.asks
        ? html`<button class="btn primary wide" data-pc="poll-send" ?disabled=${voting.ticked.length === 0} @click=${() => voting.send()}>Vote</button>`
        : nothing}
      ${footView(voting, poll)}
      ${noticeView(booth.error === undefined ? undefined : { kind: "bad", words: voteErrorWords(booth.error) })}
    </section>`,
  )}`;
}

function optionView(voting: Voting, poll: PollView, option: PollOption, place: number): TemplateResult {
  const { booth, asks } = voting;
  const several = poll.kind === "multiple";
  const mine = (asks && several ? voting.ticked : booth.mine).includes(option.id);
  const tally = asks ? undefined : booth.tally;
  const share = shareOf(tally, option.id);
  const right = poll.state === "closed" && poll.kind === "quiz" ? poll.right.includes(option.id) : undefined;
  const verdict = right === true ? "right answer" : right === false && mine ? "your answer, wrong" : mine && !asks ? "your vote" : "";
  return html`<button
    class="option"
    part="poll-option"
    data-pc="poll-option"
    data-option=${option.id}
    data-share=${tally === undefined ? nothing : share.toFixed(4)}
    data-verdict=${right === true ? "right" : right === false && mine ? "wrong" : nothing}
    ?data-mine=${mine}
    ?data-busy=${mine && booth.voting}
    role=${asks ? (several ? "checkbox" : "radio") : nothing}
    aria-checked=${asks ? String(mine) : nothing}
    aria-disabled=${asks ? nothing : "true"}
    tabindex=${asks && !several && place > 0 ? -1 : 0}
    @click=${() => voting.press(option.id)}
  >
    <i class="fill"></i>
    <span class="mark">${right === false && mine ? icon(X, 18) : mine || right === true ? icon(Check, 18) : nothing}</span>
    <span class="option-text"
      ><span dir="auto">${option.text}</span>${verdict === "" ? nothing : html`<em data-pc="poll-verdict">${verdict}</em>`}</span
    >
    ${tally === undefined
      ? nothing
      : html`<span class="share num"><b>${percent(share)}</b> <span>${(tally.counts[option.id] ?? 0).toLocaleString("en")}</span></span>`}
  </button>`;
}

function footView(voting: Voting, poll: PollView): TemplateResult {
  const { booth, asks } = voting;
  const voters = votersWords(poll, booth.tally);
  let words = "";
  if (poll.state === "closed") words = resultWords(poll, booth.mine);
  else if (voting.preview) words = "This is a preview: votes are not taken here.";
  else if (voting.changing) words = "Choose anew.";
  else if (asks) words = poll.kind === "multiple" ? "Choose one or more." : poll.results === "closed" ? "Results come when it closes." : "";
  else if (poll.results === "closed") words = "Your vote is in. Results come when it closes.";
  const change = poll.state === "open" && poll.changeable && booth.mine.length > 0 && !booth.voting;
  return html`<div class="poll-foot">
    <p data-pc="poll-words">${words}${words !== "" && voters !== "" && !asks ? " · " : ""}${asks ? nothing : html`<span class="num" data-pc="poll-voters">${voters}</span>`}</p>
    ${change
      ? html`<button class="btn bare" data-pc="poll-change" @click=${() => voting.change(!voting.changing)}>
          ${voting.changing ? "Keep my vote" : "Change my vote"}
        </button>`
      : nothing}
  </div>`;
}

/** The arrows move among the options of a single choice; Space or Enter votes. Moving alone must not. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const group = event.currentTarget as HTMLElement;
  if (step === undefined || group.getAttribute("role") !== "radiogroup") return;
  event.preventDefault();
  const options = [...group.querySelectorAll<HTMLElement>(".option")];
  const at = options.findIndex((option) => option === event.target || option.contains(event.target as Node));
  const next = options[(at + step + options.length) % options.length];
  for (const option of options) option.tabIndex = option === next ? 0 : -1;
  next?.focus();
}

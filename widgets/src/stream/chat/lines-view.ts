/** Lines of the chat. All that others typed is text: it goes in by Lit's text bindings, never as markup. */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import Check from "lucide/dist/esm/icons/check.mjs";
import ChevronUp from "lucide/dist/esm/icons/chevron-up.mjs";
import Pin from "lucide/dist/esm/icons/pin.mjs";

import { icon } from "../../ui/icons.js";
import { count } from "../../ui/time.js";
import type { Chat } from "../../wire/chat.js";
import type { Line } from "../../wire/chat_lines.js";
import type { ChatMessage, Person } from "../../wire/protocol.gen.js";
import { sayErrorWords } from "./words.js";

/** A line is drawn when it comes and when it changes, and not when others come. */
export function linesView(chat: Chat): TemplateResult {
  return html`${repeat(
    chat.talk.all,
    (line) => line.key,
    (line) => guard([line], () => lineView(chat, line)),
  )}`;
}

function lineView(chat: Chat, line: Line): TemplateResult {
  const { message } = line;
  const { reply_to: reply } = message;
  return html`<div class="line" data-pc="chat-line" data-message=${message.id} data-state=${line.state} ?data-staff=${message.author.staff}>
    ${reply === null
      ? nothing
      : html`<p class="reply" data-pc="chat-reply"><span class="sr">answers </span>↳ <bdi>${reply.name}</bdi>: <bdi>${reply.text}</bdi></p>`}
    <p>${whoView(message.author)} <bdi class="words" data-pc="chat-text">${message.text}</bdi></p>
    ${stateView(chat, line)}
  </div>`;
}

export function whoView(person: Person): TemplateResult {
  return html`<b class="who"><bdi data-pc="chat-name">${person.name}</bdi></b>${person.staff
      ? html` <span class="staff" data-pc="chat-staff">Host</span>`
      : nothing}`;
}

/** What the author alone is told about an own line. */
function stateView(chat: Chat, line: Line): TemplateResult | typeof nothing {
  if (line.state === "there" && line.message.state === "held") {
    return html`<p class="aside" data-pc="chat-held">waits for the host</p>`;
  }
  if (line.state !== "failed") return nothing;
  return html`<p class="aside bad" data-pc="chat-failed">
    Not sent. ${line.error === undefined ? "" : sayErrorWords(line.error)}
    <button class="text-btn" data-pc="chat-again" @click=${() => chat.sayAgain(line)}>Try again</button>
    <button class="text-btn" data-pc="chat-drop" @click=${() => chat.drop(line)}>Remove</button>
  </p>`;
}

export function pinnedView(message: ChatMessage): TemplateResult {
  return html`<div class="pinned" data-pc="chat-pinned">
    ${icon(Pin, 18)}
    <p><span class="sr">Pinned: </span>${whoView(message.author)} <bdi class="words">${message.text}</bdi></p>
  </div>`;
}

/** The questions as the server ranks them; own ones that are not among them, last. */
export function questionsView(chat: Chat, may: boolean, vote: (question: ChatMessage, up: boolean) => void): TemplateResult {
  const told = new Set(chat.top.map((one) => one.id));
  const own = chat.asked.all.filter((line) => !told.has(line.message.id));
  return html`${repeat(
      chat.top,
      (one) => one.id,
      (one) => questionView(chat, one, may, vote),
    )}${own.map((line) => html`<div class="question" data-pc="chat-question" data-state=${line.state}>
      <div><p><bdi class="words">${line.message.text}</bdi></p>
        <p class="aside">${whoView(line.message.author)}</p>${stateView(chat, line)}</div>
    </div>`)}`;
}

function questionView(
  chat: Chat,
  question: ChatMessage,
  may: boolean,
  vote: (question: ChatMessage, up: boolean) => void,
): TemplateResult {
  const votes = chat.votes(question);
  const voted = chat.voted(question.id);
  return html`<div class="question" data-pc="chat-question" data-message=${question.id} ?data-answered=${question.answered}>
    <button
      class="vote num"
      data-pc="chat-vote"
      aria-pressed=${voted}
      aria-label=${`Vote for this question, ${count(votes, "vote")}`}
      ?disabled=${!may}
      @click=${() => vote(question, !voted)}
    >
      ${icon(ChevronUp, 18)}<span>${votes.toLocaleString("en")}</span>
    </button>
    <div>
      <p><bdi class="words">${question.text}</bdi></p>
      <p class="aside">
        ${whoView(question.author)}${question.answered ? html` <span class="answered" data-pc="chat-answered">${icon(Check, 16)} answered</span>` : nothing}
      </p>
    </div>
  </div>`;
}

/** The line to write in, or why there is none. */
import { html, nothing, type TemplateResult } from "lit";
import CircleAlert from "lucide/dist/esm/icons/circle-alert.mjs";
import SendHorizontal from "lucide/dist/esm/icons/send-horizontal.mjs";

import { icon } from "../../ui/icons.js";
import { type Composer, MOST_NAME, MOST_SAID, oneLine } from "./composer.js";

/** From here on the counter is shown. */
const NEAR_THE_END = 40;

export interface ComposerHooks {
  tab: "message" | "question";
  redraw: () => void;
  /** The words went off. */
  sent: () => void;
}

export function composerView(composer: Composer, hooks: ComposerHooks): TemplateResult {
  const { barred } = composer;
  if (barred !== "") return html`<p class="barred" role="status" data-pc="chat-barred">${barred}</p>`;
  return composer.naming ? nameView(composer, hooks) : textView(composer, hooks);
}

function textView(composer: Composer, { tab, redraw, sent }: ComposerHooks): TemplateResult {
  const left = MOST_SAID - composer.text.length;
  const wait = Math.ceil(composer.wait / 1_000);
  const hint = composer.offline
    ? "Not connected. What you type is kept."
    : wait > 0
      ? `You can write again in ${wait} s.`
      : left <= NEAR_THE_END
        ? `${left} left`
        : "";
  const label = tab === "question" ? "Ask the host" : "Write a message";
  const submit = (event: Event): void => {
    event.preventDefault();
    if (composer.send()) sent();
    redraw();
  };
  return html`<form class="composer" @submit=${submit}>
    <p class="hint num" role="status" data-pc="chat-hint">${hint}</p>
    <div class="field">
      <input
        data-pc="chat-input"
        type="text"
        enterkeyhint="send"
        autocomplete="off"
        dir="auto"
        maxlength=${MOST_SAID}
        placeholder=${label}
        aria-label=${label}
        .value=${composer.text}
        @input=${(event: Event) => {
          composer.text = (event.target as HTMLInputElement).value;
          redraw();
        }}
      />
      <button
        class="btn primary icon-only"
        data-pc="chat-send"
        aria-label=${tab === "question" ? "Ask" : "Send"}
        ?disabled=${oneLine(composer.text) === "" || composer.offline || wait > 0}
      >
        ${icon(SendHorizontal)}
      </button>
    </div>
  </form>`;
}

function nameView(composer: Composer, { redraw, sent }: ComposerHooks): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    void composer.sendName().then(() => {
      if (!composer.naming) sent();
    });
  };
  return html`<form class="composer" data-pc="chat-naming" @submit=${submit}>
    <label class="hint" for="name">Under which name? You choose it once in this shop.</label>
    <div class="field">
      <input
        id="name"
        data-pc="chat-name-input"
        type="text"
        enterkeyhint="send"
        autocomplete="nickname"
        dir="auto"
        maxlength=${MOST_NAME}
        aria-invalid=${composer.nameError === "" ? "false" : "true"}
        aria-describedby="name-error"
        .value=${composer.name}
        @input=${(event: Event) => {
          composer.name = (event.target as HTMLInputElement).value;
          redraw();
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          composer.naming = false;
          redraw();
        }}
      />
      <button class="btn primary" data-pc="chat-name-send" ?disabled=${oneLine(composer.name) === ""} ?data-busy=${composer.busy}>Send</button>
    </div>
    <p class="field-error" id="name-error" role="status" data-pc="chat-name-error">
      ${composer.nameError === "" ? nothing : html`${icon(CircleAlert, 18)}<span>${composer.nameError}</span>`}
    </p>
  </form>`;
}

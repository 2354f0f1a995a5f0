/** Writing a poll. What was typed stays when the dialog is closed, until it is kept or begun anew. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { newKey } from "../../wire/keys.js";
import type { HostPoll } from "../../wire/protocol.gen.js";
import { choice } from "../ui/choice.js";
import { dialogs } from "../ui/dialog_styles.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import { say } from "../words.js";
import type { PollDeeds } from "./deeds.js";
import type { OptionChange, OptionLines } from "./option_lines.js";
import {
  TIMERS,
  draftOf,
  emptySheet,
  isBlank,
  sheetOf,
  sheetWrong,
  type Kind,
  type PollSheet,
  type Timer,
  type Wrong,
} from "./sheet.js";

const KINDS: readonly (readonly [Kind, string])[] = [
  ["single", "One choice"],
  ["multiple", "Several choices"],
  ["quiz", "Quiz"],
];

export class PollForm extends LitElement {
  static override properties = {
    deeds: { attribute: false },
    live: { type: Boolean },
    changed: { state: true },
    sheet: { state: true },
    wrong: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    panel,
    fields,
    dialogs,
    css`
      form {
        display: contents;
      }
      .own {
        max-width: 200px;
      }
      .check {
        display: flex;
        align-items: center;
        gap: var(--pc-space-3);
        min-height: var(--pc-target);
      }
      .foot .anew {
        margin-right: auto;
      }
      @media (max-width: 600px) {
        .foot {
          flex-wrap: wrap;
        }
      }
    `,
  ];

  declare deeds: PollDeeds;
  declare live: boolean;
  /** The draft that is changed; null for a new poll. */
  declare changed: HostPoll | null;
  declare sheet: PollSheet;
  declare wrong: Wrong;
  declare problem: string;
  declare busy: "" | "keep" | "open";
  /** The same for each try to keep one poll, so that it is made once. */
  #key = "";

  constructor() {
    super();
    this.live = false;
    this.#begin(null);
  }

  #begin(changed: HostPoll | null): void {
    this.changed = changed;
    this.sheet = changed ? sheetOf(changed) : emptySheet();
    this.wrong = {};
    this.problem = "";
    this.busy = "";
    this.#key = newKey("poll");
  }

  async open(poll?: HostPoll): Promise<void> {
    if (poll?.poll.id !== this.changed?.poll.id) this.#begin(poll ?? null);
    await this.updateComplete;
    this.renderRoot.querySelector("dialog")?.showModal();
    this.renderRoot.querySelector<HTMLElement>("#question")?.focus();
  }

  #close = (): void => this.renderRoot.querySelector("dialog")?.close();

  #set(change: Partial<PollSheet>): void {
    this.sheet = { ...this.sheet, ...change };
    if (Object.keys(this.wrong).length > 0) this.wrong = sheetWrong(this.sheet);
  }

  #options(event: CustomEvent<OptionChange>): void {
    this.#set(event.detail);
  }

  async #keep(open: boolean): Promise<void> {
    if (this.busy !== "") return;
    this.wrong = sheetWrong(this.sheet);
    this.problem = "";
    if (Object.keys(this.wrong).length > 0) {
      await this.updateComplete;
      const own = this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']");
      if (own) own.focus();
      else this.renderRoot.querySelector<OptionLines>("pc-option-lines")?.focus();
      return;
    }
    this.busy = open ? "open" : "keep";
    try {
      const kept = await this.deeds.keep(
        draftOf(this.sheet, this.changed ? undefined : this.#key),
        this.changed ?? undefined,
      );
      this.#close();
      this.#begin(null);
      if (open) await this.deeds.open(kept);
    } catch (error) {
      this.problem = say(error, "The poll was not kept");
    } finally {
      this.busy = "";
    }
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    void this.#keep(this.live);
  };

  #wrongWords(name: string) {
    const words = this.wrong[name];
    return html`<span class="wrong" id="${name}.wrong">${words ? html`${icon(CircleAlert, 16)}${words}` : nothing}</span>`;
  }

  #question() {
    return html`<div class="field">
      <label for="question">Question</label>
      <input
        id="question"
        autocomplete="off"
        maxlength="140"
        data-pc="poll-form-question"
        aria-invalid=${this.wrong["question"] ? "true" : "false"}
        aria-describedby="question.wrong"
        .value=${this.sheet.question}
        @input=${(event: Event) => this.#set({ question: (event.target as HTMLInputElement).value })}
      />
      ${this.#wrongWords("question")}
    </div>`;
  }

  #timer() {
    const { timer, own } = this.sheet;
    return html`<fieldset class="field">
      <legend>Closes by itself after</legend>
      <div class="choices">
        ${TIMERS.map(([id, words]) => choice("timer", id, words, timer, (value) => this.#set({ timer: value as Timer }), "poll"))}
      </div>
      ${timer === "own"
        ? html`<input
              class="own"
              aria-label="Time, such as 90 s or 1:30"
              placeholder="1:30"
              autocomplete="off"
              data-pc="poll-own"
              aria-invalid=${this.wrong["own"] ? "true" : "false"}
              aria-describedby="own.wrong"
              .value=${own}
              @input=${(event: Event) => this.#set({ own: (event.target as HTMLInputElement).value })}
            />
            ${this.#wrongWords("own")}`
        : nothing}
    </fieldset>`;
  }

  #foot() {
    const { changed } = this;
    const touched = changed ? JSON.stringify(sheetOf(changed)) !== JSON.stringify(this.sheet) : !isBlank(this.sheet);
    return html`<div class="foot">
      ${touched
        ? html`<button type="button" class="btn bare anew" data-pc="poll-anew" @click=${() => this.#begin(changed)}>
            ${changed ? "As it was" : "Begin anew"}
          </button>`
        : nothing}
      ${this.live
        ? html`<button
              type="button"
              class="btn quiet"
              data-pc="poll-save"
              ?data-busy=${this.busy === "keep"}
              @click=${() => void this.#keep(false)}
            >
              ${this.changed ? "Save" : "Save for later"}
            </button>
            <button type="submit" class="btn primary" data-pc="poll-save-open" ?data-busy=${this.busy === "open"}>Open now</button>`
        : html`<button type="submit" class="btn primary" data-pc="poll-save" ?data-busy=${this.busy === "keep"}>Save</button>`}
    </div>`;
  }

  protected override render() {
    const { sheet } = this;
    return html`<dialog aria-labelledby="heading" data-pc="poll-form">
      <form novalidate @submit=${this.#submit}>
        <div class="head">
          <h2 id="heading">${this.changed ? "Change the poll" : "New poll"}</h2>
          <button type="button" class="btn icon-only" aria-label="Close" @click=${this.#close}>${icon(X)}</button>
        </div>
        <div class="body">
          ${this.#question()}
          <fieldset class="field">
            <legend>Kind</legend>
            <div class="choices">
              ${KINDS.map(([id, words]) => choice("kind", id, words, sheet.kind, (value) => this.#set({ kind: value as Kind }), "poll"))}
            </div>
          </fieldset>
          <div class="field" role="group" aria-labelledby="answers">
            <span class="label" id="answers">Answers</span>
            <pc-option-lines
              .options=${sheet.options}
              .right=${sheet.right}
              .quiz=${sheet.kind === "quiz"}
              .wrong=${this.wrong}
              @changed=${this.#options}
            ></pc-option-lines>
          </div>
          <fieldset class="field">
            <legend>Viewers see the result</legend>
            <div class="choices">
              ${choice("results", "live", "while they vote", sheet.results, () => this.#set({ results: "live" }), "poll")}
              ${choice("results", "closed", "when it is closed", sheet.results, () => this.#set({ results: "closed" }), "poll")}
            </div>
          </fieldset>
          ${this.#timer()}
          <label class="check">
            <input
              type="checkbox"
              data-pc="poll-changeable"
              .checked=${sheet.changeable}
              @change=${(event: Event) => this.#set({ changeable: (event.target as HTMLInputElement).checked })}
            />
            Viewers may change their vote until it closes
          </label>
          ${this.problem
            ? html`<p class="note bad" role="alert" data-pc="poll-form-error">${icon(CircleAlert)}<span>${this.problem}</span></p>`
            : nothing}
        </div>
        ${this.#foot()}
      </form>
    </dialog>`;
  }
}

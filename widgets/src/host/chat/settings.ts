/** The chat's rules and word list, who may not speak, and who did what: one dialog. */
import { LitElement, html, nothing } from "lit";
import { CircleAlert, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { ChangeChat, ChatAct } from "../../wire/protocol.gen.js";
import { choice } from "../ui/choice.js";
import { dialogs } from "../ui/dialog_styles.js";
import { fields } from "../ui/field_styles.js";
import { Follows } from "../ui/follow.js";
import { panel } from "../ui/styles.js";
import { tabRow, tabStyles } from "../ui/tabs.js";
import { say } from "../words.js";
import type { ChatDeeds } from "./deeds.js";
import { auditList, peopleList } from "./records.js";
import { SLOW, wordsOf, wordsWrong } from "./rules.js";
import { settingsStyles } from "./settings_styles.js";
import type { Moderation } from "./state.js";

type Part = "rules" | "people" | "audit";

export class ChatSettings extends LitElement {
  static override properties = {
    chat: { attribute: false },
    deeds: { attribute: false },
    tab: { state: true },
    words: { state: true },
    acts: { state: true },
    said: { state: true },
    problem: { state: true },
  };
  static override styles = [base, panel, fields, dialogs, tabStyles, settingsStyles];

  declare chat: Moderation;
  declare deeds: ChatDeeds;
  declare tab: Part;
  /** The word list as it is typed; null while nobody touched it. */
  declare words: string | null;
  declare acts: readonly ChatAct[] | null;
  declare said: string;
  declare problem: string;

  constructor() {
    super();
    this.tab = "rules";
    this.words = null;
    this.acts = null;
    this.said = "";
    this.problem = "";
    new Follows(this, () => this.chat);
  }

  open(): void {
    this.said = "";
    this.problem = "";
    this.#choose("rules");
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  #close = (): void => this.renderRoot.querySelector("dialog")?.close();

  #choose(part: Part): void {
    this.tab = part;
    this.said = "";
    this.problem = "";
    if (part === "people") void this.#try("The people could not be read", () => this.chat.readPeople());
    if (part === "audit") {
      void this.#try("The log could not be read", async () => {
        this.acts = (await this.chat.calls.audit()).acts;
      });
    }
  }

  async #try(what: string, call: () => Promise<unknown>): Promise<boolean> {
    this.problem = "";
    try {
      await call();
      return true;
    } catch (error) {
      this.problem = say(error, what);
      return false;
    }
  }

  async #change(change: ChangeChat, said: string): Promise<boolean> {
    this.said = "";
    const done = await this.#try("Nothing was changed", () => this.deeds.change(change));
    if (done) this.said = said;
    // The boxes show what is so, also after a refusal.
    this.requestUpdate();
    return done;
  }

  async #keepWords(): Promise<void> {
    const words = wordsOf(this.words ?? "");
    if (await this.#change({ words }, "The word list is kept.")) this.words = null;
  }

  #check(hook: string, words: string, help: string, now: boolean, change: (to: boolean) => [ChangeChat, string]) {
    return html`<label class="check">
      <input
        type="checkbox"
        data-pc="chat-rule-${hook}"
        .checked=${now}
        @change=${(event: Event) => void this.#change(...change((event.target as HTMLInputElement).checked))}
      />
      <span><span class="strong">${words}</span><span class="help">${help}</span></span>
    </label>`;
  }

  #rules() {
    const { rules } = this.chat.chat;
    if (!rules) return html`<p class="muted">The rules are not read yet.</p>`;
    const slow = (value: string): void =>
      void this.#change({ slow_s: Number(value) }, value === "0" ? "Slow mode is off." : "Slow mode is on.");
    return html`${this.#check("open", "The chat is open", "Closed, viewers read and you alone speak.", rules.open, (open) => [
        { open },
        open ? "The chat is open." : "The chat is closed.",
      ])}
      ${this.#check("approve", "Everything waits for approval", "Nobody sees a message before you let it through.", rules.approve, (approve) => [
        { approve },
        approve ? "Messages wait for approval from now on." : "Messages are shown at once.",
      ])}
      <fieldset class="field">
        <legend>Slow mode, between two messages of a viewer</legend>
        <div class="choices">${SLOW.map(([value, words]) => choice("slow", value, words, String(rules.slow_s), slow, "chat"))}</div>
      </fieldset>
      ${this.#wordList()}`;
  }

  #wordList() {
    const text = this.words ?? this.chat.words.join("\n");
    const words = wordsOf(text);
    const wrong = wordsWrong(words);
    return html`<div class="field">
      <label for="words">Words that hold a message back</label>
      <textarea
        id="words"
        rows="6"
        spellcheck="false"
        data-pc="chat-words"
        aria-invalid=${wrong ? "true" : "false"}
        aria-describedby="words-help"
        .value=${text}
        @input=${(event: Event) => (this.words = (event.target as HTMLTextAreaElement).value)}
      ></textarea>
      <div class="row wrap">
        <span class="help grow" id="words-help">
          <span class="num" data-pc="chat-words-count">${words.length === 1 ? "1 word" : `${words.length} words`}</span>, one a
          line. Case and accents don't matter. The list is your shop's, for all its streams.
        </span>
        <button
          type="button"
          class="btn small quiet"
          data-pc="chat-words-save"
          ?disabled=${this.words === null || wrong !== ""}
          @click=${() => void this.#keepWords()}
        >
          Save words
        </button>
      </div>
      ${wrong ? html`<span class="wrong">${icon(CircleAlert, 16)}${wrong}</span>` : nothing}
    </div>`;
  }

  #shown() {
    switch (this.tab) {
      case "rules":
        return this.#rules();
      case "people":
        return peopleList([...this.chat.people.values()], this.chat.clock.now(), ({ person }) => void this.#lift(person.id, person.name));
      case "audit":
        return auditList(this.acts, this.chat.clock.now());
    }
  }

  async #lift(person: string, name: string): Promise<void> {
    const done = await this.#try(`${name} was not set free`, () => this.deeds.lift(person));
    if (done) this.said = `${name} may speak again.`;
  }

  protected override render() {
    return html`<dialog aria-labelledby="title" data-pc="chat-settings-dialog">
      <div class="head">
        <h2 id="title">Chat</h2>
        <button type="button" class="btn icon-only" aria-label="Close" data-pc="chat-settings-close" @click=${this.#close}>${icon(X)}</button>
      </div>
      ${tabRow<Part>({
        label: "Parts of the chat's settings",
        tabs: [
          ["rules", "Rules"],
          ["people", "People"],
          ["audit", "Log"],
        ],
        chosen: this.tab,
        choose: (part) => this.#choose(part),
        tab: "settings",
        part: "settings-part",
      })}
      <div class="body" id="settings-part-${this.tab}" role="tabpanel" aria-labelledby="settings-${this.tab}">
        ${this.problem ? html`<p class="note bad" role="alert">${icon(CircleAlert)}<span>${this.problem}</span></p>` : nothing}
        ${this.#shown()}
      </div>
      <p class="said" role="status" data-pc="chat-settings-said">${this.said}</p>
    </dialog>`;
  }
}

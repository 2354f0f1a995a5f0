/** A show while it runs: run of show, preview, living numbers, and one large button for what comes next. */
import { LitElement, html, nothing } from "lit";
import { CircleAlert } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { HostPoll } from "../../wire/protocol.gen.js";
import { ChatDeeds } from "../chat/deeds.js";
import type { ChatSettings } from "../chat/settings.js";
import type { Moderation } from "../chat/state.js";
import { PollDeeds } from "../polls/deeds.js";
import type { PollForm } from "../polls/form.js";
import type { Polls } from "../polls/state.js";
import { Follows } from "../ui/follow.js";
import type { Ask, Question } from "../ui/ask.js";
import { panel } from "../ui/styles.js";
import { many, tabRow, tabStyles } from "../ui/tabs.js";
import type { Said, Tell, Toast } from "../ui/toast.js";
import { ShowActions } from "./actions.js";
import { header } from "./header.js";
import type { ShortcutHelp } from "./help.js";
import { onShortcuts, type Shortcut } from "./keys.js";
import type { LineUpColumn } from "./line_up.js";
import { pageStyles } from "./page_styles.js";
import { primaryBar } from "./primary.js";
import type { Show } from "./state.js";
import { turns } from "./turns.js";

type Part = "run" | "polls" | "preview" | "numbers" | "chat";
const NAMES: Record<Part, string> = {
  run: "Run of show",
  polls: "Polls",
  preview: "On screen",
  numbers: "Numbers",
  chat: "Chat",
};

const NARROW = "(max-width: 959px)";

export class HostShow extends LitElement {
  static override properties = {
    show: { attribute: false },
    polls: { attribute: false },
    chat: { attribute: false },
    load: { attribute: false },
    tab: { state: true },
    side: { state: true },
    narrow: { state: true },
    busy: { state: true },
  };
  static override styles = [base, panel, tabStyles, pageStyles];

  declare show: Show;
  declare polls: Polls;
  declare chat: Moderation;
  declare load: () => Promise<unknown>;
  /** What a phone shows. */
  declare tab: Part;
  /** What the left column of a wide screen shows. */
  declare side: "run" | "polls";
  declare narrow: boolean;
  declare busy: "" | "start" | "end";
  declare actions: ShowActions;
  declare pollDeeds: PollDeeds;
  declare chatDeeds: ChatDeeds;
  #off: (() => void)[] = [];
  #state = "";

  constructor() {
    super();
    this.tab = "run";
    this.side = "run";
    this.busy = "";
    this.narrow = matchMedia(NARROW).matches;
    new Follows(this, () => this.show);
    new Follows(this, () => this.polls);
    new Follows(this, () => this.chat);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { show, polls, chat } = this;
    const tell: Tell = (said) => (said ? this.#say(said) : this.#toast()?.clear());
    this.actions = new ShowActions(show, tell);
    const ask = (question: Question): Promise<boolean> => this.#ask(question);
    this.pollDeeds = new PollDeeds({ polls, tell, ask, live: () => show.stream.state === "live" });
    this.chatDeeds = new ChatDeeds(chat, tell, ask);
    const wide = matchMedia(NARROW);
    const turned = (): void => void (this.narrow = wide.matches);
    wide.addEventListener("change", turned);
    const others = new BroadcastChannel(`proofcast:line-up:${show.stream.id}`);
    others.addEventListener("message", () => void show.readLineUp());
    this.actions.onLineUp = () => others.postMessage("moved");
    const seen = (): void => {
      if (document.hidden) return;
      void show.readLineUp();
      void show.readBook();
      void polls.read();
    };
    document.addEventListener("visibilitychange", seen);
    const clock = window.setInterval(() => this.requestUpdate(), 1000);
    this.#off = [
      () => wide.removeEventListener("change", turned),
      () => others.close(),
      () => document.removeEventListener("visibilitychange", seen),
      () => clearInterval(clock),
      onShortcuts(() => this.shortcuts),
      () => show.stop(),
      () => polls.stop(),
      () => chat.stop(),
    ];
    void show.start();
    void polls.start();
    void chat.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const off of this.#off.splice(0)) off();
  }

  get shortcuts(): readonly Shortcut[] {
    const front = (): void => {
      const pin = this.show.pins[0];
      if (pin && !pin.id.startsWith("guess_")) void this.actions.unpin(pin);
    };
    return [
      { key: "n", words: "Pin what comes next", act: () => this.#pinNext() },
      { key: "p", words: "Open the next prepared poll", act: () => void this.pollDeeds.openNext() },
      { key: "u", words: "Unpin what is in front", act: front },
      { key: "z", words: "Undo the last step, while its message is shown", act: () => void this.#toast()?.undo() },
      { key: "j", words: "To the next product of the run of show (Enter pins it)", act: () => this.#lineUp()?.focusRow(1) },
      { key: "k", words: "To the product before", act: () => this.#lineUp()?.focusRow(-1) },
      { key: "?", words: "Show these shortcuts", act: () => this.openHelp() },
    ];
  }

  openHelp(): void {
    this.renderRoot.querySelector<ShortcutHelp>("pc-shortcuts")?.open();
  }

  #toast = (): Toast | null => this.renderRoot.querySelector("pc-toast");
  #lineUp = (): LineUpColumn | null => this.renderRoot.querySelector("pc-line-up");

  #say(said: Said): void {
    this.#toast()?.show(said);
  }

  #pinNext(): void {
    const { next, stream } = this.show;
    if (stream.state !== "live") this.#say({ words: "The stream is not live yet." });
    else if (next) void this.actions.pin(next);
    else this.#say({ words: "Nothing comes next: every product of the run of show was shown or is sold out." });
  }

  async #turn(which: "start" | "end"): Promise<void> {
    const { question, deed } = turns[which];
    if (!(await this.#ask(question(this.show)))) return;
    this.busy = which;
    await this.actions[deed]();
    this.busy = "";
  }

  async #ask(question: Question): Promise<boolean> {
    return (await this.renderRoot.querySelector<Ask>("pc-ask")?.ask(question)) ?? false;
  }

  #choose = (part: Part): void => {
    this.tab = part;
    if (part === "run" || part === "polls") this.side = part;
  };

  #phoneTabs() {
    const waiting = this.chat.waiting.length;
    return html`<section class="tab-row" aria-label="Parts of the panel">
      ${tabRow<Part>({
        label: "Parts of the panel",
        tabs: [
          ["run", "Run"],
          ["preview", "Screen"],
          ["polls", "Polls"],
          ["chat", waiting > 0 ? html`Chat ${many(waiting, "waiting for approval")}` : "Chat"],
          ["numbers", "Numbers"],
        ],
        chosen: this.tab,
        choose: this.#choose,
      })}
    </section>`;
  }

  #sideTabs() {
    const { drafts, open } = this.polls;
    const mark = open ? html`<span class="many due">open</span>` : drafts.length > 0 ? many(drafts.length, "prepared") : nothing;
    return tabRow<Part>({
      label: "Run of show and polls",
      tabs: [
        ["run", NAMES.run],
        ["polls", html`${NAMES.polls} ${mark}`],
      ],
      chosen: this.side,
      choose: this.#choose,
    });
  }

  #part(id: Part, content: unknown) {
    const tabbed = this.narrow || id === "run" || id === "polls";
    const off = tabbed && id !== (this.narrow ? this.tab : this.side);
    return html`<div
      class="part ${id} ${off ? "off" : ""}"
      id="part-${id}"
      data-scroller
      role=${tabbed ? "tabpanel" : "region"}
      aria-label=${NAMES[id]}
    >
      ${content}
    </div>`;
  }

  protected override willUpdate(): void {
    // An ended show takes nothing back.
    const { state } = this.show.stream;
    if (state === "ended" && this.#state === "live") this.#toast()?.clear();
    this.#state = state;
  }

  #problem() {
    const { problem, phase } = this.show;
    if (problem === "") return nothing;
    return html`<div class="problem note bad" role="alert" data-pc="show-problem">
      ${icon(CircleAlert)}<span class="grow">${problem}</span>
      ${phase === "failed"
        ? html`<button type="button" class="btn small quiet" @click=${() => this.show.load()}>Try again</button>`
        : nothing}
    </div>`;
  }

  protected override render() {
    const { show, actions, polls, chat } = this;
    const write = (poll?: HostPoll): void => void this.renderRoot.querySelector<PollForm>("pc-poll-form")?.open(poll);
    return html`${header(show, this.narrow, () => this.openHelp())} ${this.narrow ? this.#phoneTabs() : nothing} ${this.#problem()}
      <main>
        <div class="column left">
          ${this.narrow ? nothing : this.#sideTabs()}
          ${this.#part("run", html`<pc-line-up .show=${show} .actions=${actions}></pc-line-up>`)}
          ${this.#part(
            "polls",
            html`<pc-polls
              .polls=${polls}
              .deeds=${this.pollDeeds}
              .clock=${show.clock}
              .state=${show.stream.state}
              .write=${write}
            ></pc-polls>`,
          )}
        </div>
        ${this.#part(
          "preview",
          html`<pc-preview .show=${show} .load=${this.load}></pc-preview>
            <pc-pinned .show=${show} .actions=${actions}></pc-pinned>`,
        )}
        <div class="column right">
          ${this.#part("numbers", html`<pc-living .show=${show}></pc-living>`)}
          ${this.#part(
            "chat",
            html`<pc-chat-column
              .chat=${chat}
              .deeds=${this.chatDeeds}
              .state=${show.stream.state}
              .settings=${() => this.renderRoot.querySelector<ChatSettings>("pc-chat-settings")?.open()}
            ></pc-chat-column>`,
          )}
        </div>
      </main>
      ${primaryBar({
        show,
        busy: this.busy,
        go: () => void this.#turn("start"),
        next: () => this.#pinNext(),
        end: () => void this.#turn("end"),
      })}
      <pc-toast></pc-toast>
      <pc-ask></pc-ask>
      <pc-poll-form .deeds=${this.pollDeeds} ?live=${show.stream.state === "live"}></pc-poll-form>
      <pc-chat-settings .chat=${chat} .deeds=${this.chatDeeds}></pc-chat-settings>
      <pc-shortcuts .shortcuts=${this.shortcuts}></pc-shortcuts>`;
  }
}

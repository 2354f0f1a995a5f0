/** A show while it runs: run of show, preview, living numbers, and one large button for what comes next. */
import { LitElement, html, nothing } from "lit";
import { CircleAlert } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { Follows } from "../ui/follow.js";
import type { Ask } from "../ui/ask.js";
import { panel } from "../ui/styles.js";
import type { Said, Toast } from "../ui/toast.js";
import { ShowActions } from "./actions.js";
import { header } from "./header.js";
import type { ShortcutHelp } from "./help.js";
import { onShortcuts, type Shortcut } from "./keys.js";
import type { LineUpColumn } from "./line_up.js";
import { pageStyles } from "./page_styles.js";
import { primaryBar } from "./primary.js";
import type { Show } from "./state.js";

const TABS = [
  ["run", "Run of show"],
  ["preview", "On screen"],
  ["numbers", "Numbers"],
] as const;
type Tab = (typeof TABS)[number][0];

const NARROW = "(max-width: 959px)";

export class HostShow extends LitElement {
  static override properties = {
    show: { attribute: false },
    load: { attribute: false },
    tab: { state: true },
    narrow: { state: true },
    busy: { state: true },
  };
  static override styles = [base, panel, pageStyles];

  declare show: Show;
  declare load: () => Promise<unknown>;
  declare tab: Tab;
  declare narrow: boolean;
  declare busy: "" | "start" | "end";
  declare actions: ShowActions;
  #off: (() => void)[] = [];
  #state = "";

  constructor() {
    super();
    this.tab = "run";
    this.busy = "";
    this.narrow = matchMedia(NARROW).matches;
    new Follows(this, () => this.show);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { show } = this;
    this.actions = new ShowActions(show, (said) => this.#say(said));
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
    ];
    void show.start();
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

  async #go(): Promise<void> {
    const first = this.show.next;
    const yes = await this.#ask({
      title: "Go live now?",
      words: `Everyone with the link sees “${this.show.stream.title}” at once${first ? `. First in your run of show: ${first.name}` : ""}.`,
      yes: "Go live",
    });
    if (!yes) return;
    this.busy = "start";
    await this.actions.go();
    this.busy = "";
  }

  async #end(): Promise<void> {
    const held = this.show.numbers?.held ?? 0;
    const holding =
      held > 0
        ? ` ${held === 1 ? "One unit is" : `${held} units are`} held right now; whoever holds may still pay until the deadline.`
        : "";
    const yes = await this.#ask({
      title: "End the show?",
      words: `The stream stops for everyone and can't be started again.${holding}`,
      yes: "End show",
      no: "Go on",
      final: true,
    });
    if (!yes) return;
    this.busy = "end";
    await this.actions.end();
    this.busy = "";
  }

  async #ask(question: Parameters<Ask["ask"]>[0]): Promise<boolean> {
    return (await this.renderRoot.querySelector<Ask>("pc-ask")?.ask(question)) ?? false;
  }

  #tabKeys(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = TABS.findIndex(([id]) => id === this.tab);
    this.tab = TABS[(at + step + TABS.length) % TABS.length]?.[0] ?? "run";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus());
  }

  #tabs() {
    return html`<section class="tab-row" aria-label="Parts of the panel">
      <div class="tabs" role="tablist" aria-label="Parts of the panel" @keydown=${this.#tabKeys}>
      ${TABS.map(
        ([id, words]) => html`<button
          type="button"
          role="tab"
          id="tab-${id}"
          data-pc="tab-${id}"
          aria-controls="part-${id}"
          aria-selected=${this.tab === id}
          tabindex=${this.tab === id ? 0 : -1}
          @click=${() => (this.tab = id)}
        >
          ${words}
        </button>`,
      )}
      </div>
    </section>`;
  }

  #part(id: Tab, content: unknown) {
    const off = this.narrow && this.tab !== id;
    return html`<div
      class="part ${id} ${off ? "off" : ""}"
      id="part-${id}"
      data-scroller
      role=${this.narrow ? "tabpanel" : "region"}
      aria-label=${TABS.find(([one]) => one === id)?.[1] ?? ""}
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
    const { show, actions } = this;
    return html`${header(show, this.narrow, () => this.openHelp())} ${this.narrow ? this.#tabs() : nothing} ${this.#problem()}
      <main>
        ${this.#part("run", html`<pc-line-up .show=${show} .actions=${actions}></pc-line-up>`)}
        ${this.#part(
          "preview",
          html`<pc-preview .show=${show} .load=${this.load}></pc-preview>
            <pc-pinned .show=${show} .actions=${actions}></pc-pinned>`,
        )}
        ${this.#part("numbers", html`<pc-living .show=${show}></pc-living>`)}
      </main>
      ${primaryBar({
        show,
        busy: this.busy,
        go: () => void this.#go(),
        next: () => this.#pinNext(),
        end: () => void this.#end(),
      })}
      <pc-toast></pc-toast>
      <pc-ask></pc-ask>
      <pc-shortcuts .shortcuts=${this.shortcuts}></pc-shortcuts>`;
  }
}

/** <pc-stream>: draws a show, and keeps picture, sheet and focus in step with what is drawn. */
import { LitElement, html, nothing, type TemplateResult } from "lit";

import type { FirstLook } from "../embed/element.js";
import { base as baseStyles } from "../ui/base.js";
import { Show } from "./show.js";
import type { ChatMode } from "./side.js";
import { cardStyles } from "./styles/card.js";
import { sheetStyles } from "./styles/sheet.js";
import { sideStyles } from "./styles/side.js";
import { stageStyles } from "./styles/stage.js";
import { stateStyles } from "./styles/states.js";
import { controlsView } from "./views/controls.js";
import { overlayView } from "./views/overlay.js";
import { sheetView } from "./views/sheet.js";
import { chatBodyView, chatPlace, pollPlaceView } from "./views/side.js";
import { skeletonView, stateView } from "./views/states.js";
import { lineView, topView } from "./views/top.js";

/** Where the keyboard goes when the button under it has gone, best first. */
const HEIRS = ["pay", "dismiss", "leave-line", "buy", "wait", "pill", "collapse", "play-pause"];

/** px of the picture from which on a poll stands beside the pin, and covers neither it nor the face in the middle. */
const BOTH_WIDTH = 760;
const BOTH_HEIGHT = 340;

export class PcStream extends LitElement {
  static override styles = [baseStyles, stageStyles, stateStyles, cardStyles, sideStyles, sheetStyles];
  static override properties = {
    stream: {},
    base: {},
    theme: {},
    poster: {},
    preview: { type: Boolean },
    history: {},
    chat: {},
  };

  declare stream: string;
  declare base: string;
  declare theme: string;
  declare poster: string;
  declare preview: boolean;
  /** `off`: Back leaves the page, also while the pay sheet is open. */
  declare history: string;
  /** `open`, `off`; anything else: behind a button. */
  declare chat: string;
  /** What the facade has already been told; used once. */
  first: FirstLook | undefined;

  #show: Show | undefined;
  /** How much room the cards have. */
  readonly #room = new ResizeObserver((entries) => this.#fit(entries.at(-1)));
  #focused: string | undefined;

  constructor() {
    super();
    Object.assign(this, { stream: "", base: "", theme: "", poster: "", preview: false, history: "", chat: "" });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("fullscreenchange", this.#redraw);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("fullscreenchange", this.#redraw);
    this.#room.disconnect();
    this.#show?.stop();
    this.#show = undefined;
  }

  override render(): TemplateResult {
    const show = this.#show;
    if (show === undefined) return html`<div class="stage"><div class="top"></div><div class="view">${skeletonView()}</div></div>`;
    const { player, poster, stream } = show;
    const place = chatPlace(show);
    const over = place === "over" && show.side.shown;
    return html`<div class="show" data-chat=${place}><div class="stage-box"><div class="stage" part="stage" data-pc="stage" data-state=${stream?.state ?? "loading"} data-shape=${player.shape}>
        ${topView(show)}
        <div class="view" ?data-chat-open=${over}>
          ${poster === undefined
            ? nothing
            : html`<img class="backdrop" src=${poster} alt="" /><img class="poster" part="poster" src=${poster} alt="" />`}
          <video part="video" data-pc="video" playsinline ?data-on=${player.started} aria-label=${stream?.title ?? "Stream"}></video>
          ${stateView(show)}
          <div class="foot">
            <div class="cards">
              <div class="overlay" part="overlay">${lineView(show, Date.now())} ${overlayView(show)}</div>
              ${pollPlaceView(show)}
            </div>
            ${controlsView(show)}
          </div>
          ${over ? chatBodyView(show, "over") : nothing}
        </div>
        <p class="sr" aria-live="polite" role="status" data-pc="announcer">${show.narrator.words}</p>
      </div></div>
      ${place === "beside" ? chatBodyView(show, "beside") : nothing}</div>
      ${sheetView(show.sheet)}`;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (["stream", "base", "preview"].some((name) => changed.has(name))) {
      this.#show?.stop();
      this.#show = undefined;
    }
    if (this.#show === undefined && this.stream !== "" && this.isConnected) this.#start();
    this.#show?.side.use(this.#mode);
    const active = this.shadowRoot?.activeElement;
    this.#focused = active instanceof HTMLElement ? active.dataset["pc"] : undefined;
  }

  protected override updated(): void {
    const show = this.#show;
    if (show === undefined) return;
    const root = this.renderRoot;
    const video = root.querySelector("video");
    if (video !== null) show.player.attach(video);
    if (show.failure !== undefined) show.player.close();
    else if (show.stream !== undefined) show.player.show(show.stream);
    // Set by script and not by a style attribute, which the embedding page's policy may forbid.
    const bar = root.querySelector<HTMLElement>(".bar i");
    if (bar !== null && show.hold.phase === "held") {
      bar.style.setProperty("--left", String(Math.min(1, show.holdLeft / show.hold.span)));
    }
    // Watching what is watched already changes nothing.
    const foot = root.querySelector(".foot");
    if (foot !== null) this.#room.observe(foot);
    const dialog = root.querySelector<HTMLDialogElement>("dialog.sheet");
    if (show.sheet.open && dialog !== null && !dialog.open) dialog.showModal();
    if (!show.sheet.open && dialog?.open) dialog.close();
    const frame = root.querySelector("iframe");
    if (frame !== null) show.sheet.bind(frame);
    this.#keepFocus(show);
    show.drawn();
  }

  #start(): void {
    const { stream, base, theme, poster, preview } = this;
    const history = this.history !== "off";
    const redraw = this.#redraw;
    const { first } = this;
    this.first = undefined;
    const chat = this.#mode;
    this.#show = new Show({ stream, base, theme, poster, preview, history, chat, target: this, first, redraw });
    this.#show.start();
  }

  get #mode(): ChatMode {
    return this.chat === "open" || this.chat === "off" ? this.chat : "closed";
  }

  #fit(entry: ResizeObserverEntry | undefined): void {
    const voting = this.#show?.voting;
    if (entry === undefined || voting === undefined) return;
    const { width, height } = entry.contentRect;
    const roomy = width >= BOTH_WIDTH && height >= BOTH_HEIGHT;
    if (roomy === voting.roomy) return;
    voting.roomy = roomy;
    this.requestUpdate();
  }

  /** A card that changes under the viewer's hand must not drop the keyboard: its next button takes over. */
  #keepFocus(show: Show): void {
    const gone = this.#focused !== undefined && this.shadowRoot?.activeElement === null;
    if (!gone || show.sheet.open) return;
    const heirs = this.#focused === "chat" ? ["chat-toggle"] : HEIRS;
    const heir = heirs.map((hook) => this.renderRoot.querySelector<HTMLElement>(`[data-pc="${hook}"]`)).find(Boolean);
    heir?.focus({ preventScroll: true });
  }

  readonly #redraw = (): void => this.requestUpdate();
}

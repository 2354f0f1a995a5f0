/**
 * <proofcast-stream>: a facade that costs a few kB. It shows the poster at once, fetches the whole element when the place
 * comes near the screen (or on a click), and puts it inside itself. It says loudly what stands in the way.
 */
import { tokensText } from "../ui/tokens-text.js";
import type { Room } from "../wire/protocol.gen.js";
import { facadeText } from "./facade-css.js";
import { loadStream, reach, whyNotLoaded } from "./reach.js";
import { badBase, noStream, shout, watchPolicy, type Trouble } from "./trouble.js";

export const TAG = "proofcast-stream";

const PARTS = [
  ..."stage video poster top title disclosure live viewers state play offline overlay controls sound fullscreen".split(" "),
  ..."card picture name price stock variant buy hold countdown bar pay let-go more-time".split(" "),
  ..."notice collapse pill chips chip sheet poll poll-option poll-pill chat chat-toggle reactions".split(" "),
];
/** Handed on to the inner element as they are. */
const HANDED = ["theme", "poster", "preview", "history", "chat"];
const NEAR = "400px";
const LONGEST_PAUSE_MS = 30_000;

/** The room as the facade saw it, with the page's times around the question; the element need not ask again. */
export interface FirstLook {
  room: Room;
  sent: number;
  received: number;
}

let home = "";
let sheet: CSSStyleSheet | undefined;

/** Defines the tag once per page, however often a script of ours is loaded. `origin`: where the server is. */
export function defineTag(origin: string): void {
  if (customElements.get(TAG) !== undefined) return;
  home = origin;
  watchPolicy();
  customElements.define(TAG, ProofcastStream);
}

export class ProofcastStream extends HTMLElement {
  static observedAttributes = ["stream", "base", "load", ...HANDED];

  /** What stands in the way, for `diagnose`. */
  trouble: Trouble | undefined;
  #inner: HTMLElement | undefined;
  #first: FirstLook | undefined;
  #box: HTMLElement | undefined;
  #watcher: IntersectionObserver | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = 2_000;
  #wanted = false;
  #run = 0;

  get stream(): string {
    return this.getAttribute("stream") ?? "";
  }
  set stream(value: string) {
    this.setAttribute("stream", value);
  }
  get theme(): string {
    return this.getAttribute("theme") ?? "";
  }
  set theme(value: string) {
    if (value === "") this.removeAttribute("theme");
    else this.setAttribute("theme", value);
  }
  /** The server's origin: the attribute, else where the script came from. */
  get base(): string {
    return (this.getAttribute("base") ?? home).replace(/\/+$/, "");
  }
  set base(value: string) {
    this.setAttribute("base", value);
  }

  connectedCallback(): void {
    if (this.shadowRoot === null) dress(this.attachShadow({ mode: "open" }));
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#end();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected || this.shadowRoot === null) return;
    if (HANDED.includes(name)) this.#handOn(name);
    else this.#begin();
  }

  #begin(): void {
    this.#end();
    const run = (this.#run += 1);
    this.#draw("");
    if (this.stream === "") {
      // A page may set the attribute a moment after the tag.
      this.#timer = setTimeout(() => this.#fail(noStream()), 1_000);
      return;
    }
    if (!/^https?:\/\/[^/]+$/.test(this.base)) {
      this.#fail(badBase(this.base));
      return;
    }
    this.#wanted = false;
    void this.#ask(run);
    if (this.getAttribute("load") === "click") return;
    this.#watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void this.#load(run);
      },
      { rootMargin: NEAR },
    );
    this.#watcher.observe(this);
  }

  #end(): void {
    this.#run += 1;
    clearTimeout(this.#timer);
    this.#watcher?.disconnect();
    this.#inner?.remove();
    this.#inner = undefined;
    this.#first = undefined;
    this.trouble = undefined;
  }

  /** What the place shows until the element is there: poster and title, as soon as the server has told them. */
  async #ask(run: number): Promise<void> {
    const poster = this.getAttribute("poster");
    if (poster !== null) this.#face(null, poster);
    const sent = performance.now();
    const reached = await reach(this.base, this.stream);
    if (run !== this.#run) return;
    if ("trouble" in reached) {
      this.#fail(reached.trouble);
      return;
    }
    this.#pause = 2_000;
    this.trouble = undefined;
    this.#first = { room: reached.room, sent, received: performance.now() };
    const { stream } = reached.room.snapshot;
    const address = stream.poster_url;
    this.#face(reached.room, address === null ? poster : new URL(address, this.base).href);
    if (this.#wanted) void this.#load(run);
  }

  async #load(run: number): Promise<void> {
    this.#wanted = true;
    if (this.#inner !== undefined || (this.trouble !== undefined && !this.trouble.again)) return;
    try {
      await loadStream(this.base);
    } catch {
      if (run === this.#run) this.#fail(await whyNotLoaded(this.base));
      return;
    }
    // The server's first answer goes in with the element; when it comes later, it calls here again.
    if (run !== this.#run || this.#inner !== undefined || this.#first === undefined) return;
    this.#watcher?.disconnect();
    clearTimeout(this.#timer);
    this.trouble = undefined;
    const inner = document.createElement("pc-stream") as HTMLElement & { first?: FirstLook };
    this.#inner = inner;
    inner.first = this.#first;
    inner.setAttribute("base", this.base);
    inner.setAttribute("stream", this.stream);
    inner.setAttribute("exportparts", PARTS.join(","));
    for (const name of HANDED) this.#handOn(name);
    this.#box?.remove();
    this.shadowRoot?.append(inner);
  }

  #handOn(name: string): void {
    const value = this.getAttribute(name);
    if (value === null) this.#inner?.removeAttribute(name);
    else this.#inner?.setAttribute(name, value);
  }

  #draw(markup: string): HTMLElement {
    const box = document.createElement("div");
    box.className = "facade";
    box.innerHTML = `<div class="box"><div class="top"></div><div class="view">${markup}</div></div>`;
    this.#box?.remove();
    this.#box = box;
    this.shadowRoot?.append(box);
    return box;
  }

  #face(room: Room | null, poster: string | null): void {
    const box = this.#draw("");
    const view = box.querySelector(".view");
    if (poster !== null) {
      const image = new Image();
      image.alt = "";
      image.src = poster;
      view?.append(image);
    }
    if (room !== null) {
      const { title, maker, disclosure } = room.snapshot.stream;
      const name = document.createElement("strong");
      name.textContent = title;
      box.querySelector(".top")?.append(name, [maker, disclosure].filter(Boolean).join(" · "));
    }
    if (this.getAttribute("load") !== "click" || this.#wanted) return;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset["pc"] = "load";
    const live = room?.snapshot.stream.state === "live";
    button.innerHTML = `<svg width="20" height="20" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="M7 4v16l13-8z"/></svg>`;
    button.append(live ? "Watch live" : "Open the stream");
    button.addEventListener("click", () => {
      button.textContent = "Loading…";
      void this.#load(this.#run);
    });
    view?.append(button);
  }

  #fail(trouble: Trouble): void {
    if (this.trouble?.code !== trouble.code) shout(trouble, this);
    this.trouble = trouble;
    const box = this.#draw(`<div class="trouble" role="status" data-pc="trouble"><b></b><p></p></div>`);
    box.querySelector("b")?.append(trouble.said);
    if (!trouble.again) box.querySelector("p")?.append(trouble.mend);
    const { code, said: message, again: retryable } = trouble;
    const detail = { stream: this.stream, code, message, retryable };
    this.dispatchEvent(new CustomEvent("proofcast:error", { detail, bubbles: true, composed: true }));
    if (!trouble.again) return;
    const run = this.#run;
    this.#timer = setTimeout(() => {
      if (run === this.#run) void this.#ask(run);
    }, this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }
}

function dress(root: ShadowRoot): void {
  try {
    if (sheet === undefined) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(tokensText + facadeText);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    // A browser before constructable sheets; there a strict style-src would keep this one out.
    const style = document.createElement("style");
    style.textContent = tokensText + facadeText;
    root.append(style);
  }
}

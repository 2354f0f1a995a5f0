/**
 * <pc-reactions>: five reactions, in a row where there is room and behind one button where there is not. What the room
 * reacts rises over the picture as a few icons; where nothing shall move, it is counted instead.
 */
import { LitElement, html, nothing, render, type TemplateResult } from "lit";
import FaceGrinning from "lucide/dist/esm/icons/face-grinning.mjs";
import Flame from "lucide/dist/esm/icons/flame.mjs";
import Heart from "lucide/dist/esm/icons/heart.mjs";
import Sparkles from "lucide/dist/esm/icons/sparkles.mjs";
import ThumbsUp from "lucide/dist/esm/icons/thumbs-up.mjs";
import X from "lucide/dist/esm/icons/x.mjs";

import { base } from "../../ui/base.js";
import { type IconNode, icon } from "../../ui/icons.js";
import { REACTIONS, type Reaction, Reactions } from "../../wire/reactions.js";
import type { Session } from "../session.js";
import { reactionStyles } from "./styles.js";

const FACES: Record<Reaction, { sign: IconNode; word: string }> = {
  heart: { sign: Heart, word: "Love it" },
  clap: { sign: ThumbsUp, word: "Applause" },
  fire: { sign: Flame, word: "Fire" },
  laugh: { sign: FaceGrinning, word: "Funny" },
  wow: { sign: Sparkles, word: "Wow" },
};

/** More would hide the picture, and cost phones their battery. */
const MOST_FLOATING = 12;
const MOST_A_BATCH = 4;
const COUNTED_MS = 4_000;

export class PcReactions extends LitElement {
  static override styles = [base, reactionStyles];
  static override properties = { session: { attribute: false }, say: { attribute: false } };

  declare session: Session;
  /** Words for the screen reader, and for who looks. */
  declare say: (words: string) => void;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  /** What came just now, where nothing may move. */
  readonly #counts = new Map<Reaction, number>();
  #reactions: Reactions | undefined;
  #barOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#reactions?.stop();
    this.#reactions = undefined;
  }

  override render(): TemplateResult {
    const total = [...this.#counts.values()].reduce((sum, one) => sum + one, 0);
    const open = this.#barOpen;
    return html`<span class="here"><span class="sky" aria-hidden="true" data-pc="sky"></span></span>
      <button class="toggle" data-pc="react-toggle" aria-label="React" aria-expanded=${open} @click=${() => this.#open(!open)}>
        ${icon(Heart)}${total > 0 && !open ? badge(total) : nothing}
      </button>
      <div class="bar" ?data-open=${open} role="group" aria-label="React" @keydown=${this.#escape}>
        ${REACTIONS.map((reaction) => {
          const { sign, word } = FACES[reaction];
          const count = this.#counts.get(reaction) ?? 0;
          return html`<button data-pc=${`react-${reaction}`} aria-label=${word} title=${word} @click=${() => this.#send(reaction)}>
            ${icon(sign)}${count > 0 ? badge(count) : nothing}
          </button>`;
        })}
        <button class="close" data-pc="react-close" aria-label="Close the reactions" @click=${() => this.#shut()}>${icon(X)}</button>
      </div>`;
  }

  protected override updated(): void {
    if (this.#reactions !== undefined || !this.isConnected) return;
    const { client, stream } = this.session;
    this.#reactions = new Reactions({
      client,
      stream,
      onCame: (reaction, count) => this.#came(reaction, count),
      onRefused: () => this.say("Reactions are not taken now."),
    });
    this.#reactions.start();
  }

  #open(yes: boolean): void {
    this.#barOpen = yes;
    this.requestUpdate();
  }

  #send(reaction: Reaction): void {
    void this.#reactions?.send(reaction, performance.now());
  }

  #came(reaction: Reaction, count: number): void {
    if (this.#still.matches) this.#tally(reaction, count);
    else for (let one = 0; one < Math.min(count, MOST_A_BATCH); one += 1) this.#float(reaction, one);
  }

  #tally(reaction: Reaction, count: number): void {
    this.#counts.set(reaction, (this.#counts.get(reaction) ?? 0) + count);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#counts.clear();
      this.requestUpdate();
    }, COUNTED_MS);
    this.requestUpdate();
  }

  #float(reaction: Reaction, place: number): void {
    const sky = this.renderRoot.querySelector<HTMLElement>(".sky");
    if (sky === null || document.hidden || sky.childElementCount >= MOST_FLOATING) return;
    const one = document.createElement("span");
    one.dataset["reaction"] = reaction;
    one.style.setProperty("--x", `${Math.round(Math.random() * 64)}px`);
    one.style.setProperty("--late", `${place * 90}ms`);
    render(icon(FACES[reaction].sign, 28), one);
    one.addEventListener("animationend", () => one.remove());
    sky.append(one);
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.#barOpen) this.#shut();
  };

  #shut(): void {
    this.#open(false);
    this.renderRoot.querySelector<HTMLElement>(".toggle")?.focus();
  }
}

function badge(count: number): TemplateResult {
  return html`<span class="badge num" data-pc="react-count">${count > 99 ? "99+" : count}</span>`;
}

if (customElements.get("pc-reactions") === undefined) customElements.define("pc-reactions", PcReactions);

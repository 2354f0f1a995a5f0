/** <pc-poll>: the poll on the screen, as a card or a pill. Drawn by the stage; the facts are in its Voting. */
import { LitElement, type TemplateResult } from "lit";

import { base } from "../../ui/base.js";
import { cardStyles } from "../styles/card.js";
import type { Voting } from "../voting.js";
import { pollStyles } from "./styles.js";
import { cardView, pillView } from "./view.js";

export { resultWords, voteErrorWords } from "./words.js";

/** Where the keyboard goes when the button under it has gone, best first. */
const HEIRS = ["poll-option", "poll-pill", "poll-collapse"];

export class PcPoll extends LitElement {
  static override styles = [base, cardStyles, pollStyles];
  /** `at`: when the stage was drawn. The poll goes by the clock, and moves without any of the others changing. */
  static override properties = { voting: { attribute: false }, open: { type: Boolean, reflect: true }, at: { attribute: false } };

  declare voting: Voting;
  declare open: boolean;
  declare at: number;
  #focused = false;

  override render(): TemplateResult | undefined {
    const { poll } = this.voting;
    if (poll === null) return undefined;
    return this.open ? cardView(this.voting, poll) : pillView(this.voting, poll);
  }

  protected override willUpdate(): void {
    this.#focused = (this.shadowRoot?.activeElement ?? null) !== null;
  }

  protected override updated(): void {
    // Set by script and not by a style attribute, which the embedding page's policy may forbid.
    for (const option of this.renderRoot.querySelectorAll<HTMLElement>(".option")) {
      option.style.setProperty("--share", option.dataset["share"] ?? "0");
    }
    if (!this.#focused || this.shadowRoot?.activeElement !== null) return;
    const heir = HEIRS.map((hook) => this.renderRoot.querySelector<HTMLElement>(`[data-pc="${hook}"]`)).find(Boolean);
    heir?.focus({ preventScroll: true });
  }
}

if (customElements.get("pc-poll") === undefined) customElements.define("pc-poll", PcPoll);

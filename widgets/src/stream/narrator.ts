/** What a screen reader is told, politely, through the stage's one live region. Only what the viewer could not expect. */
import { money } from "../ui/money.js";
import { spokenMinutes } from "../ui/time.js";
import { stockWords } from "../ui/words.js";
import { MORE_TIME_MS, overNotice } from "./views/hold.js";
import type { Stage } from "./views/stage.js";

export class Narrator {
  words = "";
  readonly #redraw: () => void;
  #pin = "";
  #phase = "none";
  #line = "open";
  #offered = "";

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  say(words: string): void {
    // The same words twice are read once only; a space that is heard by nobody makes them new.
    this.words = words === this.words ? `${words}\u00a0` : words;
    this.#redraw();
  }

  /** Compares what is on the screen with what was last told. */
  look(stage: Stage): void {
    const { front, hold, line } = stage;
    const phase = hold.phase === "held" ? hold.hold.id : hold.phase;
    if (phase !== this.#phase) {
      this.#phase = phase;
      // An offer is told by the stage, with the time until which it stands.
      if (hold.phase === "held" && !hold.offered) {
        const left = hold.hold.deadline - stage.serverNow;
        this.say(`Held for you: ${hold.item.name}, for ${spokenMinutes(left)}. You can pay now or let it go.`);
      } else if (hold.phase === "over") this.say(overNotice(hold, stage.left(hold.item.variant)).words);
    }
    if (front !== undefined && front.id !== this.#pin && hold.phase === "none") {
      const first = this.#pin === "";
      this.#pin = front.id;
      const variant = stage.chosen(front);
      const left = variant === undefined ? undefined : stage.left(variant.id);
      const price = variant === undefined ? "" : money(variant.price, front.product.currency);
      if (!first || this.words === "") this.say(`Now shown: ${front.product.name}, ${price}, ${stockWords(left)}`);
    }
    const down = line.state === "lost" || line.state === "refused";
    if (down && this.#line === "open") this.#line = "down";
    else if (line.state === "open" && this.#line === "told") {
      this.#line = "open";
      this.say("The connection is back.");
    } else if (line.state === "open") this.#line = "open";
  }

  /** Called by the tick; true when the offer of more time has just become due. */
  countdown(left: number, stage: Stage): boolean {
    const { hold, line } = stage;
    if (this.#line === "down" && line.since > 0 && Date.now() - line.since > 2_500) {
      this.#line = "told";
      this.say("The connection is lost. Trying again.");
    }
    if (hold.phase !== "held" || left > MORE_TIME_MS || left <= 0) return false;
    const offer = `${hold.hold.id} ${hold.hold.deadline}`;
    if (offer === this.#offered) return false;
    this.#offered = offer;
    this.say(`${spokenMinutes(left)} left.${hold.hold.extensions_left > 0 ? " You can ask for more time." : ""}`);
    return true;
  }
}

/** Turns what the viewer sees and does into touches for the report, and into events for the embedding page. */
import { tell } from "./events.js";
import type { Show } from "./show.js";
import { Dwell, Sight } from "./sight.js";

const VIEW_MS = 3_000;
const IMPRESSION_MS = 1_000;

export class Watcher {
  readonly #show: Show;
  readonly #sight: Sight;
  readonly #view = new Dwell();
  readonly #impression = new Dwell();
  #ready = false;
  #state = "";
  #pins = new Set<string>();
  #hold = "none";
  #failure = "";

  constructor(show: Show) {
    this.#show = show;
    this.#sight = new Sight(show.options.target, () => this.look());
  }

  start(): void {
    this.#sight.start();
    addEventListener("pagehide", this.#leave);
  }

  stop(): void {
    this.#sight.stop();
    this.#view.stop();
    this.#impression.stop();
    removeEventListener("pagehide", this.#leave);
  }

  clicked(pin: string): void {
    const product = this.#show.pins.find((one) => one.id === pin)?.product.id;
    if (product !== undefined) this.#touch("click", { pin, product });
  }

  /** After each drawing. */
  look(): void {
    const show = this.#show;
    const { player, front, hold } = show;
    const playing = this.#sight.visible && player.started && !player.paused && !player.waiting;
    this.#view.watch("view", playing, VIEW_MS, () => this.#touch("view", {}, "view"));
    const seen = this.#sight.visible && front !== undefined && !show.collapsed && hold.phase !== "held";
    const pin = front?.id ?? "";
    const product = front?.product.id ?? "";
    this.#impression.watch(pin, seen, IMPRESSION_MS, () => {
      this.#touch("impression", { pin, product }, `impression ${pin}`);
    });
    this.#tellChanges();
  }

  #touch(kind: "view" | "impression" | "click", about: { pin?: string; product?: string }, once?: string): void {
    const { session, stream, player, preview } = this.#show;
    if (preview || stream === undefined || stream.state === "scheduled") return;
    const media = player.mediaNow();
    const at = media === null || stream.started_at === null ? null : Math.max(0, Math.round(media - stream.started_at));
    const channel = stream.state === "live" ? "live" : "replay";
    session.touches.add({ kind, channel, ...about, ...(at === null ? {} : { media_time: at }) }, once);
  }

  #tellChanges(): void {
    const { stream, pins, hold, failure, options } = this.#show;
    const { target, stream: name } = options;
    if (failure !== undefined && failure.code !== this.#failure) {
      const { code, message, retryable } = failure;
      if (!retryable) console.error(`Proofcast (${code}): ${message} Proofcast.diagnose() says more.`, target);
      tell(target, "proofcast:error", { stream: name, code, message, retryable });
    }
    this.#failure = failure?.code ?? "";
    if (stream === undefined) return;
    if (!this.#ready) tell(target, "proofcast:ready", { stream: name });
    this.#ready = true;
    if (stream.state !== this.#state) tell(target, "proofcast:state", { stream: name, state: stream.state });
    this.#state = stream.state;
    const before = this.#pins;
    this.#pins = new Set(pins.map((pin) => pin.id));
    for (const pin of pins) if (!before.has(pin.id)) tell(target, "proofcast:pin-shown", { stream: name, pin });
    for (const pin of before) if (!this.#pins.has(pin)) tell(target, "proofcast:pin-hidden", { stream: name, pin });
    const phase = hold.phase === "held" ? hold.hold.id : hold.phase;
    if (phase === this.#hold) return;
    this.#hold = phase;
    if (hold.phase === "held") {
      const { id, deadline } = hold.hold;
      tell(target, "proofcast:hold", { stream: name, hold: id, deadline, item: hold.item });
    } else if (hold.phase === "over") {
      this.#show.sheet.tellEnded(hold.reason);
      tell(target, "proofcast:hold-ended", { stream: name, reason: hold.reason, item: hold.item });
    }
  }

  readonly #leave = (): void => this.#show.session.touches.leave();
}

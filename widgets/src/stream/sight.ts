/** What the viewer really sees: half of the stage on the screen, in a tab in front. Feeds views and impressions. */

export class Sight {
  visible = false;
  readonly #target: Element;
  readonly #onChange: () => void;
  readonly #watcher: IntersectionObserver;
  #half = false;

  constructor(target: Element, onChange: () => void) {
    this.#target = target;
    this.#onChange = onChange;
    this.#watcher = new IntersectionObserver(
      (entries) => {
        this.#half = (entries.at(-1)?.intersectionRatio ?? 0) >= 0.5;
        this.#look();
      },
      { threshold: [0, 0.5, 1] },
    );
  }

  start(): void {
    this.#watcher.observe(this.#target);
    document.addEventListener("visibilitychange", this.#look);
  }

  stop(): void {
    this.#watcher.disconnect();
    document.removeEventListener("visibilitychange", this.#look);
  }

  readonly #look = (): void => {
    const visible = this.#half && document.visibilityState === "visible";
    if (visible === this.visible) return;
    this.visible = visible;
    this.#onChange();
  };
}

/** Fires once when a thing stayed true for long enough without a break. */
export class Dwell {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #key = "";

  /** `key` names the thing; another key, or `false`, begins anew. */
  watch(key: string, holds: boolean, ms: number, reached: () => void): void {
    if (holds && key === this.#key) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#key = holds ? key : "";
    if (holds) this.#timer = setTimeout(reached, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#key = "";
  }
}

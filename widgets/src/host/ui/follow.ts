/** An element that draws itself anew whenever the thing it follows changes, at most once a frame (Lit's own batching). */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export interface Followed {
  follow(listener: () => void): () => void;
}

export class Follows implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #what: () => Followed;
  #off: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, what: () => Followed) {
    this.#host = host;
    this.#what = what;
    host.addController(this);
  }

  hostConnected(): void {
    this.#off = this.#what().follow(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#off?.();
  }
}

/** Back closes the sheet instead of leaving the page: one entry of ours in the history while the sheet is open. */

export class BackButton {
  readonly #pressed: () => void;
  #mark = "";

  constructor(pressed: () => void) {
    this.#pressed = pressed;
  }

  /** The page's own state stays in the entry: a router that looks at it finds what it put there. */
  arm(): void {
    if (this.#mark !== "") return;
    this.#mark = `pc-${Date.now()}`;
    const state: unknown = history.state;
    const kept = typeof state === "object" && state !== null ? state : {};
    history.pushState({ ...kept, proofcast: this.#mark }, "");
    addEventListener("popstate", this.#popped);
  }

  /** The sheet was closed by other means: take our entry away again. */
  disarm(): void {
    if (this.#mark === "") return;
    removeEventListener("popstate", this.#popped);
    const state = history.state as { proofcast?: string } | null;
    if (state?.proofcast === this.#mark) history.back();
    this.#mark = "";
  }

  readonly #popped = (): void => {
    removeEventListener("popstate", this.#popped);
    this.#mark = "";
    this.#pressed();
  };
}

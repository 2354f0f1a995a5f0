/** A word before the page's title while nobody looks at the page: seen in the row of tabs, and gone when the viewer is back. */

export class TitleCue {
  #sign = "";

  show(words: string): void {
    if (document.visibilityState === "visible") return;
    this.clear();
    this.#sign = `${words} – `;
    document.title = this.#sign + document.title;
    document.addEventListener("visibilitychange", this.clear);
  }

  /** The page may have changed its title meanwhile: then there is nothing of ours in it. */
  readonly clear = (): void => {
    if (this.#sign === "") return;
    document.removeEventListener("visibilitychange", this.clear);
    if (document.title.startsWith(this.#sign)) document.title = document.title.slice(this.#sign.length);
    this.#sign = "";
  };
}

/** A part of the page that is fetched when it is first needed. Until then the stream does without. */

export class Lazy<Part> {
  part: Part | undefined;
  /** It could not be fetched. */
  failed = false;
  readonly #fetch: () => Promise<Part>;
  readonly #onChange: () => void;
  #asked = false;

  constructor(fetch: () => Promise<Part>, onChange: () => void) {
    this.#fetch = fetch;
    this.#onChange = onChange;
  }

  /** Once; again only after a failure. */
  load(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.failed = false;
    void this.#fetch()
      .then((part) => (this.part = part))
      .catch(() => {
        this.failed = true;
        this.#asked = false;
      })
      .finally(this.#onChange);
  }
}

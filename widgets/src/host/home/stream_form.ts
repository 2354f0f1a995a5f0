/** Creating a stream, and changing one that has not begun. */
import { LitElement, css, html, nothing } from "lit";
import { CircleAlert, X } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import type { StreamView } from "../../wire/protocol.gen.js";
import type { HostCalls } from "../calls.js";
import { forInput } from "../format.js";
import { say } from "../words.js";
import { choice } from "../ui/choice.js";
import { dialogs } from "../ui/dialog_styles.js";
import { fields } from "../ui/field_styles.js";
import { panel } from "../ui/styles.js";
import { guessKind } from "./source.js";
import { DISCLOSURES, streamOf, streamWrong, type StreamDraft, type StreamWrong as Wrong } from "./stream_draft.js";

const OTHER = "other";

export class StreamForm extends LitElement {
  static override properties = {
    calls: { attribute: false },
    stream: { state: true },
    wrong: { state: true },
    problem: { state: true },
    busy: { state: true },
    kind: { state: true },
    chosen: { state: true },
    disclosure: { state: true },
  };
  static override styles = [
    base,
    panel,
    fields,
    dialogs,
    css`
      form {
        display: contents;
      }
      fieldset {
        display: grid;
        gap: var(--pc-space-2);
        min-width: 0;
      }
    `,
  ];

  declare calls: HostCalls;
  declare stream: StreamView | null;
  declare wrong: Wrong;
  declare problem: string;
  declare busy: boolean;
  /** The kind guessed from the address, or chosen against it. */
  declare kind: "file" | "hls";
  declare chosen: boolean;
  declare disclosure: string;

  constructor() {
    super();
    this.#reset(null);
  }

  #reset(stream: StreamView | null): void {
    this.stream = stream;
    this.wrong = {};
    this.problem = "";
    this.busy = false;
    this.kind = stream?.source_kind ?? "file";
    this.chosen = stream !== null;
    const said = stream?.disclosure ?? "own product";
    this.disclosure = said === "" || (DISCLOSURES as readonly string[]).includes(said) ? said : OTHER;
  }

  async open(stream: StreamView | null): Promise<void> {
    this.#reset(stream);
    await this.updateComplete;
    const set = (name: string, value: string): void => {
      const input = this.#input(name);
      if (input) input.value = value;
    };
    set("title", stream?.title ?? "");
    set("source", stream?.source_url ?? "");
    set("starts", stream?.starts_at ? forInput(stream.starts_at) : "");
    set("poster", stream?.poster_url ?? "");
    await this.#setOther(stream?.disclosure ?? "");
    this.renderRoot.querySelector("dialog")?.showModal();
    this.#input("title")?.focus();
  }

  async #setOther(text: string): Promise<void> {
    await this.updateComplete;
    const input = this.#input("other");
    if (input) input.value = text;
  }

  #input = (name: string): HTMLInputElement | null => this.renderRoot.querySelector(`input[name="${name}"]`);
  #text = (name: string): string => this.#input(name)?.value.trim() ?? "";
  #close = (): void => this.renderRoot.querySelector("dialog")?.close();

  #typed(name: keyof Wrong): void {
    this.wrong = { ...this.wrong, [name]: "" };
    if (name === "source" && !this.chosen) this.kind = guessKind(this.#text("source"));
  }

  #draft(): StreamDraft {
    return {
      title: this.#text("title"),
      source: this.#text("source"),
      kind: this.kind,
      disclosure: this.disclosure === OTHER ? this.#text("other") : this.disclosure,
      ownWords: this.disclosure === OTHER,
      poster: this.#text("poster"),
      starts: this.#text("starts"),
      startsBroken: this.#input("starts")?.validity.badInput ?? false,
    };
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    const draft = this.#draft();
    this.wrong = streamWrong(draft);
    this.problem = "";
    if (Object.keys(this.wrong).length > 0) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
      return;
    }
    this.busy = true;
    const before = this.stream;
    try {
      const made = streamOf(draft);
      const stream = await (before ? this.calls.changeStream(before.id, made) : this.calls.createStream(made));
      this.#close();
      this.dispatchEvent(new CustomEvent("kept", { detail: stream }));
    } catch (error) {
      this.problem = say(error, before ? "The stream was not changed" : "The stream was not created");
    } finally {
      this.busy = false;
    }
  };

  #wrongWords(name: keyof Wrong) {
    const words = this.wrong[name];
    return html`<span class="wrong" id="${name}-wrong">${words ? html`${icon(CircleAlert, 16)}${words}` : nothing}</span>`;
  }

  #field(name: keyof Wrong, label: unknown, help: unknown, more: { type?: string; placeholder?: string } = {}) {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input
        id=${name}
        name=${name}
        type=${more.type ?? "text"}
        placeholder=${more.placeholder ?? ""}
        autocomplete="off"
        data-pc="stream-${name}"
        aria-invalid=${this.wrong[name] ? "true" : "false"}
        aria-describedby="${name}-help ${name}-wrong"
        @input=${() => this.#typed(name)}
      />
      ${this.#wrongWords(name)}
      ${help ? html`<span class="help" id="${name}-help">${help}</span>` : nothing}
    </div>`;
  }

  #kinds() {
    const choose = (value: string): void => {
      this.kind = value as "file" | "hls";
      this.chosen = true;
    };
    return html`<fieldset>
      <legend>What is at that address?</legend>
      <div class="choices">
        ${choice("kind", "file", "Video file", this.kind, choose)}
        ${choice("kind", "hls", "HLS stream", this.kind, choose)}
      </div>
      <span class="help">
        ${this.chosen ? "" : "Guessed from the ending. "}${this.kind === "file"
          ? "A file is played in a loop while you are live."
          : "The picture comes as your encoder sends it."}
      </span>
    </fieldset>`;
  }

  #disclosures() {
    const choose = (value: string): void => {
      this.disclosure = value;
      this.wrong = { ...this.wrong, disclosure: "" };
    };
    const [own, sponsored, gifted] = DISCLOSURES;
    return html`<fieldset>
      <legend>Disclosure</legend>
      <div class="choices">
        ${choice("disclosure", own, "Own product", this.disclosure, choose)}
        ${choice("disclosure", sponsored, "Sponsored", this.disclosure, choose)}
        ${choice("disclosure", gifted, "Gifted", this.disclosure, choose)}
        ${choice("disclosure", "", "None", this.disclosure, choose)}
        ${choice("disclosure", OTHER, "In my words", this.disclosure, choose)}
      </div>
      ${this.disclosure === OTHER
        ? html`<input
            name="other"
            maxlength="200"
            aria-label="Disclosure in your words"
            data-pc="stream-disclosure-text"
            aria-invalid=${this.wrong.disclosure ? "true" : "false"}
            aria-describedby="disclosure-wrong"
          />`
        : nothing}
      ${this.#wrongWords("disclosure")}
      <span class="help">Viewers see it beside the title, all the time.</span>
    </fieldset>`;
  }

  protected override render() {
    const optional = html`<span class="optional">(optional)</span>`;
    return html`<dialog aria-labelledby="heading" data-pc="stream-form">
      <form novalidate @submit=${this.#submit}>
        <div class="head">
          <h2 id="heading">${this.stream ? "Change the stream" : "New stream"}</h2>
          <button type="button" class="btn icon-only" aria-label="Close" @click=${this.#close}>${icon(X)}</button>
        </div>
        <div class="body">
          ${this.#field("title", "Title", "", { placeholder: "Three vetivers, one blotter" })}
          ${this.#field("source", "Address of the picture", "A video file (.mp4, .webm) or an HLS address (.m3u8).", {
            placeholder: "https://…/show.m3u8",
          })}
          ${this.#kinds()} ${this.#disclosures()}
          ${this.#field("starts", html`Starts at ${optional}`, "Shown to viewers who come early. It does not start by itself.", {
            type: "datetime-local",
          })}
          ${this.#field("poster", html`Poster ${optional}`, "The picture that is shown before the video plays.", {
            placeholder: "https://…/poster.jpg",
          })}
          ${this.problem
            ? html`<p class="note bad" role="alert" data-pc="stream-form-error">${icon(CircleAlert)}<span>${this.problem}</span></p>`
            : nothing}
        </div>
        <div class="foot">
          <button type="button" class="btn quiet" @click=${this.#close}>Cancel</button>
          <button type="submit" class="btn primary" data-pc="stream-save" ?data-busy=${this.busy}>
            ${this.busy ? "Saving…" : this.stream ? "Save" : "Create stream"}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}

/** Middle: the stream as a viewer sees it now, by the viewer's own element, with how far the picture is behind. */
import { LitElement, css, html } from "lit";
import { CircleAlert, RefreshCw } from "lucide";
import { base } from "../../ui/base.js";
import { icon } from "../../ui/icons.js";
import { Follows } from "../ui/follow.js";
import { panel } from "../ui/styles.js";
import { delayOf, findVideo } from "./delay.js";
import type { Show } from "./state.js";

const LOOK_MS = 1000;

export class StreamPreview extends LitElement {
  static override properties = {
    show: { attribute: false },
    load: { attribute: false },
    phase: { state: true },
    behind: { state: true },
  };
  static override styles = [
    base,
    panel,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pc-space-2);
      }
      .frame {
        overflow: hidden;
        border-radius: var(--pc-radius);
      }
      proofcast-stream {
        display: block;
      }
      .away,
      .room {
        aspect-ratio: 16 / 9;
        background: #0e0c08;
      }
      .away {
        display: grid;
        gap: var(--pc-space-3);
        place-content: center;
        justify-items: center;
        padding: var(--pc-space-4);
        color: #f3efe6;
        text-align: center;
      }
      .away .btn {
        border-color: currentcolor;
        color: inherit;
      }
      .away .btn:hover {
        background: rgb(255 255 255 / 12%) !important;
      }
      .caption {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--pc-space-4);
      }
    `,
  ];

  declare show: Show;
  /** Brings the viewer's element in; handed in so that the panel's bundle need not hold it. */
  declare load: () => Promise<unknown>;
  declare phase: "loading" | "ready" | "failed";
  declare behind: number | null;
  #clock = 0;

  constructor() {
    super();
    this.phase = "loading";
    this.behind = null;
    new Follows(this, () => this.show);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = window.setInterval(() => this.#look(), LOOK_MS);
    void this.#bring();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  async #bring(): Promise<void> {
    this.phase = "loading";
    try {
      await this.load();
      this.phase = "ready";
    } catch (error) {
      console.error(error);
      this.phase = "failed";
    }
  }

  #look(): void {
    const { stream, clock } = this.show;
    this.behind = stream.state === "live" ? delayOf(findVideo(this.renderRoot), stream, clock.now()) : null;
  }

  #delay() {
    if (this.show.stream.state !== "live") return "";
    if (this.behind === null) return "no picture yet";
    return this.behind < 250 ? "the picture is on time" : `the picture is ${(this.behind / 1000).toFixed(1)} s behind`;
  }

  protected override render() {
    return html`<div class="frame" data-pc="preview">
        ${this.phase === "ready"
          ? html`<proofcast-stream preview chat="off" stream=${this.show.stream.id}></proofcast-stream>`
          : this.phase === "failed"
            ? html`<div class="away">
                ${icon(CircleAlert, 24)}
                <p>The preview could not be loaded. The show itself is not touched.</p>
                <button type="button" class="btn small quiet" @click=${this.#bring}>${icon(RefreshCw, 18)}Try again</button>
              </div>`
            : html`<div class="room"></div>`}
      </div>
      <p class="caption muted small-text">
        <span>Preview: as a viewer sees it now</span><span class="num" data-pc="preview-delay">${this.#delay()}</span>
      </p>`;
  }
}

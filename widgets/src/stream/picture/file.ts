/** A video file, looped and held at the place where a live show would be now. */
import { drift, placeInLoop, steer } from "./drift.js";
import type { Picture, PictureOptions } from "./picture.js";

const STEER_MS = 1_000;
/** After a jump the player needs time to fetch; steering on top of that would jump for ever. */
const SETTLE_MS = 4_000;

export class FilePicture implements Picture {
  readonly #options: PictureOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #jumpedAt = -Infinity;
  #wasPaused = true;

  constructor(options: PictureOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { video, source } = this.#options;
    video.loop = true;
    video.addEventListener("error", this.#error);
    video.addEventListener("loadedmetadata", this.#settle);
    video.addEventListener("play", this.#resumed);
    video.src = source;
    video.load();
    this.#timer = setInterval(() => this.#steer(), STEER_MS);
  }

  close(): void {
    const { video } = this.#options;
    clearInterval(this.#timer);
    video.removeEventListener("error", this.#error);
    video.removeEventListener("loadedmetadata", this.#settle);
    video.removeEventListener("play", this.#resumed);
    video.removeAttribute("src");
    video.load();
  }

  mediaNow(): number | null {
    const { video, serverNow } = this.#options;
    if (video.readyState < 2) return null;
    return serverNow() + drift(video.currentTime, this.#elapsed(), video.duration) * 1000;
  }

  toLive(): void {
    const { video } = this.#options;
    if (video.readyState < 1) return;
    this.#jumpedAt = performance.now();
    video.currentTime = placeInLoop(this.#elapsed(), video.duration);
  }

  #elapsed(): number {
    return this.#options.serverNow() - this.#options.startedAt;
  }

  #steer(): void {
    const { video } = this.#options;
    if (video.paused || video.seeking || video.readyState < 3) return;
    const step = steer(video.currentTime, this.#elapsed(), video.duration);
    video.playbackRate = step.kind === "rate" ? step.rate : 1;
    if (step.kind === "seek" && performance.now() - this.#jumpedAt > SETTLE_MS) this.toLive();
  }

  readonly #settle = (): void => this.toLive();

  readonly #resumed = (): void => {
    if (this.#wasPaused) this.toLive();
    this.#wasPaused = false;
    this.#options.video.addEventListener("pause", () => (this.#wasPaused = true), { once: true });
  };

  readonly #error = (): void => {
    const code = this.#options.video.error?.code;
    if (code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED || code === MediaError.MEDIA_ERR_DECODE) {
      this.#options.onTrouble("The picture can't be loaded.", true);
    } else this.#options.onTrouble("The picture stopped coming.", true);
  };
}

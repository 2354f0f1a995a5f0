/** HLS: the browser's own player where it has one and no Media Source, else hls.js, fetched only then. */
import type Hls from "hls.js";

import type { Picture, PictureOptions } from "./picture.js";

const HLS_TYPE = "application/vnd.apple.mpegurl";
/** With no date in the playlist, the picture is taken to be this late. */
const USUAL_LAG_MS = 6_000;
const AGAIN_MS = 3_000;

export class HlsPicture implements Picture {
  readonly #options: PictureOptions;
  #hls: Hls | undefined;
  #closed = false;
  #repairs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PictureOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { video, source, onTrouble } = this.#options;
    video.loop = false;
    const managed = "ManagedMediaSource" in globalThis || "MediaSource" in globalThis;
    if (!managed && video.canPlayType(HLS_TYPE) !== "") {
      video.addEventListener("error", this.#nativeError);
      video.src = source;
      return;
    }
    let Player: typeof Hls;
    try {
      ({ default: Player } = await import("hls.js"));
    } catch {
      onTrouble("A part of the player could not be loaded.", true);
      return;
    }
    if (this.#closed) return;
    if (!Player.isSupported()) {
      onTrouble("This browser can't play live video.", false);
      return;
    }
    const hls = new Player({ lowLatencyMode: true, backBufferLength: 30 });
    this.#hls = hls;
    hls.on(Player.Events.ERROR, (_event, data) => {
      if (!data.fatal || this.#closed) return;
      if (data.type === Player.ErrorTypes.MEDIA_ERROR && this.#repairs < 2) {
        this.#repairs += 1;
        hls.recoverMediaError();
        return;
      }
      onTrouble("The picture stopped coming.", true);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        if (!this.#closed) hls.loadSource(source);
      }, AGAIN_MS);
    });
    hls.on(Player.Events.FRAG_BUFFERED, () => (this.#repairs = 0));
    hls.loadSource(source);
    hls.attachMedia(video);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const { video } = this.#options;
    video.removeEventListener("error", this.#nativeError);
    this.#hls?.destroy();
    video.removeAttribute("src");
    video.load();
  }

  mediaNow(): number | null {
    const { video, serverNow } = this.#options;
    if (video.readyState < 2) return null;
    const playing = this.#hls?.playingDate?.getTime();
    if (playing !== undefined) return playing;
    const start = (video as { getStartDate?: () => Date }).getStartDate?.().getTime();
    if (start !== undefined && !Number.isNaN(start)) return start + video.currentTime * 1000;
    const latency = this.#hls?.latency;
    return serverNow() - (latency !== undefined && latency > 0 ? latency * 1000 : USUAL_LAG_MS);
  }

  toLive(): void {
    const { video } = this.#options;
    const edge = this.#hls?.liveSyncPosition ?? undefined;
    if (edge !== undefined) video.currentTime = edge;
    else if (video.seekable.length > 0) video.currentTime = video.seekable.end(video.seekable.length - 1);
  }

  readonly #nativeError = (): void => {
    const { video, source, onTrouble } = this.#options;
    onTrouble("The picture stopped coming.", true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#closed) video.src = source;
    }, AGAIN_MS);
  };
}

/**
 * Playing, muted or not, and what stands in the way of it; the source itself is a Picture. Works on the stage's one
 * <video>; tells the stage to draw itself anew through `onChange`.
 */
import type { StreamView } from "../../wire/protocol.gen.js";
import { FilePicture } from "./file.js";
import { HlsPicture } from "./hls.js";
import type { Picture } from "./picture.js";

export interface PlayerOptions {
  base: string;
  serverNow: () => number;
  onChange: () => void;
}

export class Player {
  /** Words for the viewer while the picture does not come. */
  trouble = "";
  /** The browser refused to start by itself, even muted. */
  blocked = false;
  /** The browser played muted only; a tap brings the sound. */
  wantsSound = false;
  paused = true;
  waiting = false;
  started = false;
  /** How the picture stands; wide until it is known. */
  shape: "wide" | "tall" = "wide";

  readonly #options: PlayerOptions;
  #video: HTMLVideoElement | undefined;
  #picture: Picture | undefined;
  #playing = "";
  #wish: "play" | "pause" = "play";
  #again: ReturnType<typeof setTimeout> | undefined;
  #stream: StreamView | undefined;
  /** The viewer has said whether they want sound. */
  #heard = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  get muted(): boolean {
    return this.#video?.muted ?? true;
  }

  attach(video: HTMLVideoElement): void {
    if (this.#video === video) return;
    this.#video = video;
    // As an attribute too: some phones look only there before they let a video play in the page.
    video.muted = true;
    for (const name of ["playing", "pause", "waiting", "volumechange", "timeupdate"]) {
      video.addEventListener(name, this.#look);
    }
  }

  /** Plays a live stream; closes the picture of one that is not. Safe to call on every change. */
  show(stream: StreamView): void {
    this.#stream = stream;
    const playing = stream.state === "live" && stream.started_at !== null ? `${stream.source_kind} ${stream.source_url}` : "";
    if (playing === this.#playing || this.#video === undefined) return;
    this.close();
    this.#playing = playing;
    if (playing !== "") this.#open();
  }

  close(): void {
    clearTimeout(this.#again);
    this.#picture?.close();
    this.#picture = undefined;
    this.#playing = "";
    this.trouble = "";
    this.started = false;
    this.waiting = false;
  }

  mediaNow(): number | null {
    return this.#picture?.mediaNow() ?? null;
  }

  async play(): Promise<void> {
    const video = this.#video;
    if (video === undefined || this.#picture === undefined) return;
    this.#wish = "play";
    try {
      await video.play();
      this.blocked = false;
      if (video.muted && !this.#heard) this.wantsSound = true;
    } catch (thrown) {
      this.blocked = thrown instanceof DOMException && thrown.name === "NotAllowedError";
    }
    this.#options.onChange();
  }

  toggle(): void {
    if (this.#video?.paused) {
      void this.play().then(() => this.#picture?.toLive());
      return;
    }
    this.#wish = "pause";
    this.#video?.pause();
  }

  toggleSound(): void {
    const video = this.#video;
    if (video === undefined) return;
    video.muted = !video.muted;
    this.#heard = true;
    if (!video.muted && video.volume === 0) video.volume = 1;
    this.wantsSound = false;
    if (video.paused && this.#wish === "play") void this.play();
    this.#options.onChange();
  }

  retry(): void {
    this.trouble = "";
    this.#picture?.close();
    this.#open();
    this.#options.onChange();
  }

  #open(): void {
    const stream = this.#stream;
    const video = this.#video;
    if (stream === undefined || video === undefined) return;
    const make = stream.source_kind === "hls" ? HlsPicture : FilePicture;
    this.#picture = new make({
      video,
      source: new URL(stream.source_url, this.#options.base || location.href).href,
      startedAt: stream.started_at ?? this.#options.serverNow(),
      serverNow: this.#options.serverNow,
      onTrouble: (words, again) => this.#trouble(words, again),
    });
    void this.#picture.open().then(() => this.play());
  }

  #trouble(words: string, again: boolean): void {
    this.trouble = words;
    this.#options.onChange();
    clearTimeout(this.#again);
    // HLS comes again by itself; a file that failed is opened anew.
    if (again && this.#stream?.source_kind === "file") this.#again = setTimeout(() => this.retry(), 5_000);
  }

  readonly #look = (event: Event): void => {
    const video = this.#video;
    if (video === undefined) return;
    const before = `${this.paused}${this.waiting}${this.started}${this.trouble}${this.shape}`;
    this.paused = video.paused;
    if (video.videoWidth > 0) this.shape = video.videoHeight > video.videoWidth ? "tall" : "wide";
    if (event.type === "waiting") this.waiting = true;
    if (event.type === "playing" || event.type === "timeupdate") {
      this.waiting = false;
      if (video.readyState >= 2 && !video.paused) {
        this.started = true;
        this.trouble = "";
      }
    }
    const after = `${this.paused}${this.waiting}${this.started}${this.trouble}${this.shape}`;
    if (before !== after || event.type === "volumechange") this.#options.onChange();
  };
}

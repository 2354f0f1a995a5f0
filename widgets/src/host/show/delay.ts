/** How far the preview's picture is behind the show, told from the picture itself. */
import type { StreamView } from "../../wire/protocol.gen.js";

/** The first video under `root`, open shadow roots included. */
export function findVideo(root: ParentNode): HTMLVideoElement | null {
  const own = root.querySelector("video");
  if (own) return own;
  for (const element of root.querySelectorAll("*")) {
    const inner = element.shadowRoot && findVideo(element.shadowRoot);
    if (inner) return inner;
  }
  return null;
}

/** ms behind within a file of `length` ms that plays in a loop from `startedAt`; being ahead counts as on time. */
export function behindInLoop(now: number, startedAt: number, position: number, length: number): number {
  const due = (((now - startedAt) % length) + length) % length;
  const behind = (((due - position) % length) + length) % length;
  return behind > length / 2 ? 0 : behind;
}

/** ms, or null while there is no picture to tell it from. `now`: the server's time. */
export function delayOf(video: HTMLVideoElement | null, stream: StreamView, now: number): number | null {
  if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || stream.started_at === null) return null;
  if (stream.source_kind === "file") {
    if (!Number.isFinite(video.duration) || video.duration <= 0) return null;
    return behindInLoop(now, stream.started_at, video.currentTime * 1000, video.duration * 1000);
  }
  const { seekable } = video;
  return seekable.length === 0 ? null : Math.max(0, (seekable.end(seekable.length - 1) - video.currentTime) * 1000);
}

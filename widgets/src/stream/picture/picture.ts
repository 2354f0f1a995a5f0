/** What the stage needs of a source, whatever plays it. */

export interface Picture {
  /** Begins to load; playing is the stage's business. */
  open(): Promise<void>;
  close(): void;
  /** The server time of the picture on the screen, ms; null while there is none. */
  mediaNow(): number | null;
  /** Jumps to now. */
  toLive(): void;
}

export interface PictureOptions {
  video: HTMLVideoElement;
  source: string;
  /** ms UTC. */
  startedAt: number;
  serverNow: () => number;
  /** The source can't be played; `again` when it is worth another try. */
  onTrouble: (words: string, again: boolean) => void;
}

/** What the element says when it starts a show. */
import type { FirstLook } from "../embed/element.js";
import type { ChatMode } from "./side.js";

export interface ShowOptions {
  stream: string;
  base: string;
  theme: string;
  poster: string;
  preview: boolean;
  chat: ChatMode;
  /** False on pages whose router must not see an entry of ours in the history. */
  history: boolean;
  /** Where events for the embedder start, and what the viewer has to see. */
  target: HTMLElement;
  first: FirstLook | undefined;
  redraw: () => void;
}

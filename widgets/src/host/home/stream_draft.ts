/** A stream being made: what was typed, what is wrong with it, and what goes to the server. Pure. */
import type { CreateStream } from "../../wire/protocol.gen.js";
import { addressProblem } from "./source.js";

export const DISCLOSURES = ["own product", "sponsored", "gifted"] as const;

/** All texts are trimmed. */
export interface StreamDraft {
  title: string;
  source: string;
  kind: "file" | "hls";
  disclosure: string;
  /** The disclosure is not one of the ready ones. */
  ownWords: boolean;
  poster: string;
  /** As a `datetime-local` field gives it: the person's own time zone. */
  starts: string;
  /** Something stands in the field that is no time. */
  startsBroken: boolean;
}

export type StreamWrong = Partial<Record<"title" | "source" | "disclosure" | "starts" | "poster", string>>;

/** In words, by field; empty when nothing is wrong. */
export function streamWrong(draft: StreamDraft): StreamWrong {
  const wrong: StreamWrong = {};
  if (draft.title === "") wrong.title = "Give the stream a title; viewers read it.";
  else if (draft.title.length > 200) wrong.title = "That title is too long (at most 200 characters).";
  const source = addressProblem(draft.source, "your picture");
  if (source) wrong.source = source;
  if (draft.ownWords && draft.disclosure === "") wrong.disclosure = "Say it in your words, or choose one above.";
  if (draft.startsBroken) wrong.starts = "Enter a day and a time, or leave both empty.";
  const poster = draft.poster === "" ? "" : addressProblem(draft.poster, "the picture");
  if (poster) wrong.poster = poster;
  return wrong;
}

/** Only for a draft in which nothing is wrong. */
export function streamOf(draft: StreamDraft): CreateStream {
  return {
    title: draft.title,
    source_url: draft.source,
    source_kind: draft.kind,
    disclosure: draft.disclosure,
    poster_url: draft.poster || null,
    starts_at: draft.starts === "" ? null : new Date(draft.starts).getTime(),
  };
}

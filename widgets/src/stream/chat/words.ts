/** What the chat says about who may speak, and about what was not sent. */
import { clockTime, count } from "../../ui/time.js";
import type { WireError } from "../../wire/errors.js";

export function sayErrorWords(error: WireError): string {
  const { details } = error;
  switch (error.code) {
    case "chat.closed":
      return "The chat is closed.";
    case "chat.read_only":
      return "This is a preview: you can read here, not write.";
    case "chat.name_needed":
      return "Choose a name first.";
    case "chat.nothing_said":
      return "There is nothing in it that others could read.";
    case "chat.muted":
      return mutedWords(numberOf(details["until"] ?? details["muted_until"]));
    case "chat.banned":
      return "The host has taken you out of this chat. You can read on.";
    case "chat.too_fast":
    case "rate_limited":
      return `That was quick. Please wait ${waitWords(details["retry_after"])}.`;
    case "chat.slow_mode":
      return `Slow mode: one message at a time. Please wait ${waitWords(details["retry_after"])}.`;
    case "chat.repeated":
      return "You have just said that.";
    case "chat.too_many_waiting":
      return "Too many messages wait for the host. Please try again later.";
    case "chat.no_such_message":
      return "It is not here any more.";
    case "network":
    case "timeout":
    case "unavailable":
    case "chat.busy":
      return "No answer: the connection may be slow.";
    case "auth.required":
    case "auth.forbidden":
      return "This page was open for long. Reload it, and go on.";
    case "request.invalid":
      return "It has signs in it that the chat can't take.";
    default:
      return "Something went wrong on our side.";
  }
}

export function nameErrorWords(error: WireError): string {
  switch (error.code) {
    case "chat.name_taken":
      return "Somebody has this name, or one that looks like it. Please choose another.";
    case "chat.name_refused":
    case "request.invalid":
      return "This name can't be used here: it needs a letter, and no signs that nobody sees.";
    default:
      return sayErrorWords(error);
  }
}

export function openErrorWords(error: WireError): string {
  if (error.retryable) return "The chat can't be reached. Trying again by itself.";
  return error.code === "chat.closed" ? "The chat is closed." : "The chat can't be shown.";
}

/** `until`: ms. */
export function mutedWords(until: number | undefined): string {
  return until === undefined ? "The host has muted you for now." : `The host has muted you until ${clockTime(until)}.`;
}

function waitWords(seconds: unknown): string {
  return typeof seconds === "number" && seconds > 0 ? count(Math.ceil(seconds), "second") : "a moment";
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** What the screen says about stock and about failures: what happened, what was kept, what to do. */
import { WireError } from "../wire/errors.js";
import { count } from "./time.js";

/** Exact under this; above it, "in stock". */
const EXACT_UNDER = 20;

/** `undefined`: nobody said yet. */
export function stockWords(left: number | undefined): string {
  if (left === undefined) return "";
  if (left <= 0) return "sold out";
  if (left === 1) return "last one";
  return left < EXACT_UNDER ? `${left} left` : "in stock";
}

/** For a hold, an extension, a release: one or two short sentences. */
export function errorWords(error: WireError): string {
  const { details } = error;
  switch (error.code) {
    case "stock.sold_out":
      return "Just sold out: somebody was faster. Nothing was held or charged.";
    case "stock.limit": {
      const limit = details["limit"];
      return typeof limit === "number"
        ? `One buyer can have ${limit} of these, and you have ${limit === 1 ? "it" : "them"}.`
        : "You already have as many of these as one buyer can have.";
    }
    case "stock.hold_ended":
    case "stock.hold_not_found":
      return "This hold has ended. The unit went back, and nothing was charged.";
    case "stock.too_many_extensions":
      return "No more time can be added. The hold lasts until its countdown ends.";
    case "stock.others_wait":
      return "Others are waiting in line for this one, so no more time can be added.";
    case "stock.line_is_full":
      return "Too many are in line for this one already. Nothing was held or charged.";
    case "checkout.no_line":
      return "There is no line for this one. Nothing was held or charged.";
    case "stock.unknown_variant":
      return "This one is not for sale any more.";
    case "stream.not_live":
    case "stream.ended":
      return "The show is not live now, so nothing can be held.";
    case "pins.not_shown":
      return "The host has just taken this down. Nothing was held.";
    case "unavailable":
      return "The shop can't be reached for a moment. Nothing was charged. Please try again.";
    case "node.busy":
    case "node.draining":
      return "Many are coming in right now. You are in line, and get in by yourself in a moment.";
    case "node.too_many_sockets":
      return "Too many people watch from your network at once. Try another one, such as mobile data.";
    case "network":
    case "timeout":
      return "No answer yet: your connection may be slow. Try again; you won't get two.";
    case "rate_limited":
      return `That was quick. Please wait ${waitWords(details["retry_after"])} and try again.`;
    case "auth.required":
    case "auth.forbidden":
      return "This page was open for long. Reload it, and go on.";
    case "embed.origin_not_allowed":
      return "This page may not show the stream: its address is not on the shop's list.";
    case "request.invalid":
      return "The shop did not take this request. Reload the page, and try again.";
    case "checkout.preview":
      return "This is a preview: nothing is held here.";
    case "not_found":
    case "stream.not_found":
      return "This is not here any more.";
    default:
      return "Something went wrong on our side. Nothing was charged. Please try again.";
  }
}

function waitWords(seconds: unknown): string {
  return typeof seconds === "number" && seconds > 0 ? count(Math.ceil(seconds), "second") : "a moment";
}

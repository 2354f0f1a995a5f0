/** Errors in words: what happened, what was kept, what to do. The code decides; the text only explains. */
import { WireError } from "../wire/errors.js";

type Words = string | ((error: WireError) => string);

function number(error: WireError, name: string, otherwise: string): string {
  const value = error.details[name];
  return typeof value === "number" ? String(value) : otherwise;
}

const WORDS: Record<string, Words> = {
  unavailable: "the server can't reach its data right now. Nothing was changed; try again in a moment.",
  network: "no answer from the server. Check the connection and try again.",
  timeout: "the server took too long to answer. Try again; the same thing never happens twice.",
  rate_limited: "too many attempts in a short time. Wait a minute, then try again.",
  conflict: "somebody else changed it at the same moment. Look at what is there now, then try again.",
  internal: "something went wrong on the server. Nothing you did is at fault; try again, or look into its log.",
  "auth.required": "you are no longer signed in. Reload the page to sign in; the show goes on meanwhile.",
  "auth.forbidden": "this account may not do that.",
  "accounts.wrong_password": "this e-mail and password don't belong together. Check both and try again.",
  "accounts.too_many_sign_ins": "too many attempts. Wait a few minutes, then try again.",
  "catalog.no_such_product": "the product is not there any more. Reload the page to see what is.",
  "catalog.no_such_variant": "the variant is not there any more. Reload the page to see what is.",
  "catalog.sku_taken": "another variant of your shop has one of these SKUs. Each SKU is one variant's own.",
  not_found: "it is not there any more. Reload the page to see what is.",
  "stream.not_found": "there is no such stream any more.",
  "stream.not_live": "the stream is not live.",
  "stream.ended": "the stream has ended, and an ended stream stays as it is.",
  "stream.busy": "too much happened at the same moment. Try again.",
  "pins.not_shown": "it was taken down already, perhaps in another window.",
  "pins.changed": "other products are pinned by now, perhaps from another window. Look at the list and try again.",
  "polls.not_found": "the poll is not there any more, perhaps deleted in another window.",
  "polls.closed": "it is closed, and a closed poll can't be opened again. Duplicate it instead.",
  "polls.not_opened": "it was not opened yet.",
  "polls.was_opened": "it was opened meanwhile, and only a prepared poll can be changed or deleted. Duplicate it instead.",
  "polls.too_many": (error) => `a show has ${number(error, "most", "no more")} polls at most. Delete one that you prepared.`,
  "chat.closed": "the chat is closed.",
  "chat.nothing_said": "nothing that can be read is in it.",
  "chat.no_such_message": "the message is not there any more.",
  "chat.no_such_person": "this person is not known in your shop.",
  "chat.busy": "too much happened at the same moment. Try again.",
  "stock.below_committed": (error) =>
    `${number(error, "committed", "some")} units are held or sold already, so it can't be less.`,
};

function ownWords(error: unknown): string {
  if (!(error instanceof WireError)) return "something unexpected went wrong on this page. Reload it and try again.";
  const known = WORDS[error.code];
  if (typeof known === "function") return known(error);
  if (known) return known;
  const text = error.message.trim();
  if (!text) return error.retryable ? "the server had trouble. Try again." : "the server refused it.";
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `say(error, "The pin was not shown")` -> `The pin was not shown: the server …`. */
export function say(error: unknown, what: string): string {
  if (!(error instanceof WireError)) console.error(error);
  const words = ownWords(error);
  return `${what}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

import type { WireError } from "../wire/errors.js";

/** What is away when a payment can't go on: our server, Stripe, or what this page stood on (its pass, its hold). */
export type Failure = "server" | "stripe" | "lost";

/** What of the buyer's details the server did not take; a field's name, or `rate`. */
export interface Refusal {
  field: string;
  words: string;
}

export function refusalOf({ code, details }: WireError): Refusal | undefined {
  if (code === "checkout.not_delivered") return { field: "country", words: "The shop does not deliver there." };
  if (code === "checkout.no_such_rate") return { field: "rate", words: "The shop has changed its delivery. Please go on once more." };
  if (code !== "checkout.bad_address") return undefined;
  if (details["field"] === "postcode") return { field: "postcode", words: "This is no postcode of that country." };
  if (details["field"] === "region") return { field: "region", words: "Please give the state or province." };
  return { field: details["field"] === "city" ? "city" : "line1", words: "Please complete this." };
}

/** By the code of the server's answer. */
export function failureOf(code: string): Failure {
  if (code.startsWith("payments.")) return "stripe";
  return code === "auth.required" || code === "not_found" ? "lost" : "server";
}

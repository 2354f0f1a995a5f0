/** What is away when a payment can't go on: our server, Stripe, or what this page stood on (its pass, its hold). */
export type Failure = "server" | "stripe" | "lost";

/** By the code of the server's answer. */
export function failureOf(code: string): Failure {
  if (code.startsWith("payments.")) return "stripe";
  return code === "auth.required" || code === "not_found" ? "lost" : "server";
}

/** Why a public address did not answer. To a page, a refused origin and a dead server look the same: ask differently. */
import type { Api } from "./api.js";
import { WireError } from "./errors.js";

/**
 * Gives back the error, or a better one: a request that needs no permission reaches the server, so what failed was the
 * permission, and this page's origin is not on the shop's list.
 */
export async function explain(api: Api, path: string, error: WireError): Promise<WireError> {
  const crossOrigin = api.base !== "" && new URL(api.base).origin !== location.origin;
  if (error.code !== "network" || !crossOrigin) return error;
  try {
    await fetch(api.base + path, { mode: "no-cors", cache: "no-store" });
  } catch {
    return error;
  }
  return originRefused();
}

export function originRefused(): WireError {
  const message = `${location.origin} is not on the shop's list of allowed origins`;
  return new WireError({ code: "embed.origin_not_allowed", message, retryable: false, details: {} });
}

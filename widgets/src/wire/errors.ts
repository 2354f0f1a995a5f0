/** One error for everything that can go wrong on the wire. Decide by `code` and `retryable`, never by the text. */
import type { ErrorBody } from "./protocol.gen.js";

/**
 * Codes made on this side, beside the server's own: `network` (no answer over HTTP), `timeout` (no acknowledgement in
 * time), `answer.invalid` (an answer that is no answer of ours). The first two are retryable with the same key.
 */
export class WireError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  /** The HTTP status, or 0. */
  readonly status: number;

  constructor(body: ErrorBody, status = 0) {
    super(body.message);
    this.name = "WireError";
    this.code = body.code;
    this.retryable = body.retryable;
    this.details = body.details;
    this.status = status;
  }
}

export function isErrorBody(value: unknown): value is ErrorBody {
  if (typeof value !== "object" || value === null) return false;
  const body = value as Record<string, unknown>;
  return typeof body["code"] === "string" && typeof body["message"] === "string";
}

/** A WireError from whatever the server sent as an error; never throws itself. */
export function wireError(value: unknown, status = 0): WireError {
  if (isErrorBody(value)) {
    const { code, message } = value;
    return new WireError(
      { code, message, retryable: value.retryable === true, details: value.details ?? {} },
      status,
    );
  }
  const retryable = status >= 500 || status === 429;
  const message = `the server answered ${status || "something"} that is no error of ours`;
  return new WireError({ code: "answer.invalid", message, retryable, details: {} }, status);
}

export function networkError(cause: unknown): WireError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new WireError({ code: "network", message, retryable: true, details: {} });
}

export function timeoutError(what: string): WireError {
  return new WireError({ code: "timeout", message: `no answer to ${what} in time`, retryable: true, details: {} });
}

/** Any thrown thing as a WireError; a bug stays visible as code `internal`. */
export function asWireError(thrown: unknown): WireError {
  if (thrown instanceof WireError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new WireError({ code: "internal", message, retryable: false, details: {} });
}

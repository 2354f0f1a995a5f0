/** HTTP to the server: JSON both ways, every failure a WireError. */
import { WireError, networkError, timeoutError, wireError } from "./errors.js";

export interface ApiOptions {
  /** The server's origin; empty for the page's own. */
  base: string;
  fetch?: typeof fetch;
  /** ms until an answer counts as missing. */
  timeout?: number;
}

export interface Call {
  body?: unknown;
  /** A viewer's pass, sent as `Authorization: Bearer`. */
  token?: string;
  signal?: AbortSignal;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export class Api {
  readonly base: string;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;

  constructor(options: ApiOptions) {
    this.base = options.base.replace(/\/+$/, "");
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#timeout = options.timeout ?? 10_000;
  }

  /** @throws WireError */
  get<T>(path: string, call: Call = {}): Promise<T> {
    return this.send<T>("GET", path, call);
  }

  /** @throws WireError */
  post<T>(path: string, body: unknown = {}, call: Call = {}): Promise<T> {
    return this.send<T>("POST", path, { ...call, body });
  }

  /** The decoded answer; `undefined` for an empty one. @throws WireError */
  async send<T>(method: Method, path: string, call: Call = {}): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (call.body !== undefined) headers["Content-Type"] = "application/json";
    if (call.token !== undefined) headers["Authorization"] = `Bearer ${call.token}`;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(timeoutError(`${method} ${path}`)), this.#timeout);
    const stop = (): void => late.abort(call.signal?.reason);
    call.signal?.addEventListener("abort", stop, { once: true });
    if (call.signal?.aborted) stop();
    try {
      const init: RequestInit = { method, headers, signal: late.signal };
      if (call.body !== undefined) init.body = JSON.stringify(call.body);
      const response = await this.#fetch(this.base + path, init);
      return await decode<T>(response);
    } catch (thrown) {
      if (thrown instanceof WireError) throw thrown;
      if (late.signal.reason instanceof WireError) throw late.signal.reason;
      throw networkError(thrown);
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", stop);
    }
  }
}

async function decode<T>(response: Response): Promise<T> {
  const text = await response.text();
  let value: unknown;
  try {
    value = text === "" ? undefined : JSON.parse(text);
  } catch {
    throw wireError(undefined, response.status);
  }
  if (response.ok) return value as T;
  const body = typeof value === "object" && value !== null ? (value as { error?: unknown }).error : undefined;
  throw wireError(body, response.status);
}

/** The first question to the server, and what its failure means. No library in here: this is in everybody's page load. */
import type { Room } from "../wire/protocol.gen.js";
import {
  blockedByPolicy,
  originNotAllowed,
  policyAgainst,
  serverAway,
  unknownStream,
  type Trouble,
} from "./trouble.js";

export type Reached = { room: Room } | { trouble: Trouble };

export async function reach(base: string, stream: string): Promise<Reached> {
  const address = `${base}/api/v1/streams/${encodeURIComponent(stream)}/room`;
  let response: Response;
  try {
    response = await fetch(address, { credentials: "omit" });
  } catch {
    return { trouble: await whyNot(base, address) };
  }
  if (response.ok) return { room: (await response.json()) as Room };
  if (response.status === 404) return { trouble: unknownStream(stream, base) };
  if (response.status === 403) return { trouble: originNotAllowed() };
  return { trouble: serverAway(base) };
}

async function whyNot(base: string, address: string): Promise<Trouble> {
  // The report of a refusal by policy comes a moment after the refusal.
  await new Promise((wake) => setTimeout(wake, 50));
  const directive = policyAgainst(base);
  if (directive !== undefined) return blockedByPolicy(directive, base);
  if (new URL(base).origin === location.origin) return serverAway(base);
  try {
    // Without asking for permission to read: if this arrives, it was the permission that was refused.
    await fetch(address, { mode: "no-cors", cache: "no-store" });
    return originNotAllowed();
  } catch {
    return serverAway(base);
  }
}

let loading: Promise<void> | undefined;
let attempt = 0;

/** Fetches the whole element, once per page. A failed module is remembered by some browsers: ask by another name. */
export function loadStream(base: string): Promise<void> {
  if (customElements.get("pc-stream") !== undefined) return Promise.resolve();
  loading ??= (import(`${base}/static/build/stream.js${attempt === 0 ? "" : `?again=${attempt}`}`) as Promise<unknown>).then(
    () => undefined,
    (thrown: unknown) => {
      loading = undefined;
      attempt += 1;
      throw thrown;
    },
  );
  return loading;
}

export async function whyNotLoaded(base: string): Promise<Trouble> {
  return whyNot(base, `${base}/static/build/stream.js`);
}

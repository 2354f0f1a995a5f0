/** Why an embed does not show, in words for the visitor and, longer, for whoever put it on the page. */

export interface Trouble {
  /** The server's own code where it has one. */
  code:
    | "embed.no_stream"
    | "embed.bad_base"
    | "embed.origin_not_allowed"
    | "embed.blocked_by_policy"
    | "stream.not_found"
    | "network";
  /** For the visitor. */
  said: string;
  /** For the embedder: what to change, and where. */
  mend: string;
  again: boolean;
}

/** Addresses of ours that the page's Content-Security-Policy refused, with the directive that did. */
const refused = new Map<string, string>();
let listening = false;

export function watchPolicy(): void {
  if (listening) return;
  listening = true;
  document.addEventListener("securitypolicyviolation", (event) => {
    try {
      refused.set(new URL(event.blockedURI).origin, event.effectiveDirective);
    } catch {
      // "inline", "eval" and the like: nothing of ours.
    }
  });
}

export function policyAgainst(base: string): string | undefined {
  const { origin, host, protocol } = new URL(base);
  const socket = `${protocol === "https:" ? "wss:" : "ws:"}//${host}`;
  return refused.get(origin) ?? refused.get(socket);
}

export const noStream = (): Trouble => ({
  code: "embed.no_stream",
  said: "No stream was chosen.",
  mend: 'The tag needs the stream\'s id: <proofcast-stream stream="…">. The host panel shows the whole line to copy.',
  again: false,
});

export const badBase = (base: string): Trouble => ({
  code: "embed.bad_base",
  said: "The stream's address is not right.",
  mend: `base="${base}" is no web address. Leave it out: the script's own origin is used.`,
  again: false,
});

export const unknownStream = (stream: string, base: string): Trouble => ({
  code: "stream.not_found",
  said: "There is no such stream.",
  mend: `${base} knows no stream "${stream}". Copy the line again from the host panel.`,
  again: false,
});

export const originNotAllowed = (): Trouble => ({
  code: "embed.origin_not_allowed",
  said: "This page may not show the stream.",
  mend: `Add ${location.origin} to the allowed origins in the host panel, under Settings.`,
  again: false,
});

export const blockedByPolicy = (directive: string, base: string): Trouble => ({
  code: "embed.blocked_by_policy",
  said: "This page's security policy blocks the stream.",
  mend: `The Content-Security-Policy refuses ${base} in ${directive}. Add it there; docs/embedding.md lists all that is needed.`,
  again: false,
});

export const serverAway = (base: string): Trouble => ({
  code: "network",
  said: "The stream can't be reached. Trying again.",
  mend: `${base} does not answer. Is the server up, and its certificate valid?`,
  again: true,
});

/** Loud on purpose: an embed that stays dark without a word costs its owner an afternoon. */
export function shout(trouble: Trouble, element: Element): void {
  console.error(`Proofcast (${trouble.code}): ${trouble.said} ${trouble.mend}`, element);
}

/** A list that is walked by key: the list is one stop of the tab key, j/k and the arrows go from row to row in it. */
import { html, nothing, type TemplateResult } from "lit";
import { ShieldCheck } from "lucide";
import { icon } from "../../ui/icons.js";
import { clockTime } from "../../ui/time.js";
import type { ChatMessage, Restrained } from "../../wire/protocol.gen.js";
import { shortcutsOn } from "../show/keys.js";

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** `acts`: by key, what is done with the row that has the focus. `away`: such a row goes, so the next one takes over. */
export function rowKeys(
  event: KeyboardEvent,
  acts: Record<string, { act: (id: string, row: HTMLElement) => void; away?: boolean }>,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const list = event.currentTarget as HTMLElement;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-id]")];
  const at = rows.findIndex((row) => row.contains(event.target as HTMLElement));
  const letter = event.key.length === 1;
  if (letter && !shortcutsOn()) return;
  const key = letter ? event.key.toLowerCase() : event.key;
  const step = STEPS[key];
  if (step !== undefined) {
    event.preventDefault();
    // From outside, the way leads to the end that is nearer: the newest is below.
    const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    rows[to]?.focus();
    return;
  }
  const row = rows[at];
  const found = acts[key];
  if (!row || !found || (event.target !== row && key === "Enter")) return;
  event.preventDefault();
  if (found.away) (rows[at + 1] ?? rows[at - 1] ?? list).focus();
  found.act(row.dataset["id"] ?? "", row);
}

/** Who spoke and when, and whether they may still speak. */
export function byline(message: ChatMessage, restrained: Restrained | undefined): TemplateResult {
  const { author } = message;
  return html`<p class="by">
    <span class="who" dir="auto">${author.name}</span>
    ${author.staff ? html`<span class="staff">${icon(ShieldCheck, 14)}host</span>` : nothing}
    ${restrained ? html`<span class="restrained">${restrained.banned ? "banned" : "muted"}</span>` : nothing}
    <time class="num">${clockTime(message.at)}</time>
  </p>`;
}

export function quoted({ reply_to: reply }: ChatMessage): TemplateResult | typeof nothing {
  if (reply === null) return nothing;
  return html`<p class="quoted" dir="auto"><span class="sr">answers </span><span class="strong">${reply.name}</span> ${reply.text}</p>`;
}

/** Lists of the chat's settings: people who may not speak, and the log of what the staff did. */
import { html, nothing, type TemplateResult } from "lit";
import { UserCheck } from "lucide";
import { icon } from "../../ui/icons.js";
import type { ChatAct, Restrained } from "../../wire/protocol.gen.js";
import { moment } from "../format.js";
import { actWords, restrainedWords } from "./rules.js";

export function peopleList(people: readonly Restrained[], now: number, lift: (one: Restrained) => void): TemplateResult {
  if (people.length === 0) return html`<p class="muted" data-pc="people-none">Nobody is muted or banned.</p>`;
  return html`<ul class="records" data-pc="chat-people">
    ${people.map(
      (one) => html`<li>
        <div class="grow">
          <p class="strong" dir="auto">${one.person.name}</p>
          <p class="muted small-text">
            ${restrainedWords(one, now)}${one.by ? `, by ${one.by}, ${moment(one.at, now)}` : ""}${one.reason ? `: ${one.reason}` : ""}
          </p>
        </div>
        <button
          type="button"
          class="btn small quiet"
          data-pc="lift-${one.person.id}"
          aria-label="Let ${one.person.name} speak again"
          @click=${() => lift(one)}
        >
          ${icon(UserCheck, 18)}Lift
        </button>
      </li>`,
    )}
  </ul>`;
}

export function auditList(acts: readonly ChatAct[] | null, now: number): TemplateResult {
  if (acts === null) return html`<p class="muted">Reading the log…</p>`;
  if (acts.length === 0) return html`<p class="muted">Nothing was done yet. Each deletion, mute, ban and change of rules is written down here.</p>`;
  return html`<ol class="records" data-pc="chat-audit">
    ${acts.map(
      (act) => html`<li>
        <div class="grow">
          <p dir="auto">
            <span class="strong">${act.by}</span> ${actWords(act)}${act.person ? html` <span class="strong">${act.person.name}</span>` : nothing}
          </p>
          ${act.text ? html`<p class="muted small-text" dir="auto">“${act.text}”</p>` : nothing}
        </div>
        <time class="muted small-text num">${moment(act.at, now)}</time>
      </li>`,
    )}
  </ol>`;
}

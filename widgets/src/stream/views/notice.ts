import { html, nothing, type TemplateResult } from "lit";
import CircleAlert from "lucide/dist/esm/icons/circle-alert.mjs";
import CircleCheck from "lucide/dist/esm/icons/circle-check.mjs";
import Info from "lucide/dist/esm/icons/info.mjs";

import { icon } from "../../ui/icons.js";
import type { Notice } from "./stage.js";

const SIGNS = { bad: CircleAlert, good: CircleCheck, info: Info } as const;

/** A few words under what they are about. The same words go to the screen reader by the stage's one live region. */
export function noticeView(notice: Notice | undefined): TemplateResult | typeof nothing {
  if (notice === undefined) return nothing;
  const hook = notice.kind === "bad" ? "error" : "notice";
  return html`<p class="note ${notice.kind}" part="notice" data-pc=${hook}>${icon(SIGNS[notice.kind])}<span>${notice.words}</span></p>`;
}

/** The pay sheet's frame: from below on a phone, at the side on a desk. What is in it is the pay page, of our origin. */
import { html, nothing, type TemplateResult } from "lit";
import ExternalLink from "lucide/dist/esm/icons/external-link.mjs";
import X from "lucide/dist/esm/icons/x.mjs";

import { icon } from "../../ui/icons.js";
import type { PaySheet } from "../sheet.js";

export function sheetView(sheet: PaySheet): TemplateResult {
  return html`<dialog
    class="sheet"
    part="sheet"
    data-pc="sheet"
    data-place=${sheet.place}
    data-phase=${sheet.phase}
    aria-label="Payment"
    @cancel=${(event: Event) => {
      event.preventDefault();
      sheet.ask();
    }}
  >
    ${sheet.open ? bodyView(sheet) : nothing}
  </dialog>`;
}

function bodyView(sheet: PaySheet): TemplateResult {
  const locked = sheet.phase === "paying";
  return html`<div class="sheet-body">
    <header class="sheet-head">
      <h3>Payment</h3>
      <button
        class="btn bare icon-only"
        data-pc="close-sheet"
        aria-label=${locked ? "Payment is on its way and can't be closed now" : "Close payment"}
        aria-disabled=${locked ? "true" : nothing}
        @click=${() => sheet.ask()}
      >
        ${icon(X)}
      </button>
    </header>
    ${sheet.asking ? questionView(sheet) : nothing} ${sheet.leaving ? html`<p class="sheet-words" role="status">Giving the unit back…</p>` : nothing}
    <div class="sheet-main">
      ${sheet.place === "waiting" || sheet.place === "frame"
        ? html`<iframe
            title="Payment"
            data-pc="pay-frame"
            src=${sheet.address}
            allow="payment *"
            referrerpolicy="strict-origin"
            ?data-ready=${sheet.place === "frame"}
          ></iframe>`
        : nothing}
      ${sheet.place === "waiting" ? bonesView() : nothing} ${sheet.place === "blocked" ? blockedView(sheet) : nothing}
      ${sheet.place === "window" ? windowView(sheet) : nothing}
    </div>
  </div>`;
}

function questionView(sheet: PaySheet): TemplateResult {
  return html`<div class="question" role="alertdialog" aria-label="Leave payment?" data-pc="leave-question">
    <p><strong>Leave payment?</strong> What you typed is lost, and the unit goes back. Nothing is charged.</p>
    <div class="acts">
      <button class="btn primary" data-pc="stay" @click=${() => sheet.stay()}>Stay</button>
      <button class="btn quiet" data-pc="leave" @click=${() => void sheet.leave()}>Leave</button>
    </div>
  </div>`;
}

function bonesView(): TemplateResult {
  return html`<div class="sheet-bones" role="status">
    <span class="sr">Payment is loading.</span><i></i><b></b><b></b><b></b><u></u>
  </div>`;
}

function blockedView(sheet: PaySheet): TemplateResult {
  return html`<div class="sheet-words" data-pc="pay-blocked">
    <p><strong>Payment can't open inside this page.</strong></p>
    <p>The page, or a setting of your browser, doesn't let it. It works in a window of its own, and your hold stays.</p>
    <button class="btn primary wide" data-pc="open-window" @click=${() => sheet.openWindow()}>
      ${icon(ExternalLink)} Open payment in a new window
    </button>
  </div>`;
}

function windowView(sheet: PaySheet): TemplateResult {
  const done = sheet.phase === "paid" || sheet.phase === "refunded" || sheet.phase === "over";
  return html`<div class="sheet-words" data-pc="pay-window">
    <p><strong>${done ? "Payment is done." : "Payment is open in another window."}</strong></p>
    <p>${done ? "You can close this." : "Go on there. Closing that window gives the unit back."}</p>
    <button class="btn quiet wide" data-pc=${done ? "close-done" : "open-window"} @click=${() => (done ? sheet.ask() : sheet.openWindow())}>
      ${done ? "Back to the show" : "Show that window"}
    </button>
  </div>`;
}

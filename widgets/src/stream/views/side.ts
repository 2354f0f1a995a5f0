/** Where chat, poll and reactions stand, and what is there until their parts are. */
import { html, nothing, type TemplateResult } from "lit";
import MessageCircle from "lucide/dist/esm/icons/message-circle.mjs";
import RotateCw from "lucide/dist/esm/icons/rotate-cw.mjs";

import { icon } from "../../ui/icons.js";
import { count } from "../../ui/time.js";
import type { Stage } from "./stage.js";

/** `beside`: a place of its own. In full screen only the stage is seen, so there it lies over the picture. */
export function chatPlace(stage: Stage): "beside" | "over" | "none" {
  const { side, failure, stream } = stage;
  if (side.mode === "off" || failure !== undefined || stream === undefined) return "none";
  return side.mode === "open" && document.fullscreenElement === null ? "beside" : "over";
}

export function chatButtonView(stage: Stage): TemplateResult | typeof nothing {
  const { side } = stage;
  if (chatPlace(stage) !== "over") return nothing;
  const { unread, shown } = side;
  const label = `${shown ? "Close" : "Open"} chat${unread > 0 ? `, ${count(unread, "new message")}` : ""}`;
  return html`<button
    class="btn on-video icon-only"
    part="chat-toggle"
    data-pc="chat-toggle"
    aria-label=${label}
    aria-expanded=${shown}
    @click=${() => side.toggle(!shown)}
  >
    ${icon(MessageCircle)}${unread > 0 ? html`<span class="badge num" data-pc="chat-unread">${unread > 99 ? "99+" : unread}</span>` : nothing}
  </button>`;
}

export function chatBodyView(stage: Stage, place: "beside" | "over"): TemplateResult {
  const { side } = stage;
  const close = (event: Event): void => {
    event.stopPropagation();
    side.toggle(false);
  };
  return html`<section class="chat-place ${place}" part="chat" data-pc="chat-place" aria-label="Chat" @pc-close=${close}>
    ${side.chat !== undefined
      ? html`<pc-chat data-pc="chat" .side=${side} place=${place}></pc-chat>`
      : side.parts.failed
        ? html`<div class="chat-words" role="status" data-pc="chat-trouble">
            <p>The chat can't be loaded. The show goes on without it.</p>
            <button class="btn quiet" data-pc="chat-reload" @click=${() => side.parts.load()}>${icon(RotateCw)} Try again</button>
          </div>`
        : html`<div class="chat-bones" role="status"><span class="sr">The chat is loading.</span><i></i><i></i><i></i><i></i></div>`}
  </section>`;
}

/** The poll beside the pin, or above it where there is no room. */
export function pollPlaceView(stage: Stage): TemplateResult | typeof nothing {
  const { voting, stream, failure } = stage;
  if (voting.poll === null || voting.parts.part === undefined || stream?.state !== "live" || failure !== undefined) return nothing;
  return html`<div class="polls">
    <pc-poll data-pc="poll-place" .voting=${voting} .at=${stage.serverNow} ?open=${stage.pollOpen} exportparts="card,poll,poll-option,poll-pill,notice"></pc-poll>
  </div>`;
}

export function reactionsView(stage: Stage): TemplateResult | typeof nothing {
  const { side, preview, session, narrator } = stage;
  if (side.mode === "off" || preview) return nothing;
  side.reactions.load();
  if (side.reactions.part === undefined) return nothing;
  return html`<pc-reactions part="reactions" .session=${session} .say=${(words: string) => narrator.say(words)}></pc-reactions>`;
}

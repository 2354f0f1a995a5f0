/** What an embedding page may listen to. All bubble out of the element; none can be cancelled. */
import type { OrderView, PinView } from "../wire/protocol.gen.js";
import type { Item } from "./item.js";

export interface StreamEvents {
  "proofcast:ready": { stream: string };
  "proofcast:state": { stream: string; state: "scheduled" | "live" | "ended" };
  "proofcast:pin-shown": { stream: string; pin: PinView };
  "proofcast:pin-hidden": { stream: string; pin: string };
  "proofcast:hold": { stream: string; hold: string; deadline: number; item: Item };
  "proofcast:hold-ended": { stream: string; reason: string; item: Item };
  "proofcast:pay-opened": { stream: string };
  "proofcast:pay-closed": { stream: string };
  "proofcast:order": { stream: string; order: OrderView };
  "proofcast:error": { stream: string; code: string; message: string; retryable: boolean };
}

export function tell<K extends keyof StreamEvents>(from: EventTarget, name: K, detail: StreamEvents[K]): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

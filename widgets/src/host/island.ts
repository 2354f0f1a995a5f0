/** What the server knew when it rendered the page: `<script type="application/json" id="pc-data">`. */
import type { StaffView, StreamView } from "../wire/protocol.gen.js";

export interface Island {
  /** Where the watch page and the embed script live; this page's own origin when absent. */
  base?: string;
  staff?: StaffView;
  stream?: StreamView;
  /** The page that was asked for before the sign-in. */
  next?: string;
}

export function island(page: Document = document): Island {
  const text = page.getElementById("pc-data")?.textContent?.trim();
  if (!text) return {};
  try {
    return JSON.parse(text) as Island;
  } catch {
    console.error("Proofcast: the page's data (#pc-data) is not JSON; going on without it.");
    return {};
  }
}

export const baseOf = (data: Island): string => (data.base ?? location.origin).replace(/\/+$/, "");

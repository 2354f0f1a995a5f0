/** The bundle embed.js: a classic script for anybody's page. Finds out where it came from, and defines the tag. */
import { diagnose } from "./diagnose.js";
import { defineTag } from "./element.js";

declare global {
  interface Window {
    Proofcast?: { diagnose: () => Promise<string> };
  }
}

function ownOrigin(): string {
  const running = document.currentScript as HTMLScriptElement | null;
  const script = running ?? document.querySelector<HTMLScriptElement>('script[src*="/embed.js"]');
  return script === null || script.src === "" ? location.origin : new URL(script.src).origin;
}

const home = ownOrigin();
defineTag(home);
window.Proofcast ??= { diagnose: () => diagnose(home) };

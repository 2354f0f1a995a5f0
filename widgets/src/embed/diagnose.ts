/** `Proofcast.diagnose()`: what works and what does not, in words, for whoever put the embed on the page. */
import { TAG, type ProofcastStream } from "./element.js";
import { reach } from "./reach.js";
import { originNotAllowed, policyAgainst } from "./trouble.js";

const FRAME_MS = 4_000;

/** Prints the lines, and gives them back. Changes nothing; it opens the pay page in a hidden frame for a moment. */
export async function diagnose(home: string): Promise<string> {
  const lines: string[] = [];
  const good = (text: string): void => void lines.push(`  ok    ${text}`);
  const bad = (text: string): void => void lines.push(`  WRONG ${text}`);
  lines.push(`Proofcast on ${location.href}`, `script from ${home}`);
  if (window.isSecureContext) good("the page is a secure context");
  else bad("the page is not https: card wallets will not show, and some browsers refuse payment");
  if (storageOpen()) good("the browser keeps a viewer's pass");
  else lines.push("  note  the browser keeps nothing for this page: a viewer is new on each visit");
  if (mayPay()) good("the page's Permissions-Policy lets a frame ask for payment");
  else bad(`Permissions-Policy forbids payment in frames: allow payment=(self "${home}")`);
  const elements = [...document.querySelectorAll<ProofcastStream>(TAG)];
  if (elements.length === 0) bad(`there is no <${TAG}> on this page`);
  for (const element of elements) {
    const { base, stream } = element;
    lines.push(`<${TAG} stream="${stream}"> at ${base}`);
    if (element.trouble !== undefined) bad(`${element.trouble.said} ${element.trouble.mend}`);
    const reached = await reach(base, stream);
    if ("trouble" in reached) {
      bad(`${reached.trouble.said} ${reached.trouble.mend}`);
      continue;
    }
    const { snapshot, now } = reached.room;
    good(`the stream answers: "${snapshot.stream.title}", ${snapshot.stream.state}, ${snapshot.pins.length} pinned`);
    const off = Math.round(Math.abs(now - Date.now()) / 1000);
    if (off <= 30) good("this machine's clock agrees with the server's");
    else lines.push(`  note  this machine's clock is ${off} s off; the stream corrects for it`);
    if (element.shadowRoot?.querySelector("pc-stream") !== null) good("the element is loaded");
    else lines.push("  note  the element is not loaded yet (not near the screen, or waiting for a click)");
    const pass = await passGiven(base, stream);
    if (pass === "") good("the shop lets this page sell");
    else bad(pass);
    if (await frameWorks(base, stream)) good("the pay frame opens here");
    else if (pass !== "") lines.push("  note  the pay frame opens only on pages that the shop allows");
    else bad(`the pay frame does not open: frame-src needs ${base}. Until then payment opens a window of its own`);
    const directive = policyAgainst(base);
    if (directive !== undefined) bad(`the Content-Security-Policy refused ${base} in ${directive}`);
  }
  const text = lines.join("\n");
  console.info(text);
  return text;
}

/** Empty when the shop gives this page's viewers a pass; else what to mend. */
async function passGiven(base: string, stream: string): Promise<string> {
  try {
    const address = `${base}/api/v1/streams/${encodeURIComponent(stream)}/pass`;
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(address, { method: "POST", headers, body: "{}" });
    if (response.ok) return "";
    if (response.status === 403) return originNotAllowed().mend;
    return `no pass: the server answered ${response.status}`;
  } catch {
    return "no pass: the server did not answer";
  }
}

function storageOpen(): boolean {
  try {
    localStorage.setItem("proofcast:probe", "1");
    localStorage.removeItem("proofcast:probe");
    return true;
  } catch {
    return false;
  }
}

function mayPay(): boolean {
  const policy = (document as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  return policy?.allowsFeature("payment") ?? true;
}

async function frameWorks(base: string, stream: string): Promise<boolean> {
  const frame = document.createElement("iframe");
  frame.src = `${base}/pay/${encodeURIComponent(stream)}`;
  frame.hidden = true;
  frame.title = "";
  document.body.append(frame);
  try {
    return await new Promise<boolean>((settle) => {
      const timer = setTimeout(() => settle(false), FRAME_MS);
      addEventListener("message", (event) => {
        if (event.source !== frame.contentWindow || event.origin !== new URL(base).origin) return;
        clearTimeout(timer);
        settle(true);
      });
    });
  } finally {
    frame.remove();
  }
}

// A client whose server drains, or has no room yet: the npm client as it comes, then the widgets' own on top of it. Reads one JSON
// object from standard input, writes one JSON line per step.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const say = (step, value) => console.log(JSON.stringify({ step, ...value }));
const { url, modules, source, token } = JSON.parse(await new Promise((done) => process.stdin.once("data", done)));
const require = createRequire(modules);

// Which pauses are asked for while the line is down.
let pauses;
const plain = globalThis.setTimeout;
globalThis.setTimeout = (work, pause, ...more) => {
  pauses?.push(pause ?? 0);
  return plain(work, pause, ...more);
};

if (source === null) {
  const socket = require("socket.io-client").io(url, { transports: ["websocket"], auth: { token } });
  socket.once("connect", () => {
    say("connected", {});
    socket.once("disconnect", (reason, details) => {
      say("lost", { reason, code: details.context.code });
      socket.once("connect", () => { say("back", {}); process.exit(0); });
    });
  });
} else {
  const folder = mkdtempSync(join(tmpdir(), "proofcast-client-"));
  const outfile = join(folder, "client.mjs");
  const options = { bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "warning" };
  // The npm package needs `require` where it is bundled as a module.
  const banner = { js: "import { createRequire as _r } from 'node:module'; const require = _r(import.meta.url);" };
  await require("esbuild").build({ ...options, banner, entryPoints: [source], outfile });
  const { Client } = await import(pathToFileURL(outfile));
  rmSync(folder, { recursive: true });
  const client = new Client({ base: url, token: async () => token });
  let opened = 0;
  const first = () => Math.min(...(pauses ?? []).filter((pause) => pause > 0));
  client.onLine((line) => {
    if (line.state === "lost") { pauses = []; say("lost", {}); }
    if (line.state !== "open") return;
    opened += 1;
    if (opened === 1) return say("connected", pauses === undefined ? {} : { first: first() });
    say("back", { first: first() });
    process.exit(0);
  });
  client.connect();
}

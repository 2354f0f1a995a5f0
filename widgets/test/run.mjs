/** Bundles each *.test.ts with esbuild and runs node's own test runner on the lot. Arguments go to `node --test`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "proofcast-widgets-"));
const names = readdirSync(here).filter((name) => name.endsWith(".test.ts"));

try {
  await build({
    entryPoints: names.map((name) => join(here, name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    define: { TOKENS_CSS: JSON.stringify(join(here, "..", "..", "static", "css", "tokens.css")) },
    logLevel: "warning",
  });
  const files = names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  const flags = ["--enable-source-maps", "--test", ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, [...flags, ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}

/**
 * Bundles the widgets into ../static/build and prints what each page has to load, gzipped.
 * `--check` writes nothing and fails when a page's weight is over its budget; `--out DIR` builds elsewhere.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({ options: { check: { type: "boolean" }, out: { type: "string" } } });
const outdir = resolve(flags.out ?? join(here, "..", "static", "build"));

/**
 * `budget`: kB (1,000 bytes, gzipped) of the file and of all that it imports statically; every kB is somebody's
 * page load. `lazy`: packages that may only come in by a dynamic import. `parts`: our own modules that do, each with a
 * budget for what it loads beside the bundle.
 */
const bundles = [
  { name: "embed", entry: "src/embed/loader.ts", classic: true, budget: 10, lazy: ["lit", "hls.js", "socket.io-client"] },
  {
    name: "stream",
    entry: "src/stream/index.ts",
    budget: 60,
    lazy: ["hls.js"],
    parts: {
      "src/stream/chat/chat.ts": 12,
      "src/stream/line/line.ts": 2,
      "src/stream/poll/poll.ts": 6,
      "src/stream/reactions/reactions.ts": 4,
    },
  },
  { name: "pay", entry: "src/pay/index.ts", budget: 20, lazy: ["hls.js"], parts: { "src/pay/delivery.ts": 6 } },
  { name: "host", entry: "src/host/index.ts", budget: null, lazy: ["hls.js"] },
];

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  write: false,
  target: "es2021",
  legalComments: "linked",
  logLevel: "warning",
  outdir,
  define: { "process.env.NODE_ENV": '"production"' },
};

/** Each bundle by itself: chunks shared between bundles would cut all of them into dozens of files. */
const options = ({ name, entry, classic }) => ({
  ...common,
  entryPoints: { [name]: entry },
  ...(classic ? { format: "iife" } : { format: "esm", splitting: true, chunkNames: "[name]-[hash]" }),
});

/** The outputs that a browser loads along with `path`, itself among them. */
function loaded(outputs, path, seen = new Set()) {
  if (!seen.has(path)) {
    seen.add(path);
    for (const it of outputs[path].imports) {
      if (it.kind === "import-statement" && !it.external) loaded(outputs, it.path, seen);
    }
  }
  return seen;
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(7);

async function replaceFolder(files) {
  await mkdir(outdir, { recursive: true });
  await Promise.all(files.map((file) => writeFile(file.path, file.contents)));
  const kept = new Set(files.map((file) => basename(file.path)));
  const stale = (await readdir(outdir)).filter((name) => !kept.has(name));
  await Promise.all(stale.map((name) => rm(join(outdir, name), { recursive: true })));
}

let results;
try {
  results = await Promise.all(bundles.map((bundle) => build(options(bundle))));
} catch {
  process.exit(1); // esbuild has said why
}

const files = results.flatMap((result) => result.outputFiles);
const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
const gzipped = new Map(files.map((file) => [resolve(file.path), gzipSync(file.contents, { level: 9 }).length]));
const faults = [];

const weight = (parts) => parts.reduce((sum, part) => sum + gzipped.get(resolve(here, part)), 0);

function report(name, bytes, budget, count) {
  console.log(`${name.padEnd(18)} ${kilobytes(bytes)} ${String(budget ?? "-").padStart(7)} ${String(count).padStart(6)}`);
  if (budget !== null && bytes > budget * 1000) faults.push(`${name} is over its budget of ${budget} kB`);
}

console.log("bundle               kB gz  budget  files");
for (const { name, budget, lazy, parts = {} } of bundles) {
  const path = Object.keys(outputs).find((it) => resolve(here, it) === join(outdir, `${name}.js`));
  const files = [...loaded(outputs, path)];
  report(`${name}.js`, weight(files), budget, files.length);
  const inputs = files.flatMap((part) => Object.keys(outputs[part].inputs));
  for (const lib of lazy) {
    if (inputs.some((it) => it.includes(`node_modules/${lib}/`))) faults.push(`${name}.js loads ${lib} at once; import() it`);
  }
  for (const [entry, most] of Object.entries(parts)) {
    const part = Object.keys(outputs).find((it) => outputs[it].entryPoint === entry);
    if (part === undefined || files.includes(part)) faults.push(`${name}.js loads ${entry} at once; import() it`);
    else {
      const more = [...loaded(outputs, part)].filter((it) => !files.includes(it));
      report(`  ${basename(entry, ".ts")}, lazily`, weight(more), most, more.length);
    }
  }
}
for (const fault of faults) console.error(fault);
if (flags.check) process.exitCode = faults.length ? 1 : 0;
else await replaceFolder(files);

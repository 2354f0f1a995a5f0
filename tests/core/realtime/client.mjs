// The npm client as it comes, against the engine alone. One JSON object on standard input, one JSON line per step.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const say = (step, value) => console.log(JSON.stringify({ step, ...value }));
const { url, modules } = await next();
const { io } = createRequire(modules)("socket.io-client");
const options = { transports: ["websocket"], reconnectionDelay: 20, reconnectionDelayMax: 50, forceNew: true };

const polling = io(url, { ...options, transports: ["polling"], reconnection: false, auth: { token: "ada" } });
await new Promise((done) => polling.on("connect_error", (error) => { say("polling", { type: error.type }); done(); }));
polling.close();
const stranger = io(url, { ...options, reconnection: false });
await new Promise((done) => stranger.on("connect_error", (error) => { say("refused", { data: error.data }); done(); }));
stranger.close();

const socket = io(url, { ...options, auth: { token: "ada" } });
const ask = (body) => socket.timeout(10_000).emitWithAck("echo", body);
let heard = [];
let pings = 0;
socket.on("said", (data) => heard.push(data.number ?? data));
socket.io.on("ping", () => { pings += 1; });
await new Promise((done) => socket.once("connect", done));
say("connected", { answer: await ask({ text: "é" }) });
const large = "x".repeat(60_000);
say("large", { same: (await ask({ text: large })).data.text === large });
const answers = await Promise.all([...Array(50).keys()].map((n) => ask({ text: String(n) })));
say("many", { texts: answers.map((answer) => answer.data.text) });
await next();
await ask({ text: "x", room: "all", many: 200 });
say("events", { numbers: heard });
while (pings < 3) await new Promise((done) => setTimeout(done, 10));
say("pings", { connected: socket.connected });

for (const from of ["client", "server"]) {
  const reason = new Promise((done) => socket.once("disconnect", done));
  const back = new Promise((done) => socket.once("connect", done));
  if (from === "client") socket.io.engine.close();
  else say("close me", {});
  say("closed", { from, reason: await reason });
  await back;
  say("back", { answer: await ask({ text: from }) });
}
socket.close();
process.exit(0);

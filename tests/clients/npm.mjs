// The npm client as it comes: connects, is refused, joins, holds, loses its line and finds what it missed.
// Reads one JSON object from standard input, writes one JSON line per step.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const say = (step, value) => console.log(JSON.stringify({ step, ...value }));
const { url, modules, token, stream, pin, variant } = await next();
const { io } = createRequire(modules)("socket.io-client");
const options = { path: "/socket.io/", transports: ["websocket"], reconnectionDelay: 50, forceNew: true };

const stranger = io(url, { ...options, reconnection: false, auth: { token: "forged" } });
await new Promise((done) => stranger.on("connect_error", (error) => { say("refused", { data: error.data }); done(); }));
stranger.close();

const socket = io(url, { ...options, auth: { token } });
const heard = [];
socket.onAny((event, data) => heard.push({ event, data }));
await new Promise((done) => socket.on("connect", done));
const ask = (name, body) => socket.timeout(5000).emitWithAck(name, body);
const joined = await ask("room.join", { stream });
const { epoch, seq } = joined.data.snapshot;
say("joined", { ok: joined.ok, seq });
const held = await ask("hold.create", { key: "npm-client-1", stream, pin, variant, quantity: 1 });
say("held", { answer: held });
const again = await ask("hold.create", { key: "npm-client-1", stream, pin, variant, quantity: 1 });
say("again", { same: again.data.hold.id === held.data.hold.id });
const wrong = await ask("hold.create", { key: "npm-client-2", stream, pin, variant, quantity: -1 });
say("wrong", { answer: wrong });

const cut = new Promise((done) => socket.once("disconnect", done));
socket.io.engine.close(); // as when the line breaks: the client comes back by itself
await cut;
say("cut", {});
await next(); // meanwhile, the host pins something
if (!socket.connected) await new Promise((done) => socket.once("connect", done));
const back = await ask("room.join", { stream, since: { epoch, seq } });
say("back", { missed: back.data.missed.map((one) => one.event), snapshot: back.data.snapshot });
await ask("hold.release", { hold: held.data.hold.id });
say("heard", { events: [...new Set(heard.map((one) => one.event))] });
socket.close();
process.exit(0);

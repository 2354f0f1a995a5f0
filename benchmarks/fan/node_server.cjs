// Node's socket.io as it comes, over `ws`: everybody is in one room from the start.
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Server } = require("socket.io");

const event = JSON.parse(readFileSync(join(__dirname, "event.json"), "utf8"));
const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
const votes = {};

async function blast({ count, every_ms, per_tick }) {
  let due = performance.now();
  for (let seq = 0; seq < count; seq++) {
    io.to("room").emit("pin", { seq, t: Number(process.hrtime.bigint()), ...event });
    if ((seq + 1) % per_tick) continue;
    if (every_ms) {
      due += every_ms;
      await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
    } else {
      await new Promise((done) => setImmediate(done));
    }
  }
}

io.on("connection", (socket) => {
  socket.join("room");
  socket.on("vote", ({ choice }, acknowledge) => {
    votes[choice] = (votes[choice] ?? 0) + 1;
    acknowledge({ ok: true });
  });
  socket.on("go", (order, acknowledge) => {
    acknowledge({ ok: true });
    blast(order);
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1", 4096, () => console.log("ready"));

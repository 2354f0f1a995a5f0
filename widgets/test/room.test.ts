import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import type { Joined, PinView, Room as RoomView } from "../src/wire/protocol.gen.js";
import { LONGEST_LAG_MS, Room } from "../src/wire/room.js";
import { FakeClient, HeldClock, pin, settle, snapshot, wireFault } from "./support.js";

let client: FakeClient;
let clock: HeldClock;
let media: number | null;
let room: Room;
let told: string[];

function joined(change: Partial<Joined> = {}): Joined {
  const stock = { epoch: "s", seq: 1, levels: { "product-a-v": 5 } };
  return { now: clock.time, snapshot: null, missed: [], stock, viewers: 3, ...change };
}

function shown(seq: number, id: string, at = 0, epoch = "e"): { stream: string; epoch: string; seq: number; at: number; pin: PinView; place: number } {
  return { stream: "st", epoch, seq, at, pin: pin(id), place: 0 };
}

const joins = (): unknown[] => client.asked.filter((one) => one.name === "room.join").map((one) => one.body);
const pins = (): string[] => room.shown?.pins.map((one) => one.id) ?? [];

beforeEach(() => {
  client = new FakeClient();
  clock = new HeldClock();
  media = null;
  told = [];
  room = new Room({
    client,
    clock,
    stream: "st",
    mediaNow: () => media,
    onStory: (event) => told.push(event.name),
  });
});

afterEach(() => room.stop());

async function begin(seq = 0): Promise<void> {
  client.answers["room.join"] = () => joined({ snapshot: snapshot(seq) });
  room.start();
  await settle();
}

test("joins when the line is open, and takes the snapshot", async () => {
  await begin(4);
  assert.deepEqual(joins(), [{ stream: "st" }]);
  assert.equal(room.shown?.seq, 4);
  assert.equal(room.stock.left("product-a-v"), 5);
  assert.equal(room.viewers, 3);
});

test("a page that has a snapshot asks only for what it missed", async () => {
  client.answers["room.join"] = () => joined({ missed: [{ event: "pin.shown", data: shown(8, "a") }] });
  const view: RoomView = { snapshot: snapshot(7), stock: joined().stock, viewers: 1, now: 0 };
  room.start(view);
  await settle();
  assert.deepEqual(joins(), [{ stream: "st", since: { epoch: "e", seq: 7 } }]);
  assert.deepEqual(pins(), ["a"]);
});

test("events in order show at once when there is no picture", async () => {
  await begin();
  client.emit("pin.shown", shown(1, "a", clock.time));
  client.emit("pin.shown", shown(2, "b", clock.time));
  assert.deepEqual(pins(), ["b", "a"]);
  assert.deepEqual(told, ["pin.shown", "pin.shown"]);
});

test("an event waits until the picture has reached it, and those behind it wait too", async () => {
  await begin();
  media = clock.time - 4_000;
  client.emit("pin.shown", shown(1, "a", clock.time - 1_000));
  client.emit("pin.hidden", { stream: "st", epoch: "e", seq: 2, at: clock.time - 5_000, pin: "a" });
  assert.deepEqual(pins(), []);
  assert.deepEqual(told, []);
  media = clock.time - 1_000;
  room.release();
  assert.deepEqual(told, ["pin.shown", "pin.hidden"]);
});

test("a picture that stands still can't hold the story back for ever", async () => {
  await begin();
  media = 0;
  client.emit("pin.shown", shown(1, "a", clock.time));
  assert.deepEqual(pins(), []);
  clock.time += LONGEST_LAG_MS;
  room.release();
  assert.deepEqual(pins(), ["a"]);
});

test("an event seen twice counts once", async () => {
  await begin(5);
  client.emit("pin.shown", shown(5, "old"));
  client.emit("pin.shown", shown(6, "a"));
  client.emit("pin.shown", shown(6, "a"));
  assert.deepEqual(pins(), ["a"]);
});

test("an event of another stream is not ours", async () => {
  await begin();
  client.emit("pin.shown", { ...shown(1, "a"), stream: "other" });
  assert.deepEqual(pins(), []);
  assert.equal(joins().length, 1);
});

test("a gap asks for what was missed, and ends where the server is", async () => {
  await begin();
  client.answers["room.join"] = () =>
    joined({ missed: [1, 2, 3].map((seq) => ({ event: "pin.shown", data: shown(seq, `p${seq}`) })) });
  client.emit("pin.shown", shown(3, "p3"));
  assert.deepEqual(pins(), []);
  await settle();
  assert.deepEqual(joins().at(-1), { stream: "st", since: { epoch: "e", seq: 0 } });
  assert.deepEqual(pins(), ["p3", "p2", "p1"]);
});

test("many events after a gap ask once", async () => {
  await begin();
  client.answers["room.join"] = () => joined({ snapshot: snapshot(9, [pin("z")]) });
  for (const seq of [5, 6, 7, 8, 9]) client.emit("pin.shown", shown(seq, `p${seq}`));
  await settle();
  assert.equal(joins().length, 2);
  assert.deepEqual(pins(), ["z"]);
});

test("a new epoch takes a fresh snapshot", async () => {
  await begin(40);
  client.answers["room.join"] = () => joined({ snapshot: snapshot(2, [pin("z")], "f") });
  client.emit("pin.shown", shown(2, "z", 0, "f"));
  await settle();
  assert.deepEqual(joins().at(-1), { stream: "st" });
  assert.equal(room.shown?.epoch, "f");
  assert.deepEqual(pins(), ["z"]);
});

test("events that overtake the first answer are kept", async () => {
  client.answers["room.join"] = async () => {
    client.emit("pin.shown", shown(1, "old"));
    client.emit("pin.shown", shown(3, "c"));
    return joined({ snapshot: snapshot(2, [pin("b")]) });
  };
  room.start();
  await settle();
  assert.deepEqual(pins(), ["c", "b"]);
});

test("a snapshot older than what was seen changes nothing", async () => {
  await begin();
  client.answers["room.join"] = async () => {
    client.emit("pin.shown", shown(1, "a"));
    return joined({ snapshot: snapshot(0) });
  };
  await room.join();
  assert.deepEqual(pins(), ["a"]);
});

test("an event that this client does not know still counts", async () => {
  await begin();
  client.answers["room.join"] = () =>
    joined({
      missed: [
        { event: "poll.opened", data: { stream: "st", epoch: "e", seq: 1, at: 0 } },
        { event: "pin.shown", data: shown(2, "a") },
      ],
    });
  await room.join();
  assert.deepEqual(pins(), ["a"]);
  client.emit("pin.shown", shown(3, "b"));
  assert.deepEqual(pins(), ["b", "a"]);
});

test("a line that comes back joins with the last place", async () => {
  await begin(6);
  client.setLine("lost");
  client.answers["room.join"] = () => joined();
  client.setLine("open");
  await settle();
  assert.deepEqual(joins().at(-1), { stream: "st", since: { epoch: "e", seq: 6 } });
});

test("truth goes through at once, whatever the picture does", async () => {
  await begin();
  media = 0;
  client.emit("stock.changed", { epoch: "s", seq: 2, levels: { "product-a-v": 0 } });
  client.emit("viewers.changed", { stream: "st", viewers: 40, approximate: false });
  client.emit("viewers.changed", { stream: "other", viewers: 1, approximate: false });
  assert.equal(room.stock.left("product-a-v"), 0);
  assert.equal(room.viewers, 40);
});

test("a server that lost its link is known by it until it has caught up, or somebody joined", async () => {
  await begin();
  client.emit("room.stale", { since: 5 });
  assert.equal(room.staleSince, 5);
  client.emit("room.stale", { since: null });
  assert.equal(room.staleSince, null);
  client.emit("room.stale", { since: 7 });
  client.setLine("lost");
  assert.equal(room.staleSince, null);
  client.setLine("open");
  await settle();
  client.emit("room.stale", { since: 9 });
  await room.join();
  assert.equal(room.staleSince, null);
});

test("stock that began anew is asked for, since only what moved was told", async () => {
  await begin();
  client.answers["room.join"] = () => joined({ stock: { epoch: "t", seq: 9, levels: { "product-a-v": 2 } } });
  client.emit("stock.changed", { epoch: "t", seq: 8, levels: { other: 1 } });
  await settle();
  assert.equal(room.stock.left("product-a-v"), 2);
});

test("a new pin whose stock nobody told is asked for", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  client.answers["room.join"] = () => joined({ snapshot: snapshot() });
  room.start();
  await settle();
  client.answers["room.join"] = () => joined({ stock: { epoch: "s", seq: 2, levels: { "product-new-v": 7 } } });
  client.emit("pin.shown", shown(1, "new"));
  assert.equal(room.stock.left("product-new-v"), undefined);
  t.mock.timers.tick(2_000);
  await settle();
  assert.equal(room.stock.left("product-new-v"), 7);
});

test("a join that fails for a while is repeated, and the reason is told", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const errors: string[] = [];
  room = new Room({ client, clock, stream: "st", onError: (error) => errors.push(error.code) });
  client.answers["room.join"] = () => {
    throw wireFault("unavailable", true);
  };
  room.start();
  await settle();
  assert.deepEqual(errors, ["unavailable"]);
  client.answers["room.join"] = () => joined({ snapshot: snapshot(3) });
  t.mock.timers.tick(10_000);
  await settle();
  assert.equal(room.shown?.seq, 3);
});

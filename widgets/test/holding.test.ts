import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Holding } from "../src/stream/holding.js";
import type { Item } from "../src/stream/item.js";
import { memoryDrawer } from "../src/wire/keys.js";
import type { Hold, HoldAnswer, OrderView } from "../src/wire/protocol.gen.js";
import { FakeClient, HeldClock, settle, wireFault } from "./support.js";

const item: Item = {
  pin: "pin",
  product: "product",
  variant: "variant",
  name: "Pale Root",
  variantName: "30 ml",
  imageUrl: null,
  price: 4_800,
  currency: "eur",
};

let client: FakeClient;
let clock: HeldClock;
let drawer: ReturnType<typeof memoryDrawer>;
let refused: string[];
let holding: Holding;

function make(): Holding {
  return new Holding({
    client,
    clock,
    stream: "st",
    drawer,
    onChange: () => undefined,
    onLevels: () => undefined,
    onRefused: (error) => refused.push(error.code),
  });
}

function answer(change: Partial<Hold> = {}): HoldAnswer {
  const deadline = clock.time + 300_000;
  const lines = [{ variant: "variant", quantity: 1 }];
  const hold: Hold = { id: "h", state: "held", deadline, lines, extensions_left: 10, ...change };
  return { hold, levels: { epoch: "s", seq: 1, levels: { variant: 4 } } };
}

function order(state: OrderView["state"], reason: string | null = null): OrderView {
  const line = { product: "product", variant: "variant", name: "", variant_name: "", image_url: null, quantity: 1, unit_price: 4_800 };
  return { id: "o", number: "1042", state, reason, currency: "eur", total: 4_800, lines: [line], created_at: 0, paid_at: null };
}

const keys = (name: string): string[] => client.asked.filter((one) => one.name === name).map((one) => one.body.key as string);

beforeEach(() => {
  client = new FakeClient();
  clock = new HeldClock();
  drawer = memoryDrawer();
  refused = [];
  holding = make();
  client.answers["hold.create"] = () => answer();
  client.answers["hold.release"] = () => ({});
});

test("a tap is on the screen before the network has said anything", () => {
  void holding.create(item);
  assert.equal(holding.state.phase, "asking");
});

test("one tap holds one unit, and a second tap changes nothing", async () => {
  const first = holding.create(item);
  await holding.create(item);
  await first;
  await holding.create(item);
  assert.equal(keys("hold.create").length, 1);
  assert.equal(holding.state.phase, "held");
  assert.equal(holding.left(), 300_000);
});

test("after a lost answer the same wish goes out under the same key", async () => {
  client.answers["hold.create"] = () => {
    throw wireFault("timeout", true);
  };
  await holding.create(item);
  assert.equal(holding.state.phase, "none");
  client.answers["hold.create"] = () => answer();
  await holding.create(item);
  const [one, two] = keys("hold.create");
  assert.equal(one, two);
  assert.deepEqual(refused, ["timeout"]);
});

test("a refusal is said, and the next wish is a new one", async () => {
  client.answers["hold.create"] = () => {
    throw wireFault("stock.sold_out");
  };
  await holding.create(item);
  await holding.create(item);
  const [one, two] = keys("hold.create");
  assert.notEqual(one, two);
  assert.deepEqual(refused, ["stock.sold_out", "stock.sold_out"]);
});

test("a page that is loaded again finds the living hold by its key", async () => {
  await holding.create(item);
  const again = make();
  await again.resume();
  const [one, two] = keys("hold.create");
  assert.equal(one, two);
  assert.equal(again.state.phase, "held");
});

test("a hold that ended meanwhile is not shown again", async () => {
  await holding.create(item);
  client.answers["hold.create"] = () => answer({ state: "expired" });
  const again = make();
  await again.resume();
  assert.equal(again.state.phase, "none");
  const third = make();
  await third.resume();
  assert.equal(keys("hold.create").length, 2);
});

test("a hold lives on when its pin was taken down and the page loaded again", async () => {
  await holding.create(item);
  client.answers["hold.create"] = () => {
    throw wireFault("pins.not_shown");
  };
  const again = make();
  await again.resume();
  assert.equal(again.state.phase, "held");
  clock.time += 400_000;
  const late = make();
  await late.resume();
  assert.equal(late.state.phase, "none");
});

test("finding the hold again is tried until there is an answer, and never after a tap", async () => {
  await holding.create(item);
  client.answers["hold.create"] = () => {
    throw wireFault("unavailable", true);
  };
  const again = make();
  await again.resume();
  assert.equal(again.state.phase, "none");
  client.answers["hold.create"] = () => answer();
  await again.resume();
  assert.equal(again.state.phase, "held");
  await again.release();
  const asked = keys("hold.create").length;
  await again.resume();
  assert.equal(keys("hold.create").length, asked);
});

test("more time moves the deadline; a retry of it repeats its key", async () => {
  await holding.create(item);
  client.answers["hold.extend"] = () => {
    throw wireFault("timeout", true);
  };
  await holding.extend();
  assert.equal(holding.state.phase === "held" && holding.state.error?.code, "timeout");
  client.answers["hold.extend"] = () => answer({ deadline: clock.time + 600_000, extensions_left: 9 });
  await holding.extend();
  const [one, two] = keys("hold.extend");
  assert.equal(one, two);
  assert.equal(holding.left(), 600_000);
  await holding.extend();
  assert.notEqual(keys("hold.extend")[2], two);
});

test("letting go ends the hold; news of its end afterwards changes nothing", async () => {
  await holding.create(item);
  await holding.release();
  assert.equal(holding.state.phase === "over" && holding.state.reason, "released");
  holding.ended("h", "expired");
  assert.equal(holding.state.phase === "over" && holding.state.reason, "released");
});

test("letting go while the line is down keeps the hold on the screen, with the reason", async () => {
  await holding.create(item);
  client.answers["hold.release"] = () => {
    throw wireFault("timeout", true);
  };
  await holding.release();
  assert.equal(holding.state.phase === "held" && holding.state.error?.code, "timeout");
});

test("the deadline ends a hold also when the news of it was lost, but not one that is being paid", async () => {
  await holding.create(item);
  clock.time += 301_000;
  assert.equal(holding.left(), 0);
  assert.equal(holding.state.phase, "held");
  clock.time += 2_000;
  holding.left();
  assert.equal(holding.state.phase, "over");

  const paying = make();
  await paying.create(item);
  paying.order = "o";
  clock.time += 400_000;
  assert.equal(paying.left(), 0);
  assert.equal(paying.state.phase, "held");
});

test("a paid order ends the hold as paid; a refund afterwards is told", async () => {
  await holding.create(item);
  holding.order = "o";
  holding.ordered(order("pending"));
  assert.equal(holding.state.phase, "held");
  holding.ordered({ ...order("paid"), id: "somebody else's" });
  assert.equal(holding.state.phase, "held");
  holding.ordered(order("paid"));
  assert.equal(holding.state.phase === "over" && holding.state.order?.number, "1042");
  holding.ordered(order("refunded", "sold_out"));
  assert.equal(holding.state.phase === "over" && holding.state.reason, "refunded");
  await settle();
});

test("a cancelled order is the hold let go, and the news of it in any order says the same", async () => {
  await holding.create(item);
  holding.order = "o";
  holding.ordered(order("cancelled", "let_go"));
  holding.ended("h", "released");
  assert.equal(holding.state.phase === "over" && holding.state.reason, "released");
});

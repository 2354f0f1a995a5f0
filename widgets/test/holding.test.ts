import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Holding } from "../src/stream/holding.js";
import type { Item } from "../src/stream/item.js";
import { Kept } from "../src/stream/kept.js";
import { Mine, type Places } from "../src/stream/mine.js";
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
let shown: boolean;
let paying: boolean;
const nowhere: Places = { variants: new Set(), waits: () => false, took: () => undefined };

/** A page that is loaded again, or another tab: it asks what there is. */
async function joined(): Promise<Holding> {
  const again = make();
  const mine = new Mine({ client, stream: "st", kept: new Kept(drawer, "st"), holding: again, line: () => nowhere });
  await mine.ask();
  return again;
}

function make(): Holding {
  return new Holding({
    client,
    clock,
    stream: "st",
    kept: new Kept(drawer, "st"),
    find: (variant) => (shown ? { ...item, variant } : undefined),
    paying: () => paying,
    onChange: () => undefined,
    onLevels: () => undefined,
    onRefused: (error) => refused.push(error.code),
  });
}

function answer(change: Partial<Hold> = {}): HoldAnswer {
  const deadline = clock.time + 300_000;
  const lines = [{ variant: "variant", quantity: 1 }];
  const picks = [{ pin: "pin", variant: "variant", quantity: 1 }];
  const hold: Hold = { id: "h", state: "held", deadline, lines, picks, extensions_left: 10, ...change };
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
  shown = true;
  paying = false;
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

test("a page that is loaded again finds the living hold, and its name where the pin is down", async () => {
  await holding.create(item);
  client.answers["hold.mine"] = () => ({ holds: [answer().hold], places: [] });
  shown = false;
  const again = await joined();
  assert.equal(again.state.phase === "held" && again.state.item.name, "Pale Root");
  assert.equal(keys("hold.create").length, 1);
});

test("who took nothing in this browser asks nothing", async () => {
  await joined();
  assert.deepEqual(client.asked, []);
});

test("a hold that ended meanwhile is not shown again, nor asked for a second time", async () => {
  await holding.create(item);
  client.answers["hold.mine"] = () => ({ holds: [], places: [] });
  assert.equal((await joined()).state.phase, "none");
  await joined();
  assert.equal(client.asked.filter((one) => one.name === "hold.mine").length, 1);
});

test("what ended while the line was away is said; what was taken since the question stays", async () => {
  await holding.create(item);
  holding.took([], new Set());
  assert.equal(holding.state.phase, "held");
  holding.took([], holding.ids);
  assert.equal(holding.state.phase === "over" && holding.state.reason, "away");
});

test("an offer turns the screen into a hold at once, and says after a reload that it was one", async () => {
  holding.adopt(answer().hold, true);
  assert.equal(holding.state.phase === "held" && holding.state.offered, true);
  client.answers["hold.mine"] = () => ({ holds: [answer().hold], places: [] });
  const again = await joined();
  assert.equal(again.state.phase === "held" && again.state.offered, true);
  again.ended("h", "expired");
  assert.equal(again.state.phase === "over" && again.state.offered, true);
});

test("an offer stays behind what is held, and comes in front when that is over", async () => {
  await holding.create(item);
  const picks = [{ pin: "pin", variant: "other", quantity: 1 }];
  holding.adopt(answer({ id: "h2", picks }).hold, true);
  assert.equal(holding.state.phase === "held" && holding.state.hold.id, "h");
  assert.equal(holding.others.length, 1);
  holding.front("h2");
  assert.equal(holding.state.phase === "held" && holding.state.hold.id, "h2");
  holding.ended("h2", "expired");
  holding.dismiss();
  assert.equal(holding.state.phase === "held" && holding.state.hold.id, "h");
});

test("nothing comes in front of a payment", async () => {
  paying = true;
  holding.adopt(answer().hold, true);
  assert.equal(holding.state.phase, "none");
  paying = false;
  holding.dismiss();
  assert.equal(holding.state.phase, "held");
});

test("what is held behind is gone with its deadline, too", () => {
  paying = true;
  holding.adopt(answer().hold);
  clock.time += 303_000;
  holding.left();
  assert.deepEqual(holding.others, []);
});

test("another hold in the place of one is shown in its place", async () => {
  await holding.create(item);
  holding.changed("h", answer({ id: "h2" }).hold);
  assert.equal(holding.state.phase === "held" && holding.state.hold.id, "h2");
  assert.deepEqual([...holding.ids], ["h2"]);
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

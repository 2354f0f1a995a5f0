import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import type { Item } from "../src/stream/item.js";
import { Kept } from "../src/stream/kept.js";
import { Waiting, type Spot } from "../src/stream/line/waiting.js";
import { goneWords, ordinal, placeWords, spotWords } from "../src/stream/line/words.js";
import { memoryDrawer } from "../src/wire/keys.js";
import type { Hold, Place } from "../src/wire/protocol.gen.js";
import { FakeClient, wireFault } from "./support.js";

const item: Item = {
  pin: "pin",
  product: "product",
  variant: "v",
  name: "Pale Root",
  variantName: "",
  imageUrl: null,
  price: 4_800,
  currency: "eur",
};
const place = (ahead: number, ticket = 7): Place => ({ variant: "v", quantity: 1, ticket, ahead });
const none: ReadonlySet<string> = new Set();
const hold: Hold = { id: "h", state: "held", deadline: 1, lines: [{ variant: "v", quantity: 1 }], picks: [], extensions_left: 1 };

let client: FakeClient;
let kept: Kept;
let told: Spot[];
let got: Hold[];
let refused: string[];
let waiting: Waiting;

beforeEach(() => {
  client = new FakeClient();
  kept = new Kept(memoryDrawer(), "st");
  told = [];
  got = [];
  refused = [];
  waiting = new Waiting({
    client,
    stream: "st",
    kept,
    find: () => undefined,
    onChange: () => undefined,
    onTold: (spot) => told.push(spot),
    onHold: (one) => got.push(one),
    onRefused: (error) => refused.push(error.code),
  });
  client.answers["hold.wait"] = () => ({ place: place(2), hold: null });
});

const ahead = (): number | undefined => {
  const spot = waiting.spot("v");
  return spot?.phase === "waiting" ? spot.ahead : undefined;
};
const reason = (): string | undefined => {
  const spot = waiting.spot("v");
  return spot?.phase === "gone" ? spot.reason : undefined;
};

test("a place in line is told, and moves with the line and never back", async () => {
  const asked = waiting.wait(item);
  assert.equal(waiting.spot("v")?.phase, "asking");
  await asked;
  assert.equal(ahead(), 2);
  waiting.moved({ variant: "v", first: 6, waiting: 9 });
  assert.equal(ahead(), 1);
  waiting.moved({ variant: "v", first: 3, waiting: 9 });
  assert.equal(ahead(), 1);
  waiting.moved({ variant: "another", first: 9, waiting: 9 });
  waiting.moved({ variant: "v", first: 7, waiting: 1 });
  assert.equal(ahead(), 0);
  assert.deepEqual(told.map(spotWords).map((words) => words.split(":")[0]), ["You are 3rd in line", "You are next in line"]);
});

test("who left before us is not counted a second time by the tickets", async () => {
  client.answers["hold.wait"] = () => ({ place: place(1, 9), hold: null });
  await waiting.wait(item);
  waiting.moved({ variant: "v", first: 3, waiting: 2 });
  assert.equal(ahead(), 1);
});

test("units that were there after all are a hold", async () => {
  client.answers["hold.wait"] = () => ({ place: null, hold });
  await waiting.wait(item);
  assert.deepEqual(got, [hold]);
  assert.equal(waiting.spot("v"), undefined);
});

test("an offer that overtakes the answer leaves no place behind", async () => {
  client.answers["hold.wait"] = () => {
    waiting.offered(hold);
    return { place: place(0), hold: null };
  };
  await waiting.wait(item);
  assert.equal(waiting.spot("v"), undefined);
});

test("after a lost answer the same wish goes out under the same key; after a refusal under a new one", async () => {
  const fail = (code: string, retryable: boolean) => {
    client.answers["hold.wait"] = () => {
      throw wireFault(code, retryable);
    };
    return waiting.wait(item);
  };
  await fail("timeout", true);
  await fail("stock.line_is_full", false);
  await waiting.wait(item);
  const [one, two, three] = client.asked.map((ask) => ask.body.key as string);
  assert.equal(one, two);
  assert.notEqual(two, three);
  assert.deepEqual(refused, ["timeout", "stock.line_is_full", "stock.line_is_full"]);
  assert.equal(kept.get("v"), undefined);
});

test("leaving is said, and one can wait again", async () => {
  await waiting.wait(item);
  client.answers["hold.unwait"] = () => {
    throw wireFault("timeout", true);
  };
  await waiting.leave("v");
  assert.equal(ahead(), 2);
  client.answers["hold.unwait"] = () => ({});
  await waiting.leave("v");
  assert.equal(reason(), "left");
  assert.equal(kept.get("v"), undefined);
  await waiting.wait(item);
  assert.equal(ahead(), 2);
});

test("the server ends a place with its reason", async () => {
  await waiting.wait(item);
  waiting.ended({ variant: "v", reason: "stream_ended" });
  assert.equal(reason(), "stream_ended");
  waiting.ended({ variant: "v", reason: "limit" });
  assert.equal(reason(), "stream_ended");
});

test("a page that is loaded again has its place back by the name that it kept", () => {
  waiting.took([place(4)], none, none);
  assert.equal(waiting.spot("v"), undefined, "nobody knows what it is");
  kept.put({ item });
  waiting.took([place(4)], none, none);
  assert.equal(ahead(), 4);
});

test("a place that was gone when the line came back is said, one that became a hold is not", async () => {
  await waiting.wait(item);
  waiting.took([], none, none);
  assert.equal(ahead(), 2, "it was taken after the question");
  waiting.took([], waiting.variants, new Set(["v"]));
  assert.equal(waiting.spot("v"), undefined);
  await waiting.wait(item);
  waiting.took([], waiting.variants, none);
  assert.equal(reason(), "away");
});

test("places in words", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 1_113].map(ordinal), [
    "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "1,113th",
  ]);
  assert.equal(placeWords(0), "You are next in line");
  assert.equal(placeWords(2), "You are 3rd in line");
  const words = (["left", "limit", "stream_ended", "away"] as const).map(goneWords);
  assert.equal(new Set(words).size, 4);
});

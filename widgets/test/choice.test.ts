import assert from "node:assert/strict";
import { test } from "node:test";

import { Choice } from "../src/stream/choice.js";
import type { HoldState } from "../src/stream/holding.js";
import type { PinView } from "../src/wire/protocol.gen.js";
import { pin } from "./support.js";

const pins = [pin("a"), pin("b"), pin("c")];
const none: HoldState = { phase: "none" };

function heldOn(id: string): HoldState {
  const item = { pin: id, product: "", variant: "", name: "", variantName: "", imageUrl: null, price: 0, currency: "eur" };
  const hold = { id: "h", state: "held" as const, deadline: 0, lines: [], extensions_left: 1 };
  return { phase: "held", item, hold, busy: "", span: 1 };
}

const ids = (some: readonly PinView[]): string[] => some.map((one) => one.id);

test("the host's first pin is in front until the viewer brings another", () => {
  const choice = new Choice();
  assert.equal(choice.pinInFront(pins, none)?.id, "a");
  choice.front = "c";
  assert.equal(choice.pinInFront(pins, none)?.id, "c");
  assert.deepEqual(ids(choice.others(pins, none)), ["a", "b"]);
  choice.front = "gone";
  assert.equal(choice.pinInFront(pins, none)?.id, "a");
});

test("a hold is in front of all pins, and comes back by its own chip", () => {
  const choice = new Choice();
  assert.equal(choice.holdInFront(pins, heldOn("b")), true);
  assert.deepEqual(ids(choice.others(pins, heldOn("b"))), ["a", "c"]);
  choice.front = "a";
  assert.equal(choice.holdInFront(pins, heldOn("b")), false);
  assert.deepEqual(ids(choice.others(pins, heldOn("b"))), ["c"]);
  assert.equal(choice.holdInFront([], heldOn("b")), true);
});

const waitsNowhere = (): boolean => false;

test("a sold-out variant is left for one that can be had, unless none can or it can be waited for", () => {
  const many = pin("a");
  many.product.policy = "first_paid";
  many.product.variants = ["s", "m", "l"].map((id) => ({ id, sku: id, name: id, price: 1, was_price: null, limit: 1 }));
  const choice = new Choice();
  const levels: Record<string, number> = { s: 0, m: 2 };
  const left = (id: string): number | undefined => levels[id];
  assert.equal(choice.variant(many, left, waitsNowhere)?.id, "m");
  choice.pick("a", "l");
  assert.equal(choice.variant(many, left, waitsNowhere)?.id, "l");
  levels["l"] = 0;
  assert.equal(choice.variant(many, left, waitsNowhere)?.id, "m");
  levels["m"] = 0;
  assert.equal(choice.variant(many, left, waitsNowhere)?.id, "l");
  many.product.policy = "hold";
  levels["m"] = 1;
  assert.equal(choice.variant(many, left, waitsNowhere)?.id, "l");
});

test("what the viewer waits for is in front until another is picked", () => {
  const many = pin("a");
  many.product.variants = ["s", "m"].map((id) => ({ id, sku: id, name: id, price: 1, was_price: null, limit: 1 }));
  const choice = new Choice();
  const left = (id: string): number => (id === "m" ? 0 : 3);
  assert.equal(choice.variant(many, left, (id) => id === "m")?.id, "m");
  choice.pick("a", "s");
  assert.equal(choice.variant(many, left, (id) => id === "m")?.id, "s");
});

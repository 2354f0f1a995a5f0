import assert from "node:assert/strict";
import { test } from "node:test";

import { drift, placeInLoop, steer } from "../src/stream/picture/drift.js";

test("the place in the loop", () => {
  assert.equal(placeInLoop(0, 60), 0);
  assert.equal(placeInLoop(61_000, 60), 1);
  assert.equal(placeInLoop(-1_000, 60), 59);
  assert.equal(placeInLoop(5_000, Number.NaN), 0);
});

test("drift takes the shorter way around the loop", () => {
  assert.equal(drift(59.5, 60_500, 60), -1);
  assert.equal(drift(0.5, 59_500, 60), 1);
  assert.equal(drift(30, 30_000, 60), 0);
});

test("small drift is left alone, middling drift is steered, large drift is jumped", () => {
  assert.deepEqual(steer(30.05, 30_000, 60), { kind: "keep" });
  const behind = steer(29.5, 30_000, 60);
  assert.ok(behind.kind === "rate" && behind.rate > 1 && behind.rate <= 1.06);
  const ahead = steer(30.5, 30_000, 60);
  assert.ok(ahead.kind === "rate" && ahead.rate < 1 && ahead.rate >= 0.94);
  assert.deepEqual(steer(20, 30_000, 60), { kind: "seek", to: 30 });
});

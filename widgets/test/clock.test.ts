import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "../src/wire/clock.js";

test("before any answer the local clock is all there is", () => {
  const clock = new ServerClock(() => 1_000);
  assert.equal(clock.now(), 1_000);
  assert.equal(clock.error, Infinity);
});

test("the offset is taken at the middle of the round trip", () => {
  const clock = new ServerClock(() => 10_000);
  clock.sample(50_100, 9_900, 10_100);
  assert.equal(clock.now(), 50_100);
  assert.equal(clock.error, 100);
});

test("the shortest round trip is believed, whenever it came", () => {
  const clock = new ServerClock(() => 0);
  clock.sample(1_400, -900, 900);
  clock.sample(1_000, -20, 20);
  clock.sample(1_200, -300, 300);
  assert.equal(clock.offset, 1_000);
});

test("old samples are forgotten: clocks drift", () => {
  let local = 0;
  const clock = new ServerClock(() => local);
  clock.sample(1_000, 0, 2);
  local = 11 * 60_000;
  clock.sample(local + 1_300, local, local + 80);
  assert.equal(clock.offset, 1_260);
});

test("a clock that was set begins anew", () => {
  const clock = new ServerClock(() => 0);
  clock.sample(1_000, 0, 2);
  clock.sample(61_000, 0, 100);
  assert.equal(clock.offset, 60_950);
});

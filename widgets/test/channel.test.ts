import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { FrameEnd, PageEnd, type ToFrame, type ToPage } from "../src/pay/channel.js";

/** Just enough of a window: who posts what to whom, and who listens. */
class FakeWindow {
  posted: { data: unknown; origin: string }[] = [];
  postMessage(data: unknown, origin: string): void {
    this.posted.push({ data, origin });
  }
}

type Heard = (event: { data: unknown; source: unknown; origin: string }) => void;

let listeners: Set<Heard>;
let page: FakeWindow;
let own: { parent: unknown; opener: unknown };
const real = { add: globalThis.addEventListener, remove: globalThis.removeEventListener };

beforeEach(() => {
  listeners = new Set();
  page = new FakeWindow();
  own = { parent: page, opener: null };
  Object.assign(globalThis, {
    window: own,
    addEventListener: (_name: string, heard: Heard) => listeners.add(heard),
    removeEventListener: (_name: string, heard: Heard) => listeners.delete(heard),
  });
});

afterEach(() => {
  Object.assign(globalThis, { addEventListener: real.add, removeEventListener: real.remove });
  delete (globalThis as { window?: unknown }).window;
});

function arrive(message: unknown, source: unknown, origin: string, mark = "proofcast.pay.1"): void {
  for (const heard of [...listeners]) heard({ data: { mark, message }, source, origin });
}

const SHOP = "https://shop.example";
const BLOG = "https://blog.example";

test("the page hears its own frame of our origin, and nobody else", () => {
  const heard: ToPage[] = [];
  const frame = new FakeWindow();
  const end = new PageEnd(SHOP, (message) => heard.push(message));
  arrive({ kind: "ready" }, frame, SHOP);
  end.bind(frame as unknown as Window);
  arrive({ kind: "ready" }, frame, "https://evil.example");
  arrive({ kind: "ready" }, new FakeWindow(), SHOP);
  arrive({ kind: "ready" }, frame, SHOP, "somebody else's");
  for (const odd of [null, "text", 7]) arrive(odd, frame, SHOP);
  assert.deepEqual(heard, []);
  arrive({ kind: "ready" }, frame, SHOP);
  assert.deepEqual(heard, [{ kind: "ready" }]);
  end.close();
  assert.equal(listeners.size, 0);
});

test("the pass goes to our origin only", () => {
  const frame = new FakeWindow();
  const end = new PageEnd(SHOP, () => undefined);
  end.bind(frame as unknown as Window);
  end.send({ kind: "ended", reason: "expired" });
  assert.equal(frame.posted[0]?.origin, SHOP);
});

test("the frame hears the page around it, if the shop allows its origin", () => {
  const heard: ToFrame[] = [];
  const end = new FrameEnd((origin) => origin === BLOG, (message) => heard.push(message));
  arrive({ kind: "ended", reason: "x" }, page, "https://evil.example");
  arrive({ kind: "ended", reason: "x" }, new FakeWindow(), BLOG);
  assert.deepEqual(heard, []);
  end.send({ kind: "typed" });
  assert.equal(page.posted.length, 0);
  arrive({ kind: "ended", reason: "x" }, page, BLOG);
  assert.equal(heard.length, 1);
  end.send({ kind: "typed" });
  assert.equal(page.posted[0]?.origin, BLOG);
  end.close();
});

test("the frame greets until it is answered, and says nothing else to a stranger", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const end = new FrameEnd((origin) => origin === BLOG, () => undefined);
  let lonely = 0;
  end.greet(() => (lonely += 1));
  t.mock.timers.tick(1_000);
  assert.ok(page.posted.length >= 2);
  for (const { data, origin } of page.posted) {
    assert.deepEqual(data, { mark: "proofcast.pay.1", message: { kind: "ready" } });
    assert.equal(origin, "*");
  }
  const greeted = page.posted.length;
  arrive({ kind: "ended", reason: "x" }, page, BLOG);
  t.mock.timers.tick(60_000);
  assert.equal(page.posted.length, greeted);
  assert.equal(lonely, 0);
  end.close();
});

test("a page that was opened by itself knows that it is alone; so does one that nobody answers", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let lonely = 0;
  const ignored = new FrameEnd(() => false, () => undefined);
  ignored.greet(() => (lonely += 1));
  for (let tick = 0; tick < 30; tick += 1) t.mock.timers.tick(400);
  assert.equal(lonely, 1);
  own.parent = own;
  new FrameEnd(() => true, () => undefined).greet(() => (lonely += 1));
  assert.equal(lonely, 2);
});

test("in a window of its own the opener takes the page's place", () => {
  own.parent = own;
  own.opener = page;
  const heard: ToFrame[] = [];
  new FrameEnd((origin) => origin === BLOG, (message) => heard.push(message));
  arrive({ kind: "ended", reason: "x" }, page, BLOG);
  assert.equal(heard.length, 1);
});

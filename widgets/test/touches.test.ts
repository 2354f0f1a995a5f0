import assert from "node:assert/strict";
import { test } from "node:test";

import { Touches } from "../src/stream/touches.js";
import { FakeClient, settle, wireFault } from "./support.js";

function make(client: FakeClient, sent: string[]): Touches {
  return new Touches({
    client,
    stream: "st",
    now: () => 1_234.6,
    token: () => "token",
    beacon: (body) => sent.push(body) > 0,
  });
}

test("touches travel together, two seconds after the first", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const client = new FakeClient();
  client.answers["touches.report"] = (body) => ({ accepted: body.touches.length });
  const touches = make(client, []);
  touches.add({ kind: "view", channel: "live" }, "view");
  touches.add({ kind: "view", channel: "live" }, "view");
  touches.add({ kind: "click", channel: "live", pin: "p" });
  t.mock.timers.tick(1_999);
  assert.equal(client.asked.length, 0);
  t.mock.timers.tick(1);
  await settle();
  const body = client.asked[0]?.body;
  assert.deepEqual(body.touches.map((one: { kind: string }) => one.kind), ["view", "click"]);
  assert.equal(body.touches[0].at, 1_235);
});

test("what could not be sent is sent again under the same id", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const client = new FakeClient();
  client.answers["touches.report"] = () => {
    throw wireFault("timeout", true);
  };
  const touches = make(client, []);
  touches.add({ kind: "view", channel: "live" });
  t.mock.timers.tick(2_000);
  await settle();
  client.answers["touches.report"] = () => ({ accepted: 1 });
  t.mock.timers.tick(2_000);
  await settle();
  assert.equal(client.asked.length, 2);
  assert.equal(client.asked[0]?.body.touches[0].id, client.asked[1]?.body.touches[0].id);
});

test("a page that goes sends the rest by beacon, what is under way among it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const client = new FakeClient();
  client.answers["touches.report"] = () => new Promise(() => undefined);
  const sent: string[] = [];
  const touches = make(client, sent);
  touches.add({ kind: "view", channel: "live" });
  t.mock.timers.tick(2_000);
  touches.add({ kind: "click", channel: "live", pin: "p" });
  touches.leave();
  const body = JSON.parse(sent[0] ?? "");
  assert.equal(body.token, "token");
  assert.deepEqual(body.touches.map((one: { kind: string }) => one.kind), ["view", "click"]);
});

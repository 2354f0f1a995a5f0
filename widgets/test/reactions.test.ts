import assert from "node:assert/strict";
import { test } from "node:test";

import { Reactions } from "../src/wire/reactions.js";
import { FakeClient, settle, wireFault } from "./support.js";

function bar(): { client: FakeClient; reactions: Reactions; came: string[]; refused: string[] } {
  const client = new FakeClient();
  const came: string[] = [];
  const refused: string[] = [];
  const reactions = new Reactions({
    client,
    stream: "st",
    onCame: (reaction, count) => came.push(`${count} ${reaction}`),
    onRefused: (error) => refused.push(error.code),
  });
  reactions.start();
  return { client, reactions, came, refused };
}

test("an own reaction shows at once and is not counted again", async () => {
  const { client, reactions, came } = bar();
  client.answers["chat.react"] = () => ({});
  await reactions.send("heart", 0);
  await reactions.send("heart", 10);
  client.emit("chat.reacted", { stream: "st", counts: { heart: 5, wow: 1 } });
  client.emit("chat.reacted", { stream: "st", counts: { heart: 1 } });
  client.emit("chat.reacted", { stream: "other", counts: { heart: 1 } });
  assert.deepEqual(came, ["1 heart", "1 heart", "3 heart", "1 wow", "1 heart"]);
});

test("more than five a second are not sent; a refusal is told", async () => {
  const { client, reactions, came, refused } = bar();
  client.answers["chat.react"] = () => ({});
  for (let at = 0; at < 9; at += 1) await reactions.send("clap", at * 10);
  assert.equal(client.asked.length, 5);
  assert.equal(came.length, 5);
  client.answers["chat.react"] = () => {
    throw wireFault("chat.banned");
  };
  await reactions.send("clap", 2_000);
  await settle();
  assert.deepEqual(refused, ["chat.banned"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { PollBooth } from "../src/wire/poll.js";
import type { PollView } from "../src/wire/protocol.gen.js";
import { FakeClient, settle, wireFault } from "./support.js";

function poll(more: Partial<PollView> = {}): PollView {
  const options = ["a", "b", "c"].map((id) => ({ id, text: id.toUpperCase() }));
  const blank = { opened_at: 1, closes_at: null, closed_at: null, tally: null, right: [] };
  return { id: "p1", kind: "single", question: "Which?", options, results: "live", changeable: false, state: "open", ...blank, ...more };
}

function tally(version: number, a = 0, b = 0): { version: number; voters: number; counts: Record<string, number> } {
  return { version, voters: a + b, counts: { a, b, c: 0 } };
}

function booth(): { client: FakeClient; votes: PollBooth; drawn: () => number } {
  const client = new FakeClient();
  let changes = 0;
  const votes = new PollBooth({ client, stream: "st", onChange: () => (changes += 1) });
  votes.start();
  return { client, votes, drawn: () => changes };
}

const later = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

test("a poll that was open already asks once how the viewer voted", async () => {
  const { client, votes } = booth();
  client.answers["poll.ballot"] = () => ({ poll: "p1", options: ["b"], tally: tally(4, 1, 3) });
  const open = poll();
  votes.look(open);
  votes.look(open);
  votes.look({ ...open });
  await later();
  await settle();
  assert.deepEqual(votes.mine, ["b"]);
  assert.equal(votes.tally?.version, 4);
  assert.equal(client.asked.length, 1);
  votes.stop();
});

test("a poll that opens before the viewer's eyes asks nothing", async () => {
  const { client, votes } = booth();
  votes.look(poll(), true);
  await later();
  assert.deepEqual(client.asked, []);
  votes.stop();
});

test("a vote is on the screen before the answer, and a refused one goes", async () => {
  const { client, votes } = booth();
  votes.look(poll(), true);
  let refuse: (reason: unknown) => void = () => undefined;
  client.answers["poll.vote"] = () => new Promise((_, reject) => (refuse = reject));
  const under = votes.vote(["a"]);
  assert.deepEqual(votes.mine, ["a"]);
  assert.equal(votes.voting, true);
  await settle();
  refuse(wireFault("polls.closed"));
  await under;
  votes.stop();
  assert.deepEqual(votes.mine, []);
  assert.equal(votes.voting, false);
  assert.equal(votes.error?.code, "polls.closed");
});

test("tallies never go back, also not by a late answer", async () => {
  const { client, votes } = booth();
  votes.look(poll(), true);
  client.emit("poll.tallied", { stream: "st", poll: "p1", tally: tally(7, 5, 2) });
  client.answers["poll.vote"] = () => ({ poll: "p1", options: ["a"], tally: tally(5, 4, 1) });
  await votes.vote(["a"]);
  assert.equal(votes.tally?.version, 7);
  client.emit("poll.tallied", { stream: "st", poll: "p1", tally: tally(6) });
  assert.equal(votes.tally?.version, 7);
  client.emit("poll.tallied", { stream: "other", poll: "p1", tally: tally(9) });
  assert.equal(votes.tally?.version, 7);
});

test("a tally that is ahead of the picture is there when its poll comes", () => {
  const { client, votes, drawn } = booth();
  client.emit("poll.tallied", { stream: "st", poll: "p1", tally: tally(3, 2, 1) });
  assert.equal(drawn(), 0);
  votes.look(poll(), true);
  assert.equal(votes.tally?.version, 3);
});

test("a vote that can't be changed is not sent twice; one that can is, one at a time, the last wish", async () => {
  const fixed = booth();
  fixed.votes.look(poll(), true);
  fixed.client.answers["poll.vote"] = ({ options }) => ({ poll: "p1", options, tally: null });
  await Promise.all([fixed.votes.vote(["a"]), fixed.votes.vote(["b"])]);
  await fixed.votes.vote(["c"]);
  assert.equal(fixed.client.asked.length, 1);
  assert.deepEqual(fixed.votes.mine, ["a"]);

  const free = booth();
  free.votes.look(poll({ changeable: true }), true);
  const answers: (() => void)[] = [];
  free.client.answers["poll.vote"] = ({ options }) =>
    new Promise((done) => answers.push(() => done({ poll: "p1", options, tally: null })));
  const all = [free.votes.vote(["a"]), free.votes.vote(["b"]), free.votes.vote(["c"])];
  await settle();
  answers[0]?.();
  await settle();
  assert.deepEqual(free.votes.mine, ["c"]); // the answer about "a" does not win over the wish
  answers[1]?.();
  await Promise.all(all);
  assert.deepEqual(free.client.asked.map((one) => one.body.options), [["a"], ["c"]]);
  assert.deepEqual(free.votes.mine, ["c"]);
});

test("closed: the final tally, whatever came before; the next poll begins with nothing of it", async () => {
  const { client, votes } = booth();
  votes.look(poll(), true);
  client.answers["poll.vote"] = () => ({ poll: "p1", options: ["a"], tally: tally(2, 1) });
  await votes.vote(["a"]);
  votes.look(poll({ state: "closed", tally: tally(9, 6, 3), right: ["a"] }));
  assert.equal(votes.tally?.voters, 9);
  assert.deepEqual(votes.mine, ["a"]);
  votes.look(poll({ id: "p2" }), true);
  assert.deepEqual([votes.mine, votes.tally, votes.error], [[], undefined, undefined]);
  await votes.vote([]);
  assert.equal(client.asked.length, 1);
});

test("the line comes back: votes that were counted meanwhile are asked for", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { client, votes } = booth();
  votes.look(poll(), true);
  client.setLine("lost");
  client.answers["poll.ballot"] = () => ({ poll: "p1", options: [], tally: tally(8, 8) });
  client.setLine("open");
  context.mock.timers.tick(2_000);
  await settle();
  assert.equal(votes.tally?.version, 8);
  votes.stop();
});

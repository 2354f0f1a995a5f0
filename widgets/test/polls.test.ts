import assert from "node:assert/strict";
import { test } from "node:test";
import { PollCalls } from "../src/host/polls/calls";
import { barsOf } from "../src/host/polls/bars";
import { PollDeeds } from "../src/host/polls/deeds";
import { clockWords, draftOf, emptySheet, secondsOf, sheetOf, sheetWrong, type PollSheet } from "../src/host/polls/sheet";
import { Polls, merged } from "../src/host/polls/state";
import type { Send } from "../src/host/calls";
import { linkLost } from "../src/host/ui/link";
import type { Said } from "../src/host/ui/toast";
import type { HostPoll, PollView } from "../src/wire/protocol.gen";
import { FakeClient, settle, wireFault } from "./support";

const lines = (...texts: string[]) => texts.map((text, at) => ({ id: at + 1, text }));
const sheet = (change: Partial<PollSheet> = {}): PollSheet => ({ ...emptySheet(), question: "Which?", options: lines("a", "b"), ...change });

function poll(id: string, state: PollView["state"] = "draft", votes: [number, number] = [0, 0], version = 0): HostPoll {
  const tally = { version, voters: votes[0] + votes[1], counts: { o1: votes[0], o2: votes[1] } };
  const view: PollView = {
    id,
    kind: "single",
    question: `${id}?`,
    options: [{ id: "o1", text: "a" }, { id: "o2", text: "b" }],
    results: "live",
    changeable: false,
    state,
    opened_at: state === "draft" ? null : 1,
    closes_at: null,
    closed_at: state === "closed" ? 2 : null,
    tally: state === "closed" ? tally : null,
    right: [],
  };
  return { poll: view, right: [], seconds: null, tally, on_screen: state !== "draft" };
}

/** A server that holds polls, and can be told to refuse. */
function server(list: HostPoll[]) {
  const asked: string[] = [];
  const refuse = new Set<string>();
  const send = (async (method: string, path: string, body?: any) => {
    const tail = path.replace("/api/v1/host/streams/st/polls", "");
    const what = `${method} ${tail}`;
    asked.push(what);
    if (refuse.has(what)) throw wireFault("polls.closed");
    if (what === "GET ") return { polls: list };
    if (what === "POST ") {
      const made = { ...poll(`new${asked.length}`), seconds: body.seconds };
      made.poll.question = body.question;
      return made;
    }
    const [, id, to] = tail.split("/");
    if (method === "DELETE") return {};
    return poll(id ?? "", to === "open" ? "open" : "closed", [3, 1], 9);
  }) as Send;
  return { calls: new PollCalls(send), asked, refuse };
}

async function started(list: HostPoll[], yes = true, live = true) {
  const client = new FakeClient();
  const { calls, asked, refuse } = server(list);
  const polls = new Polls({ calls, client, stream: "st" });
  const said: Said[] = [];
  const questions: string[] = [];
  const deeds = new PollDeeds({
    polls,
    tell: (one) => void (one && said.push(one)),
    ask: async ({ title }) => (questions.push(title), yes),
    live: () => live,
  });
  await polls.start();
  return { polls, client, asked, refuse, said, questions, deeds };
}

const ids = (list: readonly HostPoll[]) => list.map((one) => one.poll.id);

test("a time is read as people write it", () => {
  for (const [text, seconds] of [["90", 90], ["90 s", 90], ["1:30", 90], ["2 min", 120], ["10:00", 600]] as const)
    assert.equal(secondsOf(text), seconds, text);
  for (const text of ["", "soon", "1:75", "-5", "1.5"]) assert.equal(secondsOf(text), null, text);
  assert.equal(clockWords(95), "1:35");
});
test("a sheet says what is wrong with it, at its place", () => {
  assert.deepEqual(sheetWrong(sheet()), {});
  assert.deepEqual(Object.keys(sheetWrong(emptySheet())).sort(), ["option.0", "option.1", "question"]);
  assert.deepEqual(Object.keys(sheetWrong(sheet({ options: lines("Root", " root ") }))), ["option.1"]);
  assert.deepEqual(Object.keys(sheetWrong(sheet({ kind: "quiz" }))), ["right"]);
  assert.deepEqual(sheetWrong(sheet({ kind: "quiz", right: 2 })), {});
  assert.deepEqual(Object.keys(sheetWrong(sheet({ kind: "quiz", right: 7 }))), ["right"], "the right one was taken out");
  for (const own of ["4", "61:00", "x"]) assert.deepEqual(Object.keys(sheetWrong(sheet({ timer: "own", own }))), ["own"]);
  assert.ok(sheetWrong(sheet({ question: "x".repeat(141) }))["question"]);
  assert.equal(sheetWrong(sheet({ question: "😀".repeat(140) }))["question"], undefined, "characters count, as the server counts them");
});
test("a sheet becomes a draft: one line each, and right only in a quiz", () => {
  const draft = draftOf(sheet({ question: " Which\none? ", options: lines(" a ", "b"), right: 1, timer: "60" }), "k");
  assert.deepEqual(draft.options, [{ text: "a", right: false }, { text: "b", right: false }]);
  assert.equal(draft.question, "Which one?");
  assert.equal(draft.seconds, 60);
  assert.equal(draft.key, "k");
  assert.deepEqual(draftOf(sheet({ kind: "quiz", right: 2 })).options.map((one) => one.right), [false, true]);
  assert.equal("key" in draftOf(sheet()), false);
});
test("a poll becomes the sheet that it was made from", () => {
  const quiz = poll("q");
  quiz.poll.kind = "quiz";
  const back = sheetOf({ ...quiz, right: ["o2"], seconds: 75 });
  assert.equal(back.right, 2);
  assert.equal(back.timer, "own");
  assert.equal(draftOf(back).seconds, 75);
  assert.equal(sheetOf({ ...quiz, seconds: 30 }).timer, "30");
});
test("bars are shares of those who voted", () => {
  const many = poll("m", "open", [3, 1]);
  many.tally.voters = 3;
  assert.deepEqual(barsOf(many).map((bar) => [bar.votes, bar.share, bar.leads]), [[3, "100 %", true], [1, "33 %", false]]);
  assert.deepEqual(barsOf(poll("n", "open")).map((bar) => [bar.share, bar.leads]), [["–", false], ["–", false]]);
});
test("a poll never goes back to an older tally or an earlier state", () => {
  const now = poll("p", "closed", [5, 1], 8);
  assert.equal(merged(now, poll("p", "open", [4, 1], 7)).poll.state, "closed");
  assert.equal(merged(now, poll("p", "open", [4, 1], 7)).tally.voters, 6);
  assert.equal(merged(poll("p", "open", [1, 0], 1), now).tally.voters, 6);
});
test("tallies, openings and closings arrive over the socket", async () => {
  const { polls, client } = await started([poll("a", "open", [1, 0], 1), poll("b")]);
  client.emit("poll.tallied", { stream: "st", poll: "a", tally: { version: 3, voters: 4, counts: { o1: 3, o2: 1 } } });
  client.emit("poll.tallied", { stream: "st", poll: "a", tally: { version: 2, voters: 2, counts: { o1: 2 } } });
  client.emit("poll.tallied", { stream: "other", poll: "a", tally: { version: 9, voters: 99, counts: {} } });
  assert.equal(polls.open?.tally.voters, 4);
  const moment = { stream: "st", epoch: "e", seq: 1, at: 1 };
  client.emit("poll.closed", { ...moment, poll: poll("a", "closed", [4, 1], 5).poll });
  assert.equal(polls.closed[0]?.tally.voters, 5);
  client.emit("poll.opened", { ...moment, poll: poll("b", "open").poll });
  assert.deepEqual(polls.list.map((one) => one.on_screen), [false, true], "one at a time");
  client.emit("poll.hidden", { ...moment, poll: "b" });
  assert.deepEqual(polls.list.map((one) => one.on_screen), [false, false]);
});
test("a poll that another window made is read, and so is what was missed", async () => {
  const { polls, client, asked } = await started([poll("a")]);
  client.emit("poll.opened", { stream: "st", epoch: "e", seq: 1, at: 1, poll: poll("z", "open").poll });
  await settle();
  await Promise.all([polls.read(), polls.readAnew()]);
  assert.equal(asked.filter((what) => what === "GET ").length, 4, "one after the other");
});
test("opening asks only when it closes another one", async () => {
  const one = await started([poll("a"), poll("b")]);
  await one.deeds.openNext();
  assert.deepEqual(one.questions, []);
  assert.equal(one.polls.open?.poll.id, "a");
  await one.deeds.openNext();
  assert.equal(one.questions.length, 1);
  assert.deepEqual(one.asked.slice(1), ["POST /a/open", "POST /b/open"]);

  const no = await started([poll("a", "open"), poll("b")], false);
  await no.deeds.openNext();
  await no.deeds.close(poll("a", "open"));
  assert.deepEqual(no.asked, ["GET "], "no means no");
});
test("nothing is opened before the show, and nothing is no surprise", async () => {
  const early = await started([poll("a")], true, false);
  await early.deeds.openNext();
  assert.deepEqual(early.asked, ["GET "]);
  assert.match(early.said[0]?.words ?? "", /not live/);
  const none = await started([]);
  await none.deeds.openNext();
  assert.match(none.said[0]?.words ?? "", /No poll/);
});
test("a deleted draft comes back with the same words", async () => {
  const { polls, deeds, said } = await started([poll("a"), poll("b")]);
  const first = polls.drafts[0] as HostPoll;
  await deeds.remove(first);
  assert.deepEqual(ids(polls.list), ["b"]);
  said[0]?.undo?.();
  await settle();
  assert.equal(polls.list.length, 2);
  assert.equal(polls.list[1]?.poll.question, first.poll.question);
});
test("a refusal is said, nothing stays busy, and the list is read again", async () => {
  const { polls, deeds, said, refuse, asked } = await started([poll("a")]);
  refuse.add("POST /a/open");
  await deeds.openNext();
  await settle();
  assert.equal(said[0]?.bad, true);
  assert.match(said[0]?.words ?? "", /Duplicate it instead/);
  assert.equal(polls.busy.size, 0);
  assert.equal(asked[asked.length - 1], "GET ");
});
test("a blink of the line is no lost link", () => {
  const ago = (ms: number) => Date.now() - ms;
  assert.equal(linkLost({ state: "lost", since: ago(100) }), false);
  assert.equal(linkLost({ state: "lost", since: ago(2000) }), true);
  assert.equal(linkLost({ state: "refused", since: ago(2000) }), true);
  assert.equal(linkLost({ state: "connecting", since: ago(2000) }), false);
  assert.equal(linkLost({ state: "open", since: 0 }), false);
});
test("what happens while the list is read is not lost by it", async () => {
  const { polls, client } = await started([poll("a"), poll("b")]);
  const reading = polls.read();
  client.emit("poll.opened", { stream: "st", epoch: "e", seq: 1, at: 1, poll: poll("a", "open").poll });
  polls.drop("b");
  await reading;
  assert.deepEqual(polls.list.map((one) => [one.poll.id, one.poll.state]), [["a", "open"]]);
});
test("a deed that begins takes the undo of the one before away", async () => {
  const { calls } = server([]);
  const polls = new Polls({ calls, client: new FakeClient(), stream: "st" });
  const said: (Said | null)[] = [];
  const deeds = new PollDeeds({ polls, tell: (one) => void said.push(one), ask: async () => true, live: () => true });
  const going = deeds.remove(poll("a"));
  assert.deepEqual(said, [null], "before the server answers");
  await going;
  assert.ok(said[1]?.undo);
});

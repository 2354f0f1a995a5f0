import assert from "node:assert/strict";
import { test } from "node:test";

import { Composer, oneLine } from "../src/stream/chat/composer.js";
import { nameErrorWords, openErrorWords, sayErrorWords } from "../src/stream/chat/words.js";
import { percent, resultWords, shareOf, voteErrorWords, votersWords } from "../src/stream/poll/words.js";
import type { ChatSide } from "../src/stream/side.js";
import { Chat } from "../src/wire/chat.js";
import type { ChatMe, ChatRules, PollView } from "../src/wire/protocol.gen.js";
import { FakeClient, settle, stream, wireFault } from "./support.js";

const free: ChatMe = { person: "me", name: "Ada", muted_until: null, banned: false, voted: [] };
const rules: ChatRules = { open: true, slow_s: 0, approve: false };

interface Bench {
  client: FakeClient;
  composer: Composer;
  side: ChatSide & { chat: Chat };
  time: { now: number };
}

async function bench(me: Partial<ChatMe> = {}, more: { preview?: boolean; state?: "live" | "ended" } = {}): Promise<Bench> {
  const client = new FakeClient();
  const time = { now: 1_000_000 };
  const chat = new Chat({ client, stream: "st", now: () => time.now, onChange: () => undefined });
  const log = { epoch: "e", seq: 0, whole: true, messages: [], questions: [], pinned: null, rules };
  client.answers["chat.open"] = () => ({ log, me: { ...free, ...me } });
  chat.open();
  await settle();
  const side = {
    chat,
    tab: "message",
    drafts: { message: "", question: "" },
    stream: { ...stream, state: more.state ?? "live" },
    session: { preview: more.preview ?? false, client, clock: { now: () => time.now } },
    redraw: () => undefined,
  } as unknown as ChatSide & { chat: Chat };
  return { client, composer: new Composer(side), side, time };
}

const said = (client: FakeClient): unknown[] => client.asked.filter((one) => one.name === "chat.say").map((one) => one.body.text);

test("the name is asked for once there are words, and they go as soon as it is had", async () => {
  const { client, composer, side } = await bench({ name: null });
  composer.text = "  hello\tyou\n";
  assert.equal(composer.send(), false);
  assert.equal(composer.naming, true);
  composer.name = "Bo";
  client.answers["chat.choose_name"] = () => {
    throw wireFault("chat.name_taken");
  };
  await composer.sendName();
  assert.match(composer.nameError, /Somebody has this name/);
  client.answers["chat.choose_name"] = ({ as_name }) => ({ ...free, name: as_name });
  client.answers["chat.say"] = ({ text }) => ({ message: { ...side.chat.talk.all[0]?.message, id: "1", text } });
  await composer.sendName();
  await settle();
  assert.deepEqual([said(client), composer.text, composer.naming], [["hello you"], "", false]);
});

test("what can't be said is not asked, and stays in the line", async () => {
  const { client, composer, side, time } = await bench();
  composer.text = " ";
  assert.equal(composer.send(), false);
  composer.text = "hello";
  client.line = { state: "lost", since: 1 };
  assert.deepEqual([composer.offline, composer.send()], [true, false]);
  client.line = { state: "open", since: 0 };
  side.chat.nextAt = time.now + 5_000;
  assert.deepEqual([composer.wait, composer.send()], [5_000, false]);
  time.now += 5_000;
  client.answers["chat.say"] = () => ({ message: side.chat.talk.all[0]?.message });
  assert.equal(composer.send(), true);
  assert.deepEqual(said(client), ["hello"]);
});

test("a draft of a message and one of a question are two", async () => {
  const { composer, side } = await bench();
  composer.text = "a message";
  side.tab = "question";
  assert.equal(composer.text, "");
  composer.text = "a question";
  side.tab = "message";
  assert.equal(composer.text, "a message");
});

test("who may not speak reads why, and until when", async () => {
  assert.equal((await bench()).composer.barred, "");
  assert.match((await bench({ banned: true })).composer.barred, /taken you out/);
  assert.match((await bench({}, { preview: true })).composer.barred, /preview/);
  assert.match((await bench({}, { state: "ended" })).composer.barred, /has ended/);
  const { composer, time, client } = await bench({ muted_until: 1_060_000 });
  assert.match(composer.barred, /muted you until \d\d:\d\d/);
  time.now = 1_060_000;
  assert.equal(composer.barred, "");
  client.emit("chat.ruled", { stream: "st", rules: { ...rules, open: false } });
  assert.match(composer.barred, /closed the chat/);
});

test("one line: what a paste brings along is a space", () => {
  assert.equal(oneLine("\ta\r\nb\u0000c\u007f "), "a b c");
});

test("every refusal of the chat and of a vote has words of its own", () => {
  const chat = "closed read_only name_needed nothing_said muted banned too_fast slow_mode repeated too_many_waiting busy";
  const unknown = sayErrorWords(wireFault("else"));
  for (const code of chat.split(" ")) assert.notEqual(sayErrorWords(wireFault(`chat.${code}`)), unknown, code);
  assert.match(sayErrorWords(wireFault("chat.slow_mode", true, { retry_after: 12 })), /12 seconds/);
  assert.match(sayErrorWords(wireFault("chat.muted", false, { until: 1_000 })), /until \d\d:\d\d/);
  for (const code of ["chat.name_taken", "chat.name_refused"]) assert.notEqual(nameErrorWords(wireFault(code)), unknown, code);
  const vote = voteErrorWords(wireFault("else"));
  for (const code of "closed voted preview not_found no_such_option".split(" ")) {
    assert.notEqual(voteErrorWords(wireFault(`polls.${code}`)), vote, code);
  }
  assert.match(openErrorWords(wireFault("unavailable", true)), /Trying again/);
});

test("how a poll ended, in words", () => {
  const options = ["a", "b"].map((id) => ({ id, text: `option ${id}` }));
  const tally = { version: 3, voters: 4, counts: { a: 3, b: 1 } };
  const times = { opened_at: 1, closes_at: null, closed_at: 2 };
  const poll: PollView = { id: "p", kind: "single", question: "?", options, results: "live", changeable: false, state: "closed", ...times, tally, right: [] };
  assert.equal(resultWords(poll, []), "First: option a, 75%.");
  assert.equal(resultWords({ ...poll, tally: { ...tally, counts: { a: 2, b: 2 } } }, []), "Level: option a and option b, 50%.");
  assert.equal(resultWords({ ...poll, tally: { version: 1, voters: 0, counts: {} } }, []), "Nobody voted.");
  const quiz: PollView = { ...poll, kind: "quiz", right: ["b"] };
  assert.equal(resultWords(quiz, ["b"]), "You had the right answer.");
  assert.equal(resultWords(quiz, ["a"]), "Not this time. The right answer: option b.");
  assert.equal(resultWords(quiz, []), "The right answer: option b.");
  assert.deepEqual([shareOf(tally, "b"), shareOf(undefined, "b"), percent(2 / 3)], [0.25, 0, "67%"]);
  assert.equal(votersWords({ ...poll, kind: "multiple" }, tally), "4 people voted");
  assert.equal(votersWords(poll, { ...tally, voters: 1 }), "1 vote");
});

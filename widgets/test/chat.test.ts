import assert from "node:assert/strict";
import { test } from "node:test";

import { Chat } from "../src/wire/chat.js";
import { MOST_LINES } from "../src/wire/chat_lines.js";
import type { ChatLog, ChatMe, ChatMessage, ChatSaid } from "../src/wire/protocol.gen.js";
import { FakeClient, settle, wireFault } from "./support.js";

const me: ChatMe = { person: "me", name: "Ada", muted_until: null, banned: false, voted: [] };

function said(id: string, more: Partial<ChatMessage> = {}): ChatMessage {
  const author = { id: "other", name: "Bo", staff: false };
  return { id, at: 1, author, kind: "message", text: `words ${id}`, state: "shown", reply_to: null, votes: 0, answered: false, ...more };
}

function log(seq: number, messages: ChatMessage[], more: Partial<ChatLog> = {}): ChatLog {
  const rules = { open: true, slow_s: 0, approve: false };
  return { epoch: "e", seq, whole: true, messages, questions: [], pinned: null, rules, ...more };
}

function news(after: number, messages: ChatMessage[], epoch = "e"): ChatSaid {
  return { stream: "st", epoch, after, seq: after + messages.length, messages };
}

interface Room {
  client: FakeClient;
  chat: Chat;
  time: { now: number };
  texts: () => string[];
  opens: () => unknown[];
}

async function opened(first: ChatLog = log(2, [said("1"), said("2")])): Promise<Room> {
  const client = new FakeClient();
  const time = { now: 1_000_000 };
  const chat = new Chat({ client, stream: "st", now: () => time.now, onChange: () => undefined });
  client.answers["chat.open"] = () => ({ log: first, me });
  chat.open();
  await settle();
  const texts = (): string[] => chat.talk.all.map((line) => line.message.text);
  const opens = (): unknown[] => client.asked.filter((one) => one.name === "chat.open").map((one) => one.body);
  return { client, chat, time, texts, opens };
}

test("nothing is asked until the chat is opened, and then once", async () => {
  const client = new FakeClient();
  const chat = new Chat({ client, stream: "st", now: () => 0, onChange: () => undefined });
  client.emit("chat.said", news(0, [said("1")]));
  assert.deepEqual([chat.phase, client.asked], ["idle", []]);
  client.answers["chat.open"] = () => ({ log: log(1, [said("1")]), me });
  chat.open();
  chat.open();
  await settle();
  assert.deepEqual([chat.phase, client.asked.length, chat.talk.all.length], ["open", 1, 1]);
});

test("messages in order; what is known already, or of another stream, is not there twice", async () => {
  const { client, chat, texts, opens } = await opened();
  client.emit("chat.said", news(2, [said("3"), said("4")]));
  client.emit("chat.said", news(2, [said("3"), said("4")]));
  client.emit("chat.said", news(0, [said("1")])); // late, and nothing to begin anew from
  client.emit("chat.said", { ...news(4, [said("9")]), stream: "other" });
  client.emit("chat.said", { ...news(3, [said("4"), said("5")]), seq: 5 });
  assert.deepEqual(texts(), ["words 1", "words 2", "words 3", "words 4", "words 5"]);
  assert.equal(opens().length, 1);
  assert.equal(chat.unread, 3);
  chat.seen();
  assert.equal(chat.unread, 0);
});

test("a lost batch is asked for since; a flood's gap is not", async () => {
  const { client, texts, opens, time } = await opened();
  client.answers["chat.open"] = () => ({ log: log(4, [said("3"), said("4")], { whole: false }), me });
  client.emit("chat.said", news(3, [said("4")]));
  await settle();
  assert.deepEqual(opens()[1], { stream: "st", since: { epoch: "e", seq: 2 } });
  assert.deepEqual(texts(), ["words 1", "words 2", "words 3", "words 4"]);
  time.now += 60_000;
  const flood = Array.from({ length: 25 }, (_, at) => said(`f${at}`));
  client.emit("chat.said", news(400, flood));
  await settle();
  assert.equal(opens().length, 2);
  assert.equal(texts().length, 29);
});

test("gaps one after the other are asked for once in a while", async () => {
  const { client, opens, time } = await opened();
  client.answers["chat.open"] = () => ({ log: log(4, [], { whole: false }), me });
  client.emit("chat.said", news(6, [said("7")]));
  await settle();
  client.emit("chat.said", news(20, [said("21")]));
  client.emit("chat.said", news(30, [said("31")]));
  await settle();
  assert.equal(opens().length, 2);
  time.now += 5_000;
  client.emit("chat.said", news(40, [said("41")]));
  await settle();
  assert.equal(opens().length, 3);
});

test("a line that was away asks since; the log anew when something was taken down, or in another epoch", async () => {
  const { client, texts, opens } = await opened();
  client.answers["chat.open"] = () => ({ log: log(3, [said("3")], { whole: false }), me });
  client.setLine("lost");
  client.setLine("open");
  await settle();
  assert.deepEqual(opens()[1], { stream: "st", since: { epoch: "e", seq: 2 } });
  assert.deepEqual(texts(), ["words 1", "words 2", "words 3"]);
  client.answers["chat.open"] = () => ({ log: log(9, [said("2")]), me });
  client.setLine("open");
  await settle();
  assert.deepEqual(texts(), ["words 2"]);
  client.answers["chat.open"] = () => ({ log: log(1, [said("n")], { epoch: "f" }), me });
  client.emit("chat.said", news(0, [said("n")], "f"));
  await settle();
  assert.deepEqual(opens().at(-1), { stream: "st" });
  assert.deepEqual(texts(), ["words n"]);
});

test("no more than the bound is kept", async () => {
  const { client, texts } = await opened(log(0, []));
  for (let batch = 0; batch < 20; batch += 1) {
    const messages = Array.from({ length: 20 }, (_, at) => said(`${batch * 20 + at}`));
    client.emit("chat.said", news(batch * 20, messages));
  }
  assert.equal(texts().length, MOST_LINES);
  assert.equal(texts().at(-1), "words 399");
});

const own = (id: string, text: string, more: Partial<ChatMessage> = {}): ChatMessage =>
  said(id, { text, author: { id: "me", name: "Ada", staff: false }, ...more });

test("an own message is on the screen at once, and once, whoever tells it first", async () => {
  for (const first of ["answer", "event"]) {
    const { client, chat, texts } = await opened();
    let answer: (value: unknown) => void = () => undefined;
    client.answers["chat.say"] = () => new Promise((done) => (answer = done));
    chat.say("hello");
    assert.equal(chat.talk.all.at(-1)?.state, "sending");
    const key = chat.talk.all.at(-1)?.key;
    await settle();
    if (first === "event") {
      client.emit("chat.said", news(2, [own("3", "hello")]));
      assert.deepEqual(texts(), ["words 1", "words 2", "hello"]);
    }
    answer({ message: own("3", "hello") });
    await settle();
    if (first === "answer") client.emit("chat.said", news(2, [own("3", "hello")]));
    assert.deepEqual(texts(), ["words 1", "words 2", "hello"]);
    assert.deepEqual([chat.talk.all.at(-1)?.state, chat.talk.all.at(-1)?.key], ["there", key]);
    assert.equal(chat.unread, 0);
  }
});

test("an own message that the server has cleaned is there once, too", async () => {
  const { client, chat, texts } = await opened();
  let answer: (value: unknown) => void = () => undefined;
  client.answers["chat.say"] = () => new Promise((done) => (answer = done));
  chat.say("hel\u200blo");
  await settle();
  client.emit("chat.said", news(2, [own("3", "hello")]));
  answer({ message: own("3", "hello") });
  await settle();
  assert.deepEqual(texts(), ["words 1", "words 2", "hello"]);
});

test("a message that failed goes again under the same key, or away", async () => {
  const { client, chat, texts } = await opened();
  client.answers["chat.say"] = () => {
    throw wireFault("rate_limited", true, { retry_after: 4 });
  };
  chat.say("hello");
  await settle();
  const line = chat.talk.all.at(-1);
  assert.ok(line);
  assert.deepEqual([line.state, line.error?.code, chat.nextAt], ["failed", "rate_limited", 1_004_000]);
  client.answers["chat.say"] = () => ({ message: own("3", "hello") });
  chat.sayAgain(line);
  await settle();
  const keys = client.asked.filter((one) => one.name === "chat.say").map((one) => one.body.key);
  assert.equal(new Set(keys).size, 1);
  assert.equal(chat.talk.all.at(-1)?.state, "there");
  client.answers["chat.say"] = () => {
    throw wireFault("chat.closed");
  };
  chat.say("again");
  await settle();
  const last = chat.talk.all.at(-1);
  assert.ok(last);
  chat.drop(last);
  assert.deepEqual(texts(), ["words 1", "words 2", "hello"]);
});

test("a held message stays with its author over a new log, and goes when it is refused", async () => {
  const { client, chat, texts } = await opened();
  client.answers["chat.say"] = () => ({ message: own("3", "spam", { state: "held" }) });
  chat.say("spam");
  await settle();
  client.setLine("open");
  await settle();
  assert.deepEqual(texts(), ["words 1", "words 2", "spam"]);
  assert.equal(chat.talk.all.at(-1)?.message.state, "held");
  client.emit("chat.said", news(2, [own("3", "spam")]));
  assert.equal(chat.talk.all.at(-1)?.message.state, "shown");
  client.emit("chat.removed", { stream: "st", messages: ["3", "1"] });
  assert.deepEqual(texts(), ["words 2"]);
});

test("rules, the pinned message and what the viewer may do follow the server", async () => {
  const { client, chat } = await opened();
  client.emit("chat.pinned", { stream: "st", message: said("1") });
  client.emit("chat.ruled", { stream: "st", rules: { open: true, slow_s: 20, approve: false } });
  client.emit("chat.me_changed", { me: { ...me, muted_until: 99 } });
  assert.deepEqual([chat.pinned?.id, chat.rules?.slow_s, chat.me?.muted_until], ["1", 20, 99]);
  client.answers["chat.say"] = () => ({ message: own("3", "hello") });
  chat.say("hello");
  await settle();
  assert.equal(chat.nextAt, 1_020_000);
  client.emit("chat.ruled", { stream: "st", rules: { open: true, slow_s: 0, approve: false } });
  assert.equal(chat.nextAt, 0);
  client.emit("chat.removed", { stream: "st", messages: ["1"] });
  assert.equal(chat.pinned, null);
});

test("a vote for a question is seen at once, counted once, and taken back when it is refused", async () => {
  const question = said("q", { kind: "question", votes: 3 });
  const { client, chat } = await opened(log(0, [], { questions: [question] }));
  let answer: (value: unknown) => void = () => undefined;
  client.answers["chat.upvote"] = () => new Promise((done) => (answer = done));
  const under = chat.upvote(question, true);
  assert.deepEqual([chat.votes(question), chat.voted("q")], [4, true]);
  await settle();
  client.emit("chat.questions", { stream: "st", questions: [{ ...question, votes: 4 }] });
  answer({});
  await under;
  const now = chat.top[0];
  assert.ok(now);
  assert.deepEqual([chat.votes(now), chat.voted("q")], [4, true]);
  client.answers["chat.upvote"] = () => {
    throw wireFault("chat.closed");
  };
  await assert.rejects(chat.upvote(now, false));
  assert.deepEqual([chat.votes(now), chat.voted("q")], [4, true]);
});

test("a chat that can't be opened says why; an outage is tried again", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const client = new FakeClient();
  const chat = new Chat({ client, stream: "st", now: () => 0, onChange: () => undefined });
  client.answers["chat.open"] = () => {
    throw wireFault("unavailable", true);
  };
  chat.open();
  await settle();
  assert.deepEqual([chat.phase, chat.error?.code], ["failed", "unavailable"]);
  client.answers["chat.open"] = () => ({ log: log(1, [said("1")]), me });
  context.mock.timers.tick(6_000);
  await settle();
  assert.deepEqual([chat.phase, chat.error], ["open", undefined]);
  chat.stop();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ChatCalls } from "../src/host/chat/calls";
import { ChatDeeds } from "../src/host/chat/deeds";
import { itemsFor } from "../src/host/chat/menu";
import { actWords, restrainedWords, rulesWords, wordsOf, wordsWrong } from "../src/host/chat/rules";
import { Moderation } from "../src/host/chat/state";
import type { Send } from "../src/host/calls";
import type { Said } from "../src/host/ui/toast";
import type { ChatMessage, Person, Restrained } from "../src/wire/protocol.gen";
import { FakeClient, HeldClock, settle, wireFault } from "./support";

const ada: Person = { id: "ada", name: "Ada", staff: false };
const staff: Person = { id: "st1", name: "Atelier", staff: true };
const rules = { open: true, slow_s: 0, approve: false };

function said(id: string, at = Number(id.replace(/\D/g, "")), more: Partial<ChatMessage> = {}): ChatMessage {
  return { id, at, author: ada, kind: "message", text: `text ${id}`, state: "shown", reply_to: null, votes: 0, answered: false, ...more };
}

const question = (id: string, votes: number, answered = false) => said(id, 1, { kind: "question", votes, answered });

const log = (messages: ChatMessage[], more: object = {}) => ({
  epoch: "e",
  seq: messages.length,
  whole: true,
  messages,
  questions: [] as ChatMessage[],
  pinned: null,
  rules,
  ...more,
});

async function started(parts: { messages?: ChatMessage[]; older?: ChatMessage[]; waiting?: ChatMessage[]; questions?: ChatMessage[] } = {}) {
  const { messages = [], older = messages, waiting = [], questions = [] } = parts;
  const client = new FakeClient();
  const clock = new HeldClock(1_000_000);
  client.answers["chat.open"] = () => ({
    log: log(messages, { questions }),
    me: { person: "host", name: "Atelier", muted_until: null, banned: false, voted: [] },
  });
  const asked: { what: string; body: any }[] = [];
  const refuse = new Set<string>();
  const people: Restrained[] = [];
  const send = (async (method: string, path: string, body?: any) => {
    const what = `${method} ${path.replace("/api/v1/host/streams/st/chat", "").replace("/api/v1/host/chat", "")}`;
    asked.push({ what, body });
    if (refuse.has(what)) throw wireFault("chat.no_such_message");
    if (what === "GET ") return { log: log(older), waiting, words: ["spam"] };
    if (what === "GET /people") return { people };
    if (what === "POST /messages") return { message: said("m99", 99, { author: staff, text: body.text }) };
    return {};
  }) as Send;
  const chat = new Moderation({ calls: new ChatCalls(send), client, clock, stream: "st" });
  const told: Said[] = [];
  const asked_: string[] = [];
  const deeds = new ChatDeeds(chat, (one) => void (one && told.push(one)), async ({ title }) => asked_.push(title) > 1);
  await chat.start();
  await settle();
  return { chat, client, clock, deeds, asked, refuse, people, told, questions: asked_ };
}

const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
const shown = (chat: Moderation) => chat.lines.map(({ message }) => message.id);

test("the log goes further back than what everybody is told, without a message twice", async () => {
  const all = ["m1", "m2", "m3", "m4"].map((id) => said(id));
  const { chat, client } = await started({ messages: all.slice(2), older: all });
  assert.deepEqual(shown(chat), ["m1", "m2", "m3", "m4"]);
  client.emit("chat.said", { stream: "st", epoch: "e", after: 2, seq: 3, messages: [said("m5")] });
  client.emit("chat.removed", { stream: "st", messages: ["m1", "m4"] });
  client.emit("chat.removed", { stream: "other", messages: ["m2"] });
  assert.deepEqual(shown(chat), ["m2", "m3", "m5"]);
});
test("a deletion is drawn at once, said without an undo, and comes back when it is refused", async () => {
  const { chat, deeds, told, refuse } = await started({ messages: [said("m1"), said("m2")] });
  await deeds.remove(said("m1"));
  assert.deepEqual(shown(chat), ["m2"]);
  assert.match(told[0]?.words ?? "", /Deleted for everyone/);
  assert.equal(told[0]?.undo, undefined);
  refuse.add("DELETE /messages/m2");
  await deeds.remove(said("m2"));
  assert.deepEqual(shown(chat), ["m2"]);
  assert.equal(told[1]?.bad, true);
});
test("what waits is approved or deleted, and the server's list is the truth", async () => {
  const { chat, client, deeds, refuse, asked } = await started({ waiting: [said("m1"), said("m2"), said("m3")] });
  await deeds.approve(said("m1"));
  await deeds.remove(said("m2"));
  assert.deepEqual(ids(chat.waiting), ["m3"]);
  assert.deepEqual(asked.slice(2).map((one) => one.what), ["POST /messages/m1/approve", "DELETE /messages/m2"]);
  client.emit("chat.waiting", { stream: "st", messages: [said("m3"), said("m4")] });
  assert.deepEqual(ids(chat.waiting), ["m3", "m4"]);
  refuse.add("POST /messages/m3/approve");
  await deeds.approve(said("m3"));
  assert.deepEqual(ids(chat.waiting), ["m3", "m4"]);
});
test("the list that was read does not replace a newer one from the socket", async () => {
  const { chat, client } = await started({ waiting: [said("m1")] });
  const reading = chat.read();
  client.emit("chat.waiting", { stream: "st", messages: [said("m1"), said("m2")] });
  await reading;
  assert.deepEqual(ids(chat.waiting), ["m1", "m2"]);
  await chat.read();
  assert.deepEqual(ids(chat.waiting), ["m1"]);
});
test("a mute says for how long, and its undo brings back what was before", async () => {
  const { chat, clock, deeds, asked, people, told } = await started();
  people.push({ person: ada, muted_until: clock.now() + 90_000, banned: false, reason: "caps", by: "Bo", at: 1 });
  await chat.readPeople();
  await deeds.restrain(ada, "ban");
  assert.equal(told[0]?.words, "Ada is banned.");
  told[0]?.undo?.();
  await settle();
  const puts = asked.filter(({ what }) => what === "PUT /people/ada").map(({ body }) => body);
  assert.deepEqual(puts, [{ what: "ban" }, { what: "mute", seconds: 90, reason: "caps" }]);
  await deeds.restrain({ ...ada, id: "bo", name: "Bo" }, "mute", { seconds: 600 });
  assert.equal(told[told.length - 1]?.words, "Bo is muted for 10 min.");
  told[told.length - 1]?.undo?.();
  await settle();
  assert.deepEqual(asked.filter(({ what }) => what === "PUT /people/bo").map(({ body }) => body.what), ["mute", "free"]);
});
test("a mute that has run out is none", async () => {
  const { chat, clock, people } = await started();
  people.push({ person: ada, muted_until: clock.now() + 1000, banned: false, reason: "", by: "Bo", at: 1 });
  await chat.readPeople();
  assert.ok(chat.restrained("ada"));
  clock.time += 2000;
  assert.equal(chat.restrained("ada"), undefined);
});
test("only to delete all that somebody said is asked first", async () => {
  const { deeds, asked, questions } = await started();
  const restrained = () => asked.filter(({ what }) => what === "PUT /people/ada").map(({ body }) => body);
  await deeds.restrain(ada, "ban", { remove: true });
  assert.deepEqual(restrained(), [], "the first answer is no");
  await deeds.restrain(ada, "ban", { remove: true });
  assert.deepEqual(restrained(), [{ what: "ban", remove: true }]);
  await deeds.restrain(ada, "ban");
  assert.equal(questions.length, 2);
});
test("pinning takes the place of what was pinned, and gives it back", async () => {
  const { chat, deeds, asked, told } = await started({ messages: [said("m1"), said("m2")] });
  await deeds.pin(said("m1"));
  await deeds.pin(said("m2"));
  assert.equal(chat.chat.pinned?.id, "m2");
  told[1]?.undo?.();
  await settle();
  assert.equal(chat.chat.pinned?.id, "m1");
  assert.deepEqual(asked.filter(({ what }) => what === "PUT /pinned").map(({ body }) => body.message), ["m1", "m2", "m1"]);
});
test("questions stand by votes, answered ones last; an answer marks its question", async () => {
  const { chat, deeds, asked } = await started({ questions: [question("q1", 9, true), question("q2", 3), question("q3", 5)] });
  assert.deepEqual(ids(chat.questions), ["q3", "q2", "q1"]);
  await deeds.say("Two hours.", "key", "q3");
  assert.deepEqual(asked[asked.length - 1]?.body, { key: "key", text: "Two hours.", reply_to: "q3" });
  assert.equal(chat.questions.find(({ id }) => id === "q3")?.answered, true);
  assert.deepEqual(shown(chat), ["m99"], "what the host said is there at once");
});
test("rules are kept on the screen as they were changed; a list of words too", async () => {
  const { chat, deeds } = await started();
  await deeds.change({ slow_s: 10 });
  await deeds.change({ words: ["fake"] });
  assert.deepEqual(chat.chat.rules, { open: true, slow_s: 10, approve: false });
  assert.deepEqual(chat.words, ["fake"]);
});
test("the menu offers what fits the message", async () => {
  const { chat, deeds, people, clock } = await started();
  const offered = (message: ChatMessage) => ids(itemsFor(message, { chat, deeds, reply: () => undefined }));
  assert.deepEqual(offered(said("m1")), ["reply", "pin", "delete", "mute-1", "mute-10", "mute-60", "ban", "ban-remove"]);
  assert.deepEqual(offered(said("m2", 2, { author: staff })), ["reply", "pin", "delete"], "nobody mutes the host");
  assert.deepEqual(offered(question("q1", 3)).slice(0, 2), ["reply", "delete"], "questions are not pinned");
  assert.equal(offered(said("m3", 3, { state: "held" }))[0], "delete", "nobody sees it yet");
  people.push({ person: ada, muted_until: null, banned: true, reason: "", by: "Bo", at: clock.now() });
  await chat.readPeople();
  await deeds.pin(said("m1"));
  assert.deepEqual(offered(said("m1")), ["reply", "unpin", "delete", "mute-1", "mute-10", "mute-60", "ban-remove", "free"]);
});
test("rules, words and records in words", () => {
  assert.equal(rulesWords(rules), "");
  assert.equal(rulesWords({ open: false, slow_s: 5, approve: true }), "The chat is closed for viewers");
  assert.equal(rulesWords({ open: true, slow_s: 30, approve: true }), "One message in 30 s each · everything waits for approval");
  assert.equal(rulesWords({ open: true, slow_s: 0, approve: true }), "Everything waits for approval");
  assert.deepEqual(wordsOf(" spam \n\nSpam\r\nfake\u0000news\n"), ["spam", "fake news"]);
  assert.equal(wordsWrong(["spam"]), "");
  assert.match(wordsWrong(["x"]), /too short/);
  assert.match(wordsWrong(["x".repeat(41)]), /too long/);
  assert.match(wordsWrong(Array.from({ length: 501 }, (_, at) => `word${at}`)), /At most 500/);
  const who = { person: ada, reason: "", by: "Bo", at: 1 };
  assert.equal(restrainedWords({ ...who, muted_until: null, banned: true }, 0), "Banned until lifted");
  assert.equal(restrainedWords({ ...who, muted_until: 61_000, banned: false }, 1000), "Muted for another 1 min");
  const act = { at: 1, by: "Bo", person: ada, text: "" };
  assert.equal(actWords({ ...act, what: "mute" }), "muted");
  assert.equal(actWords({ ...act, what: "remove" }), "deleted a message of");
  assert.equal(actWords({ ...act, what: "remove", person: null }), "deleted a message");
  assert.equal(actWords({ ...act, what: "something_new" }), "something_new");
});

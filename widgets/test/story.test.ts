import assert from "node:assert/strict";
import { test } from "node:test";

import type { PinView, PollView, Snapshot } from "../src/wire/protocol.gen.js";
import { applyStory, storyEvent, type StoryEvent } from "../src/wire/story.js";
import { pin, poll, snapshot, stream } from "./support.js";

/** A room as the server keeps it, written a second time and otherwise: lists are changed in place. */
class Model {
  seq = 0;
  pins: PinView[] = [];
  poll: PollView | null = null;
  title = stream.title;
  log: StoryEvent[] = [];

  snapshot(): Snapshot {
    return { epoch: "e", seq: this.seq, stream: { ...stream, title: this.title }, pins: [...this.pins], poll: this.poll };
  }

  #tell(name: StoryEvent["name"], data: object): void {
    this.seq += 1;
    this.log.push({ name, data: { stream: "st", epoch: "e", seq: this.seq, at: this.seq, ...data } } as StoryEvent);
  }

  step(pick: (below: number) => number): void {
    const kind = pick(7);
    if (kind === 0 && this.pins.length < 3) {
      const place = pick(this.pins.length + 1);
      const shown = pin(`p${this.seq}`);
      this.pins.splice(place, 0, shown);
      this.#tell("pin.shown", { pin: shown, place });
    } else if (kind === 1 && this.pins.length > 0) {
      const [gone] = this.pins.splice(pick(this.pins.length), 1);
      this.#tell("pin.hidden", { pin: gone?.id });
    } else if (kind === 2 && this.pins.length > 1) {
      this.pins.reverse();
      this.#tell("pins.ordered", { pins: this.pins.map((one) => one.id) });
    } else if (kind === 4) {
      this.poll = poll(`poll${this.seq}`);
      this.#tell("poll.opened", { poll: this.poll });
    } else if (kind === 5 && this.poll !== null) {
      this.poll = { ...this.poll, state: "closed", closed_at: this.seq };
      this.#tell("poll.closed", { poll: this.poll });
    } else if (kind === 6 && this.poll !== null) {
      this.#tell("poll.hidden", { poll: this.poll.id });
      this.poll = null;
    } else {
      this.title = `title ${this.seq}`;
      this.#tell("stream.changed", { view: { ...stream, title: this.title } });
    }
  }
}

/** The same numbers on each run: a failure can be looked at. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

test("a snapshot and the events after it equal a fresh snapshot, from any place", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const pick = numbers(seed);
    const model = new Model();
    const snapshots = [model.snapshot()];
    for (let steps = 0; steps < 40; steps += 1) {
      model.step(pick);
      snapshots.push(model.snapshot());
    }
    for (const from of [0, 7, 23, 40]) {
      const start = snapshots[from];
      assert.ok(start);
      const end = model.log.slice(from).reduce(applyStory, start);
      assert.deepEqual(end, model.snapshot(), `seed ${seed} from ${from}`);
    }
  }
});

test("a pin that is shown again moves and is not there twice", () => {
  const before = snapshot(1, [pin("a"), pin("b")]);
  const data = { stream: "st", epoch: "e", seq: 2, at: 0, pin: pin("b"), place: 0 };
  const after = applyStory(before, { name: "pin.shown", data });
  assert.deepEqual(after.pins.map((one) => one.id), ["b", "a"]);
  assert.deepEqual(before.pins.map((one) => one.id), ["a", "b"]);
});

test("an order that does not know a pin keeps it, last", () => {
  const before = snapshot(1, [pin("a"), pin("b"), pin("c")]);
  const data = { stream: "st", epoch: "e", seq: 2, at: 0, pins: ["c", "a"] };
  const after = applyStory(before, { name: "pins.ordered", data });
  assert.deepEqual(after.pins.map((one) => one.id), ["c", "a", "b"]);
});

test("a poll that another one took the place of neither closes nor takes off the other", () => {
  const before = { ...snapshot(1), poll: poll("new") };
  const data = { stream: "st", epoch: "e", seq: 2, at: 0 };
  const closed = applyStory(before, { name: "poll.closed", data: { ...data, poll: poll("old", { state: "closed" }) } });
  assert.deepEqual(closed, { ...before, seq: 2 });
  const hidden = applyStory(before, { name: "poll.hidden", data: { ...data, poll: "old" } });
  assert.deepEqual(hidden, { ...before, seq: 2 });
});

test("with the stream, pins and poll are over", () => {
  const before = { ...snapshot(1, [pin("a")]), poll: poll("p") };
  const view = { ...stream, state: "ended" as const };
  const after = applyStory(before, { name: "stream.changed", data: { stream: "st", epoch: "e", seq: 2, at: 0, view } });
  assert.deepEqual([after.pins, after.poll], [[], null]);
});

test("an event of a newer server is known as unknown", () => {
  assert.equal(storyEvent({ event: "tomorrow.came", data: {} }), undefined);
  assert.equal(storyEvent({ event: "pin.hidden", data: {} })?.name, "pin.hidden");
});

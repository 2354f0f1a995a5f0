import assert from "node:assert/strict";
import { test } from "node:test";
import { minorUnits, minuteOfShow, running, share, span } from "../src/host/format";
import { basisPoints, deliveryOf, deliveryWrong, draftOf } from "../src/host/home/delivery_draft";
import { productOf, productWrong, emptyProduct } from "../src/host/home/product_draft";
import { addressProblem, asOrigin, guessKind } from "../src/host/home/source";
import { streamOf, streamWrong } from "../src/host/home/stream_draft";
import { bins, funnel, roundUp } from "../src/host/report/figures";
import { audiencePages, audienceWords } from "../src/host/show/audience";
import { behindInLoop } from "../src/host/show/delay";
import { PinGuess } from "../src/host/show/guess";
import { seeded, thinned } from "../src/host/show/history";
import { placeFor } from "../src/host/ui/reorder";
import { sparkPath } from "../src/host/ui/spark";

test("a price is read as people write it, and nothing else is", () => {
  for (const [text, minor] of [["48", 4800], ["48.5", 4850], ["48,50", 4850], ["€ 1200.05", 120005], ["0", 0]] as const)
    assert.equal(minorUnits(text, "eur"), minor);
  for (const text of ["", "abc", "1.234", "-1", "1,2,3", "99999999"]) assert.equal(minorUnits(text, "eur"), null);
  assert.equal(minorUnits("4800", "jpy"), 4800);
  assert.equal(minorUnits("48.5", "jpy"), null);
});
test("times and shares", () => {
  assert.equal(running(3_729_000), "1:02:09");
  assert.equal(running(7000), "0:07");
  assert.equal(span(4_380_000), "1 h 13 min");
  assert.equal(minuteOfShow(65), "1:05");
  assert.equal(share(1, 0), "–");
  assert.equal(share(1, 15), "6.7 %");
});
test("the kind of a source is guessed from its ending", () => {
  assert.equal(guessKind("https://a.example/x/live.m3u8?token=1"), "hls");
  assert.equal(guessKind("/media/clip.mp4"), "file");
  assert.equal(addressProblem("ftp://x", "it") !== "", true);
  assert.equal(addressProblem("/media/a.mp4", "it"), "");
});
test("an origin is taken from whatever was pasted", () => {
  assert.deepEqual(asOrigin("https://Example.com/path?x"), { origin: "https://example.com", problem: "", cut: true });
  assert.equal(asOrigin("example.com").origin, "https://example.com");
  assert.equal(asOrigin("http://127.0.0.1:8099/").cut, false);
  for (const bad of ["", "*.example.com", "ftp://x.example", "https://", "https://a:b@x.example"])
    assert.notEqual(asOrigin(bad).problem, "", bad);
});
test("drafts say what is wrong, and are sent trimmed", () => {
  const wrong = productWrong(emptyProduct(), "eur");
  assert.deepEqual(Object.keys(wrong).sort(), ["0.price", "0.sku", "0.stocked", "name"]);
  const variant = { name: "", sku: " A-1 ", price: "48,00", was: "52", stocked: "7", limit: "2", window: "" as const, hours: "" };
  const draft = { name: " Root ", description: "", image: "", variants: [variant] };
  assert.deepEqual(productWrong(draft, "eur"), {});
  assert.deepEqual(productOf(draft, "eur").variants[0], { name: "Root", sku: "A-1", price: 4800, was_price: 5200, stocked: 7, limit: 2, limit_hours: null });
  const hours = (window: "24" | "168" | "own", typed: string) => {
    const one = { ...draft, variants: [{ ...variant, window, hours: typed }] };
    return productWrong(one, "eur")["0.hours"] ?? productOf(one, "eur").variants[0]?.limit_hours;
  };
  assert.deepEqual([hours("24", ""), hours("168", "9"), hours("own", " 36 ")], [24, 168, 36]);
  for (const typed of ["", "0", "8761", "1.5", "a"]) assert.equal(hours("own", typed), "1 to 8,760.");
  const twins = { ...draft, variants: [{ ...variant, name: "a" }, { ...variant, name: "b" }] };
  assert.equal(productWrong(twins, "eur")["1.sku"], "Another variant has this SKU.");
  const stream = { title: "", source: "", kind: "file" as const, disclosure: "", ownWords: true, poster: "x", starts: "", startsBroken: true };
  assert.deepEqual(Object.keys(streamWrong(stream)).sort(), ["disclosure", "poster", "source", "starts", "title"]);
  assert.equal(streamOf({ ...stream, starts: "" }).starts_at, null);
});
test("bins keep every sale and show the gaps", () => {
  const curve = [{ minute: 0, units: 1, revenue: 5 }, { minute: 119, units: 2, revenue: 7 }];
  const made = bins(curve, 40);
  assert.ok(made.length <= 40);
  assert.equal(made.reduce((all, bin) => all + bin.units, 0), 3);
  assert.equal(bins(curve, 200).length, 120);
  assert.deepEqual(bins([], 10), []);
  for (const value of [1, 3, 7, 12, 260, 4100]) assert.ok(roundUp(value) >= value);
});
test("the funnel's steps are shares of the one before", () => {
  const totals = { viewers: 10, views: 12, impressions: 30, clicks: 6, holds: 3, orders: 2, units: 2, revenue: 1, refunded: 0 };
  assert.deepEqual(funnel(totals).map((step) => step.from?.value ?? null), [null, 10, 30, 6, 3]);
});
test("the delay in a loop never counts being ahead", () => {
  assert.equal(behindInLoop(10_000, 0, 8_000, 72_000), 2000);
  assert.equal(behindInLoop(73_000, 0, 71_500, 72_000), 1500);
  assert.equal(behindInLoop(10_000, 0, 10_200, 72_000), 0);
});
test("a dragged row lands where its middle is", () => {
  const boxes = [0, 1, 2, 3].map((at) => ({ top: at * 100, height: 100 }));
  assert.equal(placeFor(50, 0, boxes), 0);
  assert.equal(placeFor(260, 0, boxes), 2);
  assert.equal(placeFor(-20, 3, boxes), 0);
  assert.equal(placeFor(900, 1, boxes), 3);
});
test("history is thinned from its old end and seeded with running totals", () => {
  const samples = Array.from({ length: 300 }, (_, at) => ({ at, value: at }));
  const kept = thinned(samples, 240);
  assert.ok(kept.length <= 240);
  assert.deepEqual(kept.at(-1), { at: 299, value: 299 });
  const report = { curve: [{ minute: 1, units: 2, revenue: 20 }, { minute: 0, units: 1, revenue: 10 }] };
  assert.deepEqual(seeded(report as never, 0, 1e9).units.map((one) => one.value), [0, 1, 3]);
  assert.equal(sparkPath([{ at: 0, value: 1 }]), null);
});
test("a guess is drawn, corrected by the answer, given up for the story", () => {
  const pin = (id: string) => ({ id, at: 0, product: {} }) as never as import("../src/wire/protocol.gen").PinView;
  let known = [pin("a")];
  const guess = new PinGuess({ known: () => known, linked: () => true, onChange: () => undefined });
  guess.begin([pin("guess_1"), pin("a")]);
  guess.overtaken();
  assert.equal(guess.pins?.[0]?.id, "guess_1", "a story event half way through does not take it away");
  guess.end([pin("b"), pin("a")]);
  assert.equal(guess.pins?.[0]?.id, "b");
  guess.overtaken();
  assert.equal(guess.pins, null);
  known = [pin("b"), pin("a")];
  guess.begin(null);
  guess.end([pin("b"), pin("a")]);
  assert.equal(guess.pins, null, "the story came before the answer");
  guess.stop();
});
test("who watches, in words", () => {
  const audience = { viewers: 92, approximate: false, peak: 1200, channels: { clip: 12, live: 80, hub: 0 }, origins: {} };
  assert.equal(audienceWords(audience), "peak 1,200 · 80 live, 12 clip");
  assert.equal(audienceWords({ ...audience, channels: { live: 92 } }), "peak 1,200", "one channel alone is no news");
  assert.equal(audienceWords({ ...audience, peak: 0, channels: {} }), "");
  const origins = { "https://a.example": 3, "": 1, "http://b.example:81": 9 };
  assert.deepEqual(audiencePages({ ...audience, origins }), [["b.example:81", 9], ["a.example", 3], ["not a browser", 1]]);
  assert.deepEqual(audiencePages({ ...audience, origins: { "https://a.example": 3 } }), []);
});

test("a shop's delivery is the same after it was shown and kept", () => {
  const kept = {
    zones: [
      { name: "Home", countries: ["DE"], elsewhere: false, rates: [{ id: "post", label: "Post", price: 490, free_from: 9000, min_days: 2, max_days: 3 }] },
      { name: "World", countries: [], elsewhere: true, rates: [{ id: "air", label: "Air", price: 2500, free_from: null, min_days: 0, max_days: 365 }] },
    ],
    home: "DE",
    tax_inclusive: false,
    taxes: [{ country: "DE", rate: 1900 }, { country: "CH", rate: 810 }],
  };
  assert.deepEqual(deliveryOf(draftOf(kept, "eur"), "eur"), kept);
  assert.deepEqual(deliveryWrong(draftOf(kept, "eur"), "eur", (code) => /^[A-Z]{2}$/.test(code)), {});
  const draft = draftOf(kept, "eur");
  draft.zones[1]!.countries = "de, x1";
  draft.zones[0]!.rates[0]!.to = "1";
  draft.taxes[1]!.percent = "101";
  const wrong = deliveryWrong(draft, "eur", (code) => /^[A-Z]{2}$/.test(code));
  assert.deepEqual(Object.keys(wrong).sort(), ["0.0.to", "1.countries", "tax.1.percent"]);
});
test("a rate of tax is read as people write it", () => {
  for (const [text, points] of [["19", 1900], ["8,1", 810], ["5.25 %", 525], ["0", 0], ["100", 10000]] as const) assert.equal(basisPoints(text), points);
  for (const text of ["", "x", "-1", "101", "1.234"]) assert.equal(basisPoints(text), null);
});

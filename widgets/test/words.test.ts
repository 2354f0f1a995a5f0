import assert from "node:assert/strict";
import { test } from "node:test";

import { declineWords } from "../src/pay/declines.js";
import { endedWords } from "../src/ui/ended.js";
import { money, shortMoney } from "../src/ui/money.js";
import { count, minutes, spokenMinutes, until } from "../src/ui/time.js";
import { errorWords, stockWords } from "../src/ui/words.js";
import { wireFault } from "./support.js";

test("money reads as the server writes it", () => {
  assert.equal(money(4_800, "eur"), "€48.00");
  assert.equal(money(5, "usd"), "$0.05");
  assert.equal(money(123_456_789, "gbp"), "£1,234,567.89");
  assert.equal(money(4_800, "jpy"), "¥4,800");
  assert.equal(money(4_800, "chf"), "CHF 48.00");
  assert.equal(money(-4_850, "eur"), "−€48.50");
});

test("a button leaves out the cents that are not there", () => {
  assert.equal(shortMoney(4_800, "eur"), "€48");
  assert.equal(shortMoney(4_850, "eur"), "€48.50");
  assert.equal(shortMoney(4_800, "jpy"), "¥4,800");
});

test("a countdown shows 0:00 only when the time is over", () => {
  assert.equal(minutes(300_000), "5:00");
  assert.equal(minutes(299_001), "5:00");
  assert.equal(minutes(61_000), "1:01");
  assert.equal(minutes(1), "0:01");
  assert.equal(minutes(0), "0:00");
  assert.equal(minutes(-5), "0:00");
});

test("the same for the ear", () => {
  assert.equal(spokenMinutes(20_000), "20 seconds");
  assert.equal(spokenMinutes(61_000), "1 minute 1 second");
  assert.equal(spokenMinutes(120_000), "2 minutes");
  assert.equal(spokenMinutes(0), "0 seconds");
});

test("how long until a show", () => {
  assert.equal(until(20_000), "any moment now");
  assert.equal(until(5 * 60_000), "in 5 minutes");
  assert.equal(until(3 * 3_600_000), "in 3 hours");
  assert.equal(until(50 * 3_600_000), "in 2 days");
});

test("stock in words, exact under twenty", () => {
  assert.equal(stockWords(undefined), "");
  assert.equal(stockWords(0), "sold out");
  assert.equal(stockWords(-1), "sold out");
  assert.equal(stockWords(1), "last one");
  assert.equal(stockWords(19), "19 left");
  assert.equal(stockWords(20), "in stock");
  assert.equal(count(1, "viewer"), "1 viewer");
  assert.equal(count(1_200, "viewer"), "1,200 viewers");
});

test("every code of a hold has words of its own", () => {
  const codes = [
    "stock.sold_out stock.limit stock.hold_ended stock.too_many_extensions stock.unknown_variant stream.not_live",
    "pins.not_shown unavailable network timeout rate_limited auth.required request.invalid not_found checkout.preview",
    "stock.others_wait stock.line_is_full checkout.no_line",
  ];
  const other = errorWords(wireFault("never.heard_of"));
  for (const code of codes.join(" ").split(" ")) {
    assert.notEqual(errorWords(wireFault(code)), other, code);
  }
  assert.match(errorWords(wireFault("stock.limit", false, { limit: 1 })), /can have 1 of these, and you have it/);
  assert.match(errorWords(wireFault("stock.limit", false, { limit: 2 })), /can have 2 of these, and you have them/);
});

test("the end of a hold says what can be done now", () => {
  assert.match(endedWords("expired", 3), /You can hold one again/);
  assert.match(endedWords("expired", 0), /sold out now/);
  assert.match(endedWords("released", 3), /Let go/);
  assert.match(endedWords("released", 0, true), /next in line/);
  assert.match(endedWords("expired", 0, true), /You can wait again/);
  assert.match(endedWords("away", 0), /connection was away/);
});

test("a decline says the bank's reason, and of a stolen card no more than of any other", () => {
  assert.match(declineWords("card_declined", "insufficient_funds"), /not enough money/);
  assert.equal(declineWords("card_declined", "stolen_card"), declineWords("card_declined", "generic_decline"));
});

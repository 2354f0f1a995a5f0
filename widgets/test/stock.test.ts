import assert from "node:assert/strict";
import { test } from "node:test";

import { StockBoard } from "../src/wire/stock.js";

test("levels are absolute, and older news is ignored", () => {
  const board = new StockBoard();
  assert.equal(board.tell({ epoch: "s", seq: 5, levels: { a: 3 } }), true);
  assert.equal(board.tell({ epoch: "s", seq: 4, levels: { a: 9 } }), false);
  assert.equal(board.tell({ epoch: "s", seq: 5, levels: { a: 9 } }), false);
  assert.equal(board.left("a"), 3);
  assert.equal(board.left("never"), undefined);
});

test("an acknowledgement that overtakes a broadcast does not hide the other variant", () => {
  const board = new StockBoard();
  board.tell({ epoch: "s", seq: 1, levels: { a: 5, b: 5 } });
  board.tell({ epoch: "s", seq: 3, levels: { a: 4 } });
  assert.equal(board.tell({ epoch: "s", seq: 2, levels: { b: 0 } }), true);
  assert.equal(board.left("b"), 0);
  assert.equal(board.left("a"), 4);
});

test("the same number told anew changes nothing on the screen", () => {
  const board = new StockBoard();
  board.tell({ epoch: "s", seq: 1, levels: { a: 5 } });
  assert.equal(board.tell({ epoch: "s", seq: 2, levels: { a: 5 } }), false);
});

test("a new epoch is newer than all of the old one, and begins at any seq", () => {
  const board = new StockBoard();
  board.tell({ epoch: "s", seq: 500, levels: { a: 5, b: 1 } });
  board.tell({ epoch: "t", seq: 1, levels: { a: 7 } });
  assert.equal(board.left("a"), 7);
  assert.equal(board.left("b"), 1);
  board.tell({ epoch: "t", seq: 2, levels: { b: 2 } });
  assert.equal(board.left("b"), 2);
});

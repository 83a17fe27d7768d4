import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedId, idText, marketId } from "./ids.ts";

describe("ids", () => {
  it("are ASCII, left-aligned in 32 bytes", () => {
    assert.equal(marketId("SPX/USD"), `0x5350582f555344${"0".repeat(50)}`);
    assert.equal(feedId("SPX/USD vol"), `0x5350582f55534420766f6c${"0".repeat(42)}`);
  });

  it("give their text back", () => {
    for (const text of ["SPX/USD vol", "x".repeat(32)]) assert.equal(idText(feedId(text)), text);
  });

  it("refuse names that are empty, too long or not ASCII, with a sentence", () => {
    assert.throws(() => marketId(""), /market name "" does not fit: use 1 to 32 ASCII characters/);
    assert.throws(() => feedId("x".repeat(33)), /feed name "x{33}" does not fit/);
    assert.throws(() => marketId("€/USD"), /does not fit/);
  });
});

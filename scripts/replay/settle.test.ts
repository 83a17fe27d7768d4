import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ChainState, judge } from "./settle.ts";

const settled: ChainState = {
  head: { number: 100n, timestamp: 1_000n },
  markets: [{ closedAt: 900n, index: 7, lastRound: 7 }],
  positions: [{ due: false, open: false }],
};

describe("what the replay waits for", () => {
  it("goes on when the round is published, nothing trades and GraphQL has the head", () => {
    assert.equal(judge(settled, 900n, 100n), "settled");
  });

  it("waits for the candle, then for the round", () => {
    assert.equal(
      judge({ ...settled, markets: [{ closedAt: 800n, index: 6, lastRound: 6 }] }, 900n, 100n),
      "publishing",
    );
    assert.equal(
      judge({ ...settled, markets: [{ closedAt: 900n, index: 7, lastRound: 6 }] }, 900n, 100n),
      "publishing",
    );
  });

  it("waits for every market", () => {
    const markets = [...settled.markets, { closedAt: 800n, index: 6, lastRound: 6 }];
    assert.equal(judge({ ...settled, markets }, 900n, 100n), "publishing");
  });

  it("waits for an open auction and for one that is due", () => {
    assert.equal(judge({ ...settled, positions: [{ due: false, open: true }] }, 900n, 100n), "auction");
    assert.equal(judge({ ...settled, positions: [{ due: true, open: false }] }, 900n, 100n), "due");
  });

  it("waits for GraphQL", () => {
    assert.equal(judge(settled, 900n, 99n), "indexing");
  });
});

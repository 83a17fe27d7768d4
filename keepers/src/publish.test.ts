import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decidePublish, type PublishState, type PublishTarget } from "./publish.ts";
import type { Decision } from "./strategy.ts";

const target: PublishTarget = {
  market: "SPX/USD",
  feed: "SPX/USD vol",
  priceBook: "0x0000000000000000000000000000000000000001",
  signalFeed: "0x0000000000000000000000000000000000000002",
};
const price = { price: 1_400_00000000n, observedAt: 1000, halted: 0 };
const calm: PublishState = {
  observedAt: 1000,
  price,
  nextPrice: price,
  index: 300,
  nextIndex: 300,
  round: undefined,
  refusal: "RoundAlreadyPublished",
};
const newer = { price: 1_410_00000000n, observedAt: 2000, halted: 0 };

const told = (decision: Decision): string =>
  decision.kind === "act" ? decision.action.key : `${decision.name}: ${decision.reason}`;

describe("decidePublish", () => {
  const cases: [promise: string, state: Partial<PublishState>, decisions: string[]][] = [
    ["rests when price and round are current", {}, ["update: no news", "publish: no news"]],
    [
      "sends a new price and a new round together",
      { observedAt: 2000, nextPrice: newer, nextIndex: 301, round: 301 },
      ["update SPX/USD 2000 2000 0", "publish SPX/USD vol 301"],
    ],
    ["publishes a candle somebody else has closed", { round: 300 }, ["update: no news", "publish SPX/USD vol 300"]],
    [
      "takes a candle that cannot be published, so that it is not lost",
      { nextIndex: 301, refusal: "GapNotAcknowledged" },
      ["update: no news", "close SPX/USD 301"],
    ],
    [
      "then says why nothing is published",
      { index: 301, nextIndex: 301, refusal: "GapNotAcknowledged" },
      ["update: no news", "publish: GapNotAcknowledged"],
    ],
    [
      "names the error of a candle that is refused",
      { nextIndex: undefined, refusal: "CandleOutsideBand" },
      ["update: no news", "publish: CandleOutsideBand"],
    ],
    [
      "halts a market whose sources disagree",
      { observedAt: 2000, nextPrice: { ...price, halted: 2 } },
      ["update SPX/USD 2000 1000 2", "publish: no news"],
    ],
    [
      "resumes it, by another key, when they agree again",
      { observedAt: 3000, price: { ...price, halted: 2 }, nextPrice: price },
      ["update SPX/USD 3000 1000 0", "publish: no news"],
    ],
  ];
  for (const [promise, state, decisions] of cases) {
    it(promise, () => assert.deepEqual(decidePublish(target, { ...calm, ...state }).map(told), decisions));
  }
});

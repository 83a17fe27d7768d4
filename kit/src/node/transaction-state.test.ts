import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  classifyRefusal,
  defaultPatience,
  extendsHead,
  freeNonce,
  gapBelow,
  gasLimit,
  type Mined,
  marketFees,
  nextStep,
  type Refusal,
  raisedFees,
  type Step,
  type View,
  vanishedTo,
} from "./transaction-state.ts";

const GWEI = 10n ** 9n;
const mined: Mined = { hash: "0x01", blockNumber: 7n, blockHash: "0x02", status: "success" };
const raised = { maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: GWEI };
const fresh: View = {
  mined: undefined,
  refusal: undefined,
  nonceUsedForMs: undefined,
  nonceUser: "unknown",
  nonceUsedIn: undefined,
  isSigned: true,
  sinceSignedMs: 0,
  sinceBroadcastMs: 0,
  first: true,
  raised,
};

describe("nextStep", () => {
  const cases: [promise: string, view: Partial<View>, step: Step["kind"]][] = [
    ["waits for a block after a broadcast", {}, "wait"],
    ["takes a receipt of any attempt", { mined }, "mined"],
    ["believes a receipt before a used nonce", { mined, nonceUsedForMs: 60_000 }, "mined"],
    ["waits for the receipt when a block has its own transaction", { nonceUsedForMs: 9e9, nonceUser: "mine" }, "wait"],
    ["believes a block that another sender used the nonce", { nonceUsedForMs: 0, nonceUser: "other" }, "foreign"],
    ["believes a block that an earlier entry used the nonce", { nonceUsedForMs: 0, nonceUser: "ours" }, "foreign"],
    ["gives a node without proof time to serve the receipt", { nonceUsedForMs: 119_999 }, "wait"],
    ["then concludes that another sender used the nonce", { nonceUsedForMs: 120_000 }, "foreign"],
    ["signs what has a nonce and no bytes yet", { isSigned: false, raised: undefined }, "sign"],
    ["sends what was never sent", { sinceBroadcastMs: Number.POSITIVE_INFINITY }, "broadcast"],
    ["sends the same bytes again when nothing happens", { sinceBroadcastMs: 3_000 }, "broadcast"],
    ["tries again a second after a lost connection", { refusal: "other", sinceBroadcastMs: 1_000 }, "broadcast"],
    ["does not hammer a node that refuses", { refusal: "other", sinceBroadcastMs: 999 }, "wait"],
    ["waits for funds", { refusal: "funds", sinceBroadcastMs: 1_000 }, "broadcast"],
    [
      "raises the fees of what the node finds too cheap",
      { refusal: "underpriced", sinceBroadcastMs: 1_000 },
      "replace",
    ],
    ["raises the fees of what is stuck", { sinceSignedMs: 30_000, sinceBroadcastMs: 10 }, "replace"],
    ["raises only the lowest nonce, others wait behind it", { sinceSignedMs: 30_000, first: false }, "wait"],
    ["waits at the cap", { sinceSignedMs: 30_000, raised: undefined, sinceBroadcastMs: 10 }, "wait"],
    ["says at the cap that it waits", { sinceSignedMs: 30_000, raised: undefined, sinceBroadcastMs: 3_000 }, "capped"],
    ["checks a nonce called used before anything else", { refusal: "nonceUsed", nonceUsedForMs: 5 }, "wait"],
  ];
  for (const [promise, view, step] of cases) {
    it(promise, () => assert.equal(nextStep({ ...fresh, ...view }, defaultPatience).kind, step));
  }
});

describe("classifyRefusal", () => {
  const cases: [message: string, refusal: Refusal][] = [
    ["already known", "known"],
    ["ALREADY_EXISTS: already known", "known"],
    ["AlreadyKnown", "known"],
    ["transaction already imported", "known"],
    ["Known transaction", "known"],
    ["nonce too low: next nonce 5, tx nonce 4", "nonceUsed"],
    ["nonce too low", "nonceUsed"],
    ["OldNonce, Current nonce: 5, nonce of rejected tx: 4", "nonceUsed"],
    ["Nonce too low", "nonceUsed"],
    ["replacement transaction underpriced", "underpriced"],
    ["transaction underpriced: gas tip cap 1, minimum needed 25", "underpriced"],
    ["max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7", "underpriced"],
    ["FeeTooLow, MaxFeePerGas too low", "underpriced"],
    ["FeeTooLowToCompete", "underpriced"],
    ["Gas price below configured minimum gas price", "underpriced"],
    ["insufficient funds for gas * price + value: balance 0", "funds"],
    ["Insufficient funds for gas * price + value", "funds"],
    ["fetch failed", "other"],
    ["nonce too high", "other"],
    ["txpool is full", "other"],
  ];
  for (const [message, refusal] of cases) {
    it(`reads "${message}" as ${refusal}`, () => assert.equal(classifyRefusal(message), refusal));
  }
});

describe("fees", () => {
  it("leave room for the base fee to double", () => {
    const fees = marketFees({ baseFee: 30n * GWEI, tip: 2n * GWEI, cap: 500n * GWEI });

    assert.deepEqual(fees, { maxFeePerGas: 62n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
  });

  it("never exceed the cap, the tip included", () => {
    const fees = marketFees({ baseFee: 30n * GWEI, tip: 60n * GWEI, cap: 50n * GWEI });

    assert.deepEqual(fees, { maxFeePerGas: 50n * GWEI, maxPriorityFeePerGas: 50n * GWEI });
  });

  it("of a replacement rise by at least an eighth in both fields, also from tiny values", () => {
    for (const start of [0n, 1n, 7n, 1_000n, 33_333_333_333n]) {
      const last = { maxFeePerGas: start, maxPriorityFeePerGas: start };
      const next = raisedFees({ last, market: { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }, cap: 500n * GWEI });

      assert.ok(next !== undefined && next.maxFeePerGas * 1_000n > start * 1_125n);
      assert.ok(next.maxPriorityFeePerGas * 1_000n > start * 1_125n);
    }
  });

  it("of a replacement follow the market when it is higher still", () => {
    const last = { maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: GWEI };
    const market = { maxFeePerGas: 90n * GWEI, maxPriorityFeePerGas: 5n * GWEI };

    assert.deepEqual(raisedFees({ last, market, cap: 500n * GWEI }), market);
    assert.equal(raisedFees({ last, market, cap: 50n * GWEI })?.maxFeePerGas, 50n * GWEI);
  });

  it("of a replacement do not exist when an eighth more exceeds the cap", () => {
    const last = { maxFeePerGas: 90n * GWEI, maxPriorityFeePerGas: GWEI };

    assert.equal(raisedFees({ last, market: last, cap: 100n * GWEI }), undefined);
  });
});

describe("nonces and heads", () => {
  it("fills the lowest gap and uses no nonce twice", () => {
    assert.equal(freeNonce(5, []), 5);
    assert.equal(freeNonce(5, [5, 6, 8]), 7);
    assert.equal(freeNonce(5, [6]), 5);
  });

  it("sees a block replaced at the same height, a skipped block and a rollback", () => {
    const previous = { number: 10n, hash: "0xa" } as const;

    assert.equal(extendsHead(previous, { number: 11n, parentHash: "0xa" }), true);
    assert.equal(extendsHead(previous, { number: 10n, parentHash: "0x9" }), false);
    assert.equal(extendsHead(previous, { number: 12n, parentHash: "0xb" }), false);
    assert.equal(extendsHead(previous, { number: 11n, parentHash: "0xc" }), false);
  });

  it("sends the bytes of reorganised blocks again, whatever time has passed", () => {
    assert.equal(vanishedTo([{ state: "mined" }, { state: "foreign" }], 0, defaultPatience), "takenBack");
  });

  it("K7 forgets a chain set back below final entries only when it stays so: the node may lag", () => {
    const vanished = [{ state: "mined" }, { state: "final" }] as const;

    assert.equal(vanishedTo([...vanished], 9_999, defaultPatience), "undecided");
    assert.equal(vanishedTo([...vanished], 10_000, defaultPatience), "rolledBack");
  });

  it("sees nonces that nothing will use below the pending ones", () => {
    const cases: [pending: number[], count: number, highestMined: number, gap: number[]][] = [
      [[], 5, 4, []],
      [[5, 6], 5, 4, []],
      [[7, 9], 5, 4, [5, 6]],
      [[7], 5, 6, []], // the node lags behind what is known to be mined
      [[7], 5, 5, [6]],
      [[5], 8, 4, []],
    ];
    for (const [pending, count, highestMined, gap] of cases) {
      assert.deepEqual(gapBelow(pending, count, highestMined), gap);
    }
  });
});

describe("gas", () => {
  it("has room above an estimate, and is never below what the caller knows to be needed: K11", () => {
    assert.equal(gasLimit(100_000n, 0n), 135_000n);
    assert.equal(gasLimit(100_000n, 135_001n), 135_001n);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { verdictTable } from "./table.ts";
import type { Verdict } from "./track.ts";

const verdict: Verdict = {
  round: 1759,
  block: 42n,
  transaction: "0x78",
  level: 1,
  features: "0x",
  closedAt: 1_167_868_800n,
  modelId: `0x${"ab".repeat(32)}`,
  model: {
    kind: "linear",
    featureSet: 1,
    period: 86_400,
    horizon: 5,
    minCandles: 160,
    closeToRange: 1n << 31n,
    bias: -(2n << 32n),
    weights: [1n << 21n, 0n, 0n, 0n, 0n, 0n],
  },
  terms: { featureSet: 1, alphasQ32: [], periodsPerYear: 256, candleSource: "0x" },
  candle: {
    start: 1_167_782_400n,
    end: 1_167_868_800n,
    open: 141_800_000_000n,
    high: 142_900_000_000n,
    low: 140_700_000_000n,
    close: 141_660_000_000n,
  },
  evidence: { tx: "0x77", signers: ["0x01", "0x02", "0x03"], quorum: 3, doubt: undefined },
  lanes: [-7_168, 1, 2, 3, 4, 5],
  reference: -(3n << 32n) + (1n << 31n) - (1n << 31n),
  chain: -(3n << 32n),
  differences: [],
  equal: true,
};

const linesOf = (of: Verdict) =>
  verdictTable(of)
    .split("\n")
    .map((line) => line.trim().split(/\s{2,}/));

describe("verdictTable", () => {
  it("shows every step from the signed candle to the value", () => {
    const lines = linesOf(verdict).map((cells) => cells.join(" | "));
    assert.ok(lines.includes("close | 141660000000 | 1416.6"));
    assert.ok(lines.includes("report | transaction 0x77, quorum 3"));
    assert.ok(lines.includes("signed by | 0x02"));
    assert.ok(lines.some((line) => line.startsWith("range fastest | -7168 | -7.000000 | log2 of volatility")));
    assert.ok(lines.includes("× weight | 2097152 | 0.500000"));
    assert.ok(lines.includes("= part | -15032385536 | -3.500000"));
    assert.ok(lines.includes("+ bias | -8589934592 | -2.000000"));
    assert.ok(lines.includes("+ ½·log2(year) | 17179869184 | 4.000000 | 256 periods a year"));
    assert.ok(lines.includes("reference | -12884901888 | -3.000000 | 12.50 %/yr"));
    assert.ok(lines.includes("chain | -12884901888 | -3.000000 | 12.50 %/yr"));
    assert.ok(lines.includes("equal | bit for bit"));
  });

  it("shows what a forest adds to the linear part", () => {
    const linear = verdict.model;
    assert.ok(linear !== undefined);
    const nodes = Array.from({ length: 7 }, () => ({ lane: 0, threshold: 0 }));
    const tree = { nodes, leaves: Array<bigint>(8).fill(1n << 23n) }; // a half, whatever the lanes
    const model = { ...linear, kind: "forest", depth: 3, trees: [tree, tree, tree] } as const;

    const lines = linesOf({ ...verdict, model: { ...model, trees: [...model.trees] } }).map((cells) =>
      cells.join(" | "),
    );

    assert.ok(lines.includes("+ forest | 6442450944 | 1.500000 | 3 trees of depth 3"));
  });

  it("makes a difference unmissable", () => {
    const lines = linesOf({ ...verdict, equal: false, differences: ["the value is 1 and the reference has 2"] });
    assert.deepEqual(lines.at(-1), ["NOT EQUAL", "the value is 1 and the reference has 2"]);
  });

  it("shows what there is when model or candle are missing", () => {
    const text = verdictTable({ ...verdict, model: undefined, candle: undefined, reference: undefined });
    assert.match(text, /could not be read/);
    assert.match(text, /reference\s+none/);
  });
});

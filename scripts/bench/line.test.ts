import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { boundedFigures, executedGas, figure, missed, row } from "./line.ts";

describe("a figure", () => {
  it("has no peer when nothing does the same", () => {
    assert.deepEqual(figure({ name: "auction.open.gas", value: 88_000 }), {
      ...{ name: "auction.open.gas", value: 88_000, unit: "gas" },
    });
  });

  it("stands beside its peer", () => {
    const { peer, peerValue, ratio } = figure({ name: "x", value: 3, peer: { name: "y", value: 9 } });

    assert.deepEqual({ peer, peerValue, ratio }, { peer: "y", peerValue: 9, ratio: 0.333 });
  });

  it("is missed above its bound only", () => {
    assert.equal(missed(figure({ name: "signal.publish.gas", value: 75_000 })), undefined);
    assert.equal(
      missed(figure({ name: "signal.publish.gas", value: 75_001 })),
      "signal.publish.gas is 75001 gas, at most 75000 are allowed.",
    );
  });

  it("is missed above its ratio to its peer", () => {
    const peer = { name: "OpenZeppelin ERC4626", value: 1_000 };

    assert.equal(missed(figure({ name: "vault.deposit.gas", value: 1_600, peer })), undefined);
    assert.equal(
      missed(figure({ name: "vault.deposit.gas", value: 1_601, peer })),
      "vault.deposit.gas is 1.601 times OpenZeppelin ERC4626, at most 1.6 times are allowed.",
    );
  });

  it("is missed below the least it may be, where what measures it is installed", () => {
    const scored = (value: number) => figure({ name: "app.lighthouse.vault.seo", value, unit: "of 100" });

    assert.equal(missed(scored(95)), undefined);
    assert.equal(missed(scored(94)), "app.lighthouse.vault.seo is 94 of 100, at least 95 are wanted.");
    assert.ok(!boundedFigures("app").some((name) => name.includes("lighthouse")), "nobody misses it elsewhere");
  });

  it("is missed below the least ratio to its peer", () => {
    const peer = { name: "the reference", value: 20_000 };

    assert.equal(missed(figure({ name: "inference.wasm.per_second", value: 200_000, unit: "1/s", peer })), undefined);
    assert.equal(
      missed(figure({ name: "inference.wasm.per_second", value: 199_000, unit: "1/s", peer })),
      "inference.wasm.per_second is 9.95 times the reference, at least 10 times are wanted.",
    );
  });

  it("is marked as a time where the machine decides it", () => {
    assert.equal(figure({ name: "train.seconds", value: 61, unit: "s" }).isTime, true);
    assert.equal(figure({ name: "signal.core.gas", value: 1 }).isTime, undefined);
    assert.ok(boundedFigures("time").includes("train.seconds") && !boundedFigures("gas").includes("train.seconds"));
    const names = ["first_view_kb", "lcp_ms", "tbt_ms", "layout_shift", "fill_to_screen_ms"];
    assert.deepEqual(
      boundedFigures("app"),
      names.map((name) => `app.${name}`),
    );
    assert.ok(!boundedFigures("time").includes("app.lcp_ms") && !boundedFigures("gas").includes("app.first_view_kb"));
  });

  it("is a row that a person can read", () => {
    const line = figure({ name: "vault.deposit.gas", value: 96_539, peer: { name: "plain", value: 56_922 } });

    assert.equal(row(line).replaceAll(/ +/g, " "), "vault.deposit.gas 96,539 gas ≤ 1.6 × 1.696 × plain (56,922)");
  });

  it("leaves base and calldata out of what was executed", () => {
    assert.equal(executedGas(50_000n, "0x00ff01"), 50_000 - 21_000 - 4 - 16 - 16);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { amountToFill, amountToOpen, buyPayment, type Demand, offBps, type Scene, sellCost } from "@aibot/kit/auction";
import { addToBudget, budgetUsed } from "@aibot/kit/budget";
import { sharesPayable } from "@aibot/kit/exits";
import { accrue } from "@aibot/kit/fees";
import { targetWeightBps } from "@aibot/kit/mandate";
import { holdingValue, previewDeposit, previewMint, previewRedeem, previewWithdraw } from "@aibot/kit/vault";
import {
  auctionVectors,
  budgetVectors,
  feeVectors,
  shareVectors,
  TARGET_CAPS,
  TARGET_SHARES,
  targetVectors,
} from "./vault.ts";

const row = (values: string[]) => {
  const numbers = values.map(BigInt);
  return (index: number): bigint => {
    const value = numbers[index];
    if (value === undefined) throw new Error(`a case has no column ${index}`);
    return value;
  };
};

describe("shares", () => {
  it("enter and leave as every vector says (VLT-1)", () => {
    for (const values of shareVectors()) {
      const at = row(values);
      const pool = { totalAssets: at(0), totalSupply: at(2) };
      const [entry, exit] = [Number(at(3)), Number(at(4))];
      assert.deepEqual(
        [
          previewDeposit(at(5), pool, entry),
          previewMint(at(6), pool, entry),
          previewRedeem(at(6), pool, exit),
          previewWithdraw(at(5), pool, exit),
          sharesPayable({ shares: at(6), idle: at(1), pool, exitSpreadBps: exit }),
        ].map(String),
        values.slice(7),
      );
    }
  });
});

describe("fees", () => {
  it("accrue as every vector says (V9)", () => {
    for (const values of feeVectors()) {
      const at = row(values);
      const { managementShares, performanceShares, state } = accrue({
        state: { mark: at(3), accruedAt: 7n, managementFeeBps: Number(at(4)), performanceFeeBps: Number(at(5)) },
        rates: { managementFeeBps: Number(at(6)), performanceFeeBps: Number(at(7)) },
        nav: at(0) < 0n ? undefined : at(0),
        supply: at(1),
        now: 7n + at(2),
      });
      assert.deepEqual(
        [managementShares, performanceShares, state.mark, state.managementFeeBps, state.performanceFeeBps].map(String),
        values.slice(8),
      );
    }
  });
});

describe("budgets", () => {
  it("count as every vector says (VLT-3)", () => {
    for (const { window, steps } of budgetVectors()) {
      let state = 0n;
      for (const step of steps) {
        const at = row(step);
        const budget = { state, time: at(0), window: BigInt(window) };
        const { total, ...after } = addToBudget(budget, { turnoverE7: at(1), lossE7: at(2) });
        assert.deepEqual(total, { turnoverE7: at(3), lossE7: at(4) });
        assert.deepEqual(budgetUsed({ ...budget, ...after }), total);
        state = after.state;
      }
    }
  });
});

describe("target weights", () => {
  it("follow the forecast as every vector says", () => {
    for (const values of targetVectors()) {
      const at = row(values);
      const weights = TARGET_SHARES.map((share, i) =>
        targetWeightBps({
          signal: at(0),
          targetVolBps: Number(at(1)),
          capBps: Number(TARGET_CAPS[i]),
          shareBps: Number(share),
        }),
      );
      assert.deepEqual(weights.map(String), values.slice(2));
    }
  });
});

const demand = (target: bigint): Demand => {
  if (target >= 0n) return { kind: "fresh", targetWeightBps: target };
  return { kind: target === -1n ? "stale" : "unwinding" };
};

describe("auctions", () => {
  it("trade what every vector says, at its price (VLT-5)", () => {
    for (const values of auctionVectors()) {
      const at = row(values);
      const [baseDecimals, tokenDecimals] = [Number(at(0)), Number(at(1))];
      const held = { amount: at(3), price: at(5), decimals: tokenDecimals };
      const scene: Scene = {
        idle: at(2),
        nav: at(2) + holdingValue(held, baseDecimals) + at(4),
        supply: at(6),
        pendingShares: at(7),
        demand: demand(at(8)),
        mark: at(9),
        maxDrawdownBps: Number(at(10)),
        cashFloorBps: Number(at(11)),
        slippageBps: Number(at(12)),
        held: at(3),
        price: at(5),
        tokenDecimals,
        baseDecimals,
      };
      const budgets = { turnoverE7: at(14), lossE7: at(15) };
      const terms = { life: 600n, premiumBps: Number(at(16)), slippageBps: scene.slippageBps };
      const off = offBps({ elapsed: at(17), ...terms });
      const amount = amountToFill(scene, budgets, off);
      const fill = { ...scene, amount: amount < 0n ? -amount : amount, offBps: off };
      assert.deepEqual(
        [
          amountToOpen(scene, budgets, Number(at(13))),
          off,
          amount,
          amount < 0n ? sellCost(fill) : buyPayment(fill),
        ].map(String),
        values.slice(18),
      );
    }
  });
});

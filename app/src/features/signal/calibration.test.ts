import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrationBins } from "./calibration.ts";
import { plotOf } from "./calibration-plot.ts";
import type { ScoredRound } from "./scores.ts";

const ONE = 1n << 32n;
const LOSS = { absQ32: 0n, squaredQ64: 0n, qlikeWad: 0n };

const round = (number: number, value: bigint, outcome: bigint): ScoredRound => ({
  round: number,
  closedAt: 0n,
  value,
  outcome,
  forecast: LOSS,
  naive: LOSS,
});

test("rounds are grouped by forecast, whatever their order in time", () => {
  // 41 rounds: odd ones forecast 25 % and get 50 %, even ones forecast 100 % and get 25 % or 100 %
  const rows = Array.from({ length: 41 }, (_, k) =>
    k % 2 === 1 ? round(k, -2n * ONE, -ONE) : round(k, 0n, k % 4 === 0 ? 0n : -2n * ONE),
  );

  // 20 odd rounds; 21 even ones, 11 of them divisible by four: mean log2 −20/21, 2^that = 0.51679…
  assert.deepEqual(calibrationBins(rows), [
    { rounds: 20, lowestBps: 2_500, highestBps: 2_500, forecastBps: 2_500, outcomeBps: 5_000 },
    { rounds: 21, lowestBps: 10_000, highestBps: 10_000, forecastBps: 10_000, outcomeBps: 5_168 },
  ]);
});

test("every round is in one group, and groups differ by one at most", () => {
  const rows = Array.from({ length: 415 }, (_, k) => round(k, BigInt((k * 7919) % 415) << 20n, 0n));
  const sizes = calibrationBins(rows).map(({ rounds }) => rounds);

  assert.equal(sizes.length, 10);
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    415,
  );
  assert.deepEqual(new Set(sizes), new Set([41, 42]));
});

test("too few rounds make no group", () => {
  const rows = Array.from({ length: 39 }, (_, k) => round(k, BigInt(k), 0n));

  assert.deepEqual(calibrationBins(rows), []);
  assert.equal(calibrationBins([...rows, round(39, 0n, 0n)]).length, 2);
});

test("a true forecast is drawn on the diagonal, and doublings are as far apart everywhere", () => {
  const bin = { rounds: 20, lowestBps: 1, highestBps: 1, forecastBps: 1_000, outcomeBps: 4_000 };
  const { at, low, high, ticks } = plotOf([bin]);

  const [start, end] = [at(low), at(high)];
  assert.ok(Math.abs((at(2_000).x - start.x) / (end.x - start.x) - (start.y - at(2_000).y) / (start.y - end.y)) < 1e-9);
  assert.ok(Math.abs(at(2_000).x - at(1_000).x - (at(4_000).x - at(2_000).x)) < 1e-9);
  assert.deepEqual(ticks, [1_000, 2_000, 3_000, 5_000]);
});

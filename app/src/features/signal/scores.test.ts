import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outlook } from "../../data/signals.ts";
import { compare, qlikeWad, rollingErrors, type Scores, scoreRounds, scoresOf, valueOfBps } from "./scores.ts";

const ONE = 1n << 32n; // a doubling
const WAD = 10n ** 18n;

/** Volatilities as powers of two of 100 %/yr; the naive one in bps. */
const outlook = (round: number, forecast: bigint, outcome: bigint | null, naiveVolBps: number | null): Outlook => ({
  round,
  closedAt: BigInt(round) * 100n,
  value: forecast,
  volatilityBps: 0,
  realisedValue: outcome,
  realisedVolBps: outcome === null ? null : 1,
  naiveVolBps,
});

const near = (actual: bigint, expected: number, message: string): void =>
  assert.ok(Math.abs(Number(actual) / 1e18 - expected) < 1e-8, `${message}: ${actual} is not ${expected}`);

test("bps become the logarithm of a volatility", () => {
  assert.equal(valueOfBps(10_000), 0n);
  assert.equal(valueOfBps(20_000), ONE);
  assert.equal(valueOfBps(2_500), -2n * ONE);
});

test("QLIKE is x − ln x − 1 of the variances' ratio", () => {
  assert.equal(qlikeWad(0n), 0n);
  near(qlikeWad(ONE), 4 - Math.log(4) - 1, "twice the volatility is four times the variance");
  near(qlikeWad(-ONE), 0.25 - Math.log(0.25) - 1, "half the volatility");
  near(qlikeWad(ONE / 4n), Math.SQRT2 - Math.log(Math.SQRT2) - 1, "a quarter of a doubling");
  assert.ok(qlikeWad(ONE) > qlikeWad(-ONE), "too low a forecast costs more");
});

test("an absurd forecast costs a lot and does not throw", () => {
  assert.ok(qlikeWad(200n * ONE) > 10n ** 36n);
  near(qlikeWad(-200n * ONE), 400 * Math.log(2) - 1, "400 doublings of variance");
});

test("only rounds whose outcome and rival are known and moved are scored", () => {
  const still = { ...outlook(4, 0n, -(40n * ONE), 10_000), realisedVolBps: 0 };
  const rows = [outlook(1, 0n, null, 10_000), outlook(2, 0n, 0n, null), outlook(3, 0n, 0n, 0), still];

  assert.deepEqual(
    scoreRounds([...rows, outlook(5, 0n, ONE, 10_000)]).map(({ round }) => round),
    [5],
  );
});

// outcomes 0, 2, 4 (mean 2, squared distances 4 + 0 + 4); forecast errors 0, 1, 1; naive errors 2, 0, 2
const ROWS = [outlook(1, 0n, 0n, 2_500), outlook(2, ONE, 2n * ONE, 40_000), outlook(3, 3n * ONE, 4n * ONE, 40_000)];

test("scores are means over the scored rounds, R² against the outcomes' spread", () => {
  const scores = scoresOf(scoreRounds(ROWS));

  assert.ok(scores);
  assert.deepEqual([scores.rounds, scores.from, scores.to, scores.closer], [3, 100n, 300n, 2]);
  assert.equal(scores.forecast.absQ32, (2n * ONE) / 3n);
  assert.equal(scores.naive.absQ32, (4n * ONE) / 3n);
  assert.equal(scores.forecast.r2Wad, (WAD * 3n) / 4n); // 1 − 2/8
  assert.equal(scores.naive.r2Wad, 0n); // 1 − 8/8
  near(scores.forecast.qlikeWad, (2 * (4 - Math.log(4) - 1)) / 3, "two errors of a doubling");
});

test("nothing to score is not a score of zero", () => {
  assert.equal(scoresOf([]), undefined);
  assert.equal(scoresOf(scoreRounds([outlook(1, 0n, ONE, 10_000)])), undefined);
});

test("the words follow all measures, also to the model's disadvantage", () => {
  const good = { r2Wad: 9n, absQ32: 1n, qlikeWad: 1n };
  const bad = { r2Wad: 3n, absQ32: 2n, qlikeWad: 2n };
  const of = (forecast: typeof good, naive: typeof good) => compare({ forecast, naive } as Scores);

  assert.equal(of(good, bad), "better");
  assert.equal(of(bad, good), "worse");
  assert.equal(of({ ...good, qlikeWad: 5n }, bad), "mixed");
  assert.equal(of(good, good), "equal");
});

test("a rolling error is the mean of its window, from the first full one on", () => {
  // forecast errors 0, 1, 1, 3; naive errors 2, 0, 2, 0
  const rows = scoreRounds([...ROWS, outlook(4, 0n, 3n * ONE, 80_000)]);

  assert.deepEqual(
    rollingErrors(rows, 2).map(({ round, closedAt, forecast, naive }) => [
      round,
      closedAt,
      forecast.absQ32,
      naive.absQ32,
    ]),
    [
      [2, 200n, ONE / 2n, ONE],
      [3, 300n, ONE, ONE],
      [4, 400n, 2n * ONE, ONE],
    ],
  );
  near(rollingErrors(rows, 2)[1]?.forecast.qlikeWad ?? 0n, 4 - Math.log(4) - 1, "both errors a doubling");
  assert.deepEqual(rollingErrors(rows, 5), []);
});

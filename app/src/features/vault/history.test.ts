import assert from "node:assert/strict";
import { test } from "node:test";
import { aimsOf, buyAndHold, type HistoryParams, type HistoryRow, history, inRange } from "./history.ts";

const point = (round: number, timestamp: bigint, navPerShare = 1_000_000n) => ({
  round,
  timestamp,
  navPerShare,
  price: 141_660_000_000n,
  weightBps: 6000,
});

const PARAMS: HistoryParams = {
  start: { startNavPerShare: 1_000_000n, startPrice: 141_660_000_000n, startAt: 1000n },
  points: [],
  marks: [],
  forecasts: [],
  aims: [],
  shareBps: 10_000,
  horizon: 5,
  periodsPerYear: 252,
};

test("buy and hold scales the first share value with the price alone, exactly", () => {
  assert.equal(buyAndHold(1_000_000n, 141_660_000_000n, 70_830_000_000n), 500_000n);
  assert.equal(buyAndHold(10n ** 30n, 3n, 1n), 333333333333333333333333333333n);
});

test("the history starts at the first deposit and carries the sum of a round's fills", () => {
  const rows = history({
    ...PARAMS,
    points: [point(1, 900n), point(2, 1000n), point(3, 1100n)],
    marks: [
      { round: 3, tokenDelta: 5n, auction: "a" },
      { round: 3, tokenDelta: -2n, auction: "b" },
    ],
  });

  assert.deepEqual(
    rows.map(({ round, traded, auction }) => [round, traded, auction]),
    [
      [2, 0n, undefined],
      [3, 3n, "b"],
    ],
  );
  assert.equal(rows[0]?.hold, 1_000_000n);
});

test("a vault nobody has entered has no history", () => {
  const start = { startNavPerShare: null, startPrice: null, startAt: null };
  assert.deepEqual(history({ ...PARAMS, start, points: [point(1, 900n)] }), []);
});

test("the target weight is what the mandate of that time made of that round's forecast", () => {
  const aims = aimsOf([
    { field: "targetVolBps", position: null, value: "1000", timestamp: 500n },
    { field: "capsBps", position: 0, value: "9500", timestamp: 500n },
    { field: "capsBps", position: 1, value: "100", timestamp: 500n }, // another position's
    { field: "targetVolBps", position: null, value: "600", timestamp: 1100n },
  ]);
  const forecasts = [
    { round: 2, value: -(2n << 32n), volatilityBps: 2_500 }, // 2^−2 = 25 % a year
    { round: 3, value: -(2n << 32n), volatilityBps: 2_500 },
    { round: 4, value: -(5n << 32n), volatilityBps: 313 }, // 3.1 %: the cap holds
  ];
  const points = [point(2, 1000n), point(3, 1100n), point(4, 1200n), point(5, 1300n)];

  const rows = history({ ...PARAMS, aims, forecasts, points });

  assert.deepEqual(
    rows.map(({ targetBps, aimBps, forecastBps }) => [targetBps, aimBps, forecastBps]),
    [
      [4_000, 1_000, 2_500],
      [2_400, 600, 2_500],
      [9_500, 600, 313],
      [undefined, 600, undefined],
    ],
  );
  assert.equal(history({ ...PARAMS, aims, forecasts, points, shareBps: undefined })[0]?.targetBps, undefined);
});

test("held volatility appears once its window is full", () => {
  const closes = Array.from({ length: 22 }, (_, i) =>
    point(i + 1, 1000n + BigInt(i), i % 2 === 0 ? 1_000_000n : 1_010_000n),
  );

  const rows = history({ ...PARAMS, points: closes });

  assert.equal(rows[19]?.heldBps, undefined);
  assert.equal(rows[20]?.heldBps, 1_580); // ln(1.01) · √252 = 0.157956
  assert.equal(rows[21]?.heldBps, 1_580);
});

test("a range is counted back from the newest row", () => {
  const rows = [0n, 300n, 360n, 380n, 400n].map((day) => ({ at: day * 86_400n }) as HistoryRow);

  assert.equal(inRange(rows, "all").length, 5);
  assert.equal(inRange(rows, "year").length, 4);
  assert.equal(inRange(rows, "quarter").length, 3);
  assert.equal(inRange(rows, "month").length, 2);
  assert.deepEqual(inRange([], "month"), []);
});

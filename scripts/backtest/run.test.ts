// A short run on the real contracts against the same story in floats.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localParams } from "../../deploy/local-params.ts";
import { loadMarket, type MarketData } from "../start/market.ts";
import { minHistory, trainModel } from "../start/model.ts";
import { plotBacktest } from "./plot.ts";
import { reportOn } from "./report.ts";
import { type Backtest, runBacktest } from "./run.ts";

const DAY = 86_400;
const SESSIONS = 60;
const COST_BPS = 5;
const BPS = 10_000;
const YEAR = 365 * DAY;

const all = loadMarket({ data: { kind: "default" }, period: DAY, from: undefined, minHistory: minHistory(DAY) });
const data: MarketData = { ...all, candles: all.candles.slice(0, all.first + SESSIONS) };
const model = trainModel(data);
const { mandate, market, terms } = localParams({ chainId: 31_337, market: data.market, price: "1" });

describe("a backtest on the real contracts", () => {
  let backtest: Backtest;

  before(async () => {
    backtest = await runBacktest({ data, model, deposit: 1_000_000n, costBps: COST_BPS, onSession: () => undefined });
  });

  it("plays every session at its close", () => {
    const closes = data.candles.slice(data.first).map(({ end, close }) => ({ end, close }));

    assert.deepEqual(
      backtest.sessions.map(({ closedAt, close }) => ({ end: closedAt, close })),
      closes,
    );
  });

  it("trades when the weight is out of band, and only then", () => {
    const { targetVolBps, bandBps, capBps } = mandate;
    backtest.sessions.forEach(({ signal, isAuction, weightBps }, index) => {
      const target = Math.min(capBps, targetVolBps / 2 ** (Number(signal) / 2 ** 32));
      const distance = Math.abs(target - weightBps);

      // After trading the weight is at most the slippage it was sized for below its target; without, inside the band.
      const most = isAuction ? mandate.slippageBps + 1 : bandBps + 1;
      assert.ok(distance <= most, `session ${index}: ${weightBps} bps held, ${target} wanted`);
    });
    assert.ok(backtest.sessions.some(({ isAuction }, index) => isAuction && index > 0));
  });

  it("pays the keeper what its cover costs", () => {
    for (const { traded, cost } of backtest.sessions.filter(({ traded }) => traded > 0n)) {
      assert.equal(Math.round((Number(cost) / Number(traded)) * BPS), COST_BPS);
    }
  });

  it("changes its value by what the index does to its weight, less fees within their rates", () => {
    backtest.sessions.slice(1).forEach((session, index) => {
      const before = backtest.sessions[index];
      if (before === undefined) throw new Error("there is a session before");
      const moved = (before.weightBps / BPS) * (Number(session.close) / Number(before.close) - 1);
      const gross = Number(before.nav) * (1 + moved) - Number(session.cost);
      const years = Number(session.closedAt - before.closedAt) / YEAR;
      const management = gross * (terms.managementFeeBps / BPS) * years;
      // Part of a gain is due; of a loss after it, what is not charged yet comes back.
      const performance = (gross - Number(before.nav)) * (terms.performanceFeeBps / BPS);
      const rounding = gross * 1e-5; // weights are whole basis points

      const [least, most] = [gross - management - Math.max(0, performance), gross + Math.max(0, -performance)];
      assert.ok(Number(session.nav) >= least - rounding, `session ${index + 1}: ${session.nav} is below ${least}`);
      assert.ok(Number(session.nav) <= most + rounding, `session ${index + 1}: ${session.nav} is above ${most}`);
    });
  });

  it("mints no less than the management fee of the time", () => {
    const [first, last] = [backtest.sessions[0], backtest.sessions.at(-1)];
    const years = Number((last?.closedAt ?? 0n) - (first?.closedAt ?? 0n)) / YEAR;
    const minted = Number(backtest.supply) / Number(backtest.shares) - 1;

    assert.ok(minted >= (terms.managementFeeBps / BPS) * years * 0.999, `${minted} of the shares in ${years} years`);
  });

  it("draws value, volatility and weight", () => {
    const { periodsPerYear } = market;
    const { targetVolBps, bandBps } = mandate;
    const { report, values } = reportOn({ data, model, backtest, periodsPerYear, bandBps, costBps: COST_BPS });

    const svg = plotBacktest({ report, values, sessions: backtest.sessions, periodsPerYear, targetVolBps });

    assert.match(svg, /S&amp;P 500 at 10 % volatility/);
    assert.match(svg, /over 60 sessions, 2007-01-03 to 2007-03-29/);
    assert.equal(svg.match(/class="line /g)?.length, 6);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  });

  it("reports what the sessions add up to", () => {
    const { report } = reportOn({
      ...{ data, model, backtest, periodsPerYear: market.periodsPerYear, bandBps: mandate.bandBps, costBps: COST_BPS },
    });

    assert.deepEqual([report.sessions, report.from, report.to], [SESSIONS, "2007-01-03", "2007-03-29"]);
    assert.equal(report.fills, backtest.sessions.filter(({ traded }) => traded > 0n).length);
    assert.equal(report.vault.totalReturn, Number(backtest.sessions.at(-1)?.nav) / Number(backtest.deposit) - 1);
    assert.equal(report.forecast?.rounds, SESSIONS - 5);
  });
});

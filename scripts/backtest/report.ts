// What a backtest shows, as figures: the vault beside the index and beside the same money without a forecast.
import { log2Q32 } from "@aibot/kit/fixed-math";
import { decodeModel } from "@aibot/kit/models";
import type { MarketData } from "../start/market.ts";
import type { RunModel } from "../start/model.ts";
import { holdFixedWeight } from "./fixed-weight.ts";
import { type ForecastScores, scoreForecasts } from "./forecast.ts";
import { type Performance, performanceOf } from "./performance.ts";
import type { Backtest } from "./run.ts";

export type Report = {
  market: string;
  from: string; // days of the first and the last session
  to: string;
  sessions: number;
  vault: Performance & Traded & { feesBpsPerYear: number };
  buyAndHold: Performance;
  fixedWeight: Performance & Traded;
  forecast: ForecastScores | null; // null while fewer than two outcomes are known
  auctions: number;
  fills: number;
  gas: { perSession: number; total: number };
};

type Traded = { averageWeight: number; trades: number; turnoverPerYear: number; costBpsPerYear: number };

/** What 1 invested at the first close was worth after each; for figures and for the plot. */
export type Values = { vault: number[]; buyAndHold: number[]; fixedWeight: number[] };

export type ReportParams = {
  data: MarketData;
  model: RunModel;
  periodsPerYear: number;
  bandBps: number;
  costBps: number;
  backtest: Backtest;
};

const BPS = 10_000;
const Q32 = 2 ** 32;

export const reportOn = (params: ReportParams): { report: Report; values: Values } => {
  const { data, periodsPerYear, bandBps, costBps, backtest } = params;
  const { sessions, deposit, shares, supply } = backtest;
  const years = sessions.length / periodsPerYear;
  const closes = sessions.map(({ close }) => Number(close));
  const weights = sessions.map(({ weightBps }) => weightBps / BPS);
  const averageWeight = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const fixed = holdFixedWeight({ closes, weight: averageWeight, band: bandBps / BPS, cost: costBps / BPS });
  const values = {
    vault: sessions.map(({ nav }) => Number(nav) / Number(deposit)),
    buyAndHold: closes.map((close) => close / (closes[0] as number)),
    fixedWeight: fixed.values,
  };
  const ofNav = (amount: "traded" | "cost") =>
    sessions.reduce((sum, session) => sum + Number(session[amount]) / Number(session.nav), 0);
  const fills = sessions.filter(({ traded }) => traded > 0n).length;
  const gas = Number(sessions.reduce((sum, session) => sum + session.gas, 0n));

  const report = {
    market: data.market.label,
    from: dayOf(sessions[0]?.closedAt ?? 0n),
    to: dayOf(sessions.at(-1)?.closedAt ?? 0n),
    sessions: sessions.length,
    vault: {
      ...performanceOf(values.vault, periodsPerYear),
      ...{ averageWeight, trades: fills, turnoverPerYear: ofNav("traded") / years },
      costBpsPerYear: (ofNav("cost") / years) * BPS,
      feesBpsPerYear: (Math.log(Number(supply) / Number(shares)) / years) * BPS,
    },
    buyAndHold: performanceOf(values.buyAndHold, periodsPerYear),
    fixedWeight: {
      ...performanceOf(values.fixedWeight, periodsPerYear),
      ...{ averageWeight, trades: fixed.trades, turnoverPerYear: fixed.turnover / years },
      costBpsPerYear: (fixed.turnover * costBps) / years,
    },
    forecast: forecastScores(params),
    auctions: sessions.filter(({ isAuction }) => isAuction).length,
    fills,
    gas: { perSession: Math.round(gas / sessions.length), total: gas },
  };
  return { report, values };
};

/** The day whose session ended at `time`. */
const dayOf = (time: bigint): string => new Date(Number(time - 1n) * 1000).toISOString().slice(0, 10);

const forecastScores = ({ data, model, periodsPerYear, backtest }: ReportParams): ForecastScores | null => {
  const { closeToRange, horizon, minCandles } = decodeModel(model.blob);
  if (backtest.sessions.length < horizon + 2) return null;
  // From annualised close-to-close back to what the model put out.
  const added = closeToRange + (log2Q32(BigInt(periodsPerYear)) >> 1n);
  return scoreForecasts({
    ...{ candles: data.candles, first: data.first, warmUp: minCandles, horizon },
    forecasts: backtest.sessions.map(({ signal }) => Number(signal - added) / Q32),
  });
};

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** The report as a table for people. */
export const tableOf = (report: Report, seconds: number): string => {
  const { vault, buyAndHold, fixedWeight, forecast, gas } = report;
  const all = [vault, buyAndHold, fixedWeight];
  const both: (Traded | undefined)[] = [vault, undefined, fixedWeight];
  const rows: [string, string[]][] = [
    ["", ["vault", "buy and hold", "fixed weight"]],
    ["volatility held, a year", all.map(({ volatility }) => percent(volatility))],
    ["deepest drawdown", all.map(({ maxDrawdown }) => percent(maxDrawdown))],
    ["return, whole", all.map(({ totalReturn }) => percent(totalReturn))],
    ["return, a year", all.map(({ returnPerYear }) => percent(returnPerYear))],
    ["Sharpe ratio", all.map(({ sharpe }) => sharpe.toFixed(2))],
    ["average weight", both.map((one) => (one ? percent(one.averageWeight) : "100.0 %"))],
    ["trades", both.map((one) => (one ? `${one.trades}` : "–"))],
    ["turnover a year, of NAV", both.map((one) => (one ? `${one.turnoverPerYear.toFixed(2)} ×` : "–"))],
    ["trading cost a year", both.map((one) => (one ? `${one.costBpsPerYear.toFixed(1)} bps` : "–"))],
    ["fees a year", [`${vault.feesBpsPerYear.toFixed(1)} bps`, "–", "–"]],
  ];
  const scores: [string, string[]][] =
    forecast === null
      ? []
      : [
          ["", ["on-chain", "HAR", "last week"]],
          ["forecast R²", scoresIn(forecast, "rSquared")],
          ["forecast QLIKE", scoresIn(forecast, "qlike")],
        ];
  return [
    `${report.market}, ${report.sessions} sessions from ${report.from} to ${report.to}`,
    ...[...rows, ...scores].map(([name, cells]) => name.padEnd(26) + cells.map((cell) => cell.padStart(14)).join("")),
    `${report.auctions} auctions, ${report.fills} fills; gas ${gas.perSession} a session, ${gas.total} in all; ${seconds} s`,
  ].join("\n");
};

const scoresIn = ({ signal, har, lastWeek }: ForecastScores, field: "rSquared" | "qlike"): string[] =>
  [signal, har, lastWeek].map((score) => score[field].toFixed(3));

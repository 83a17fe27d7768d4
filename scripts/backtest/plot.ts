// The picture of a backtest: what became of one dollar, the forecast beside what was held, and the weight.
import { rollingVolatility } from "./performance.ts";
import type { Report, Values } from "./report.ts";
import type { Session } from "./run.ts";
import { chartSvg } from "./svg.ts";

const QUARTER = 63; // sessions
const Q32 = 2 ** 32;

export type PlotParams = {
  report: Report;
  values: Values;
  sessions: Session[];
  periodsPerYear: number;
  targetVolBps: number;
};

export const plotBacktest = ({ report, values, sessions, periodsPerYear, targetVolBps }: PlotParams): string => {
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  const forecast = sessions.map(({ signal }) => 2 ** (Number(signal) / Q32));
  const held = rollingVolatility(values.vault, QUARTER, periodsPerYear);
  const target = targetVolBps / 10_000;
  return chartSvg({
    title: `${report.market} at ${percent(target)} volatility`,
    subtitle: `The real contracts over ${report.sessions} sessions, ${report.from} to ${report.to}; the model was trained on what lies before them.`,
    times: sessions.map(({ closedAt }) => Number(closedAt)),
    panels: [
      {
        ...{ title: "Value of 1 invested, logarithmic", height: 300, scale: "log", format: (value) => `${value}` },
        ticks: [0.5, 0.7, 1, 1.4, 2],
        series: [
          { name: "buy and hold", tone: "warm", values: values.buyAndHold },
          { name: "fixed weight", tone: "quiet", values: values.fixedWeight },
          { name: "vault, after fees", tone: "main", values: values.vault },
        ],
      },
      {
        ...{ title: "Volatility a year, logarithmic", height: 170, scale: "log", format: percent },
        ticks: [0.05, 0.1, 0.2, 0.4, 0.8],
        series: [
          { name: "forecast for index", tone: "warm", values: forecast },
          { name: "held by the vault", tone: "main", values: held },
        ],
      },
      {
        ...{ title: "Weight of the index in the vault", height: 90, scale: "linear", format: percent },
        ticks: [0, 0.5, 1],
        series: [
          { name: "weight", tone: "main", isArea: true, values: sessions.map(({ weightBps }) => weightBps / 1e4) },
        ],
      },
    ],
  });
};

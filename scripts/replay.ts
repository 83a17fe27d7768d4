// `npm run replay`: the real contracts over 2007 to 2020, without services, beside what else the money could have done.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { localParams } from "../deploy/local-params.ts";
import { type Options, parseOptions, usage } from "./backtest/options.ts";
import { plotBacktest } from "./backtest/plot.ts";
import { reportOn, tableOf } from "./backtest/report.ts";
import { runBacktest } from "./backtest/run.ts";
import { loadMarket, type MarketData } from "./start/market.ts";
import { minHistory, trainModel } from "./start/model.ts";

const DAY = 86_400;
const DEPOSIT = 1_000_000n; // whole units of the base asset

const replay = async (options: Options): Promise<void> => {
  const startedAt = performance.now();
  const data = upTo(
    loadMarket({ data: { kind: "default" }, period: DAY, from: options.from, minHistory: minHistory(DAY) }),
    options.until,
  );
  const model = trainModel(data);
  const backtest = await runBacktest({
    data,
    model,
    deposit: DEPOSIT,
    costBps: options.costBps,
    onSession: showProgress,
  });

  const { market, mandate } = localParams({ chainId: 31_337, market: data.market, price: "1" });
  const { periodsPerYear } = market;
  const { report, values } = reportOn({
    ...{ data, model, backtest, periodsPerYear, bandBps: mandate.bandBps, costBps: options.costBps },
  });
  if (options.plot !== undefined) {
    const { targetVolBps } = mandate;
    mkdirSync(dirname(options.plot), { recursive: true });
    writeFileSync(
      options.plot,
      plotBacktest({ report, values, sessions: backtest.sessions, periodsPerYear, targetVolBps }),
    );
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(options.json ? JSON.stringify({ ...report, seconds }) : tableOf(report, seconds));
};

/** Without the sessions that start after `until`. */
const upTo = (data: MarketData, until: bigint | undefined): MarketData => {
  if (until === undefined) return data;
  const candles = data.candles.filter(({ start }) => start <= until);
  if (candles.length > data.first + 1) return { ...data, candles };
  throw new InputError("--until leaves fewer than two sessions to play: choose a later day.");
};

const showProgress = (done: number, of: number): void => {
  if (done % 250 === 0 || done === of) console.error(`${done} of ${of} sessions`);
};

try {
  const options = parseOptions(process.argv.slice(2), process.cwd());
  if (options === undefined) console.log(usage);
  else await replay(options);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exit(1);
}

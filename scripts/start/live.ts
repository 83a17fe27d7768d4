// Candles of an exchange instead of a file: the history trains and seeds, what closes from now on is traded.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Candle } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { openSource } from "../../oracle/src/sources/open.ts";
import { readJson, writeJson } from "../json.ts";
import type { MarketData } from "./market.ts";
import type { Options } from "./options.ts";

const page = 300; // candles an exchange gives at once

type Listing = { exchange: string; symbol: string };

export const sourceSetting = ({ exchange, symbol }: Listing) => `ccxt:${exchange}:${symbol}`;

type LoadLiveParams = Listing & { options: Options; history: number };

/** The history is kept beside the state: a deployed model and seed belong to it as long as the chain exists. */
export const loadLiveMarket = async ({ exchange, symbol, options, history }: LoadLiveParams): Promise<MarketData> => {
  const { period, state, reset } = options;
  const kept = join(state, "history.json");
  const candles =
    existsSync(kept) && !reset ? readJson<Candle[]>(kept) : await fetchHistory({ exchange, symbol, period, history });
  const [base = symbol] = symbol.split("/");
  return {
    market: {
      symbol: base,
      label: `${symbol} on ${exchange}`,
      origin: `${exchange} ${symbol}, live`,
      period,
      calendar: "continuous",
    },
    candles,
    first: candles.length,
    fingerprint: createHash("sha256").update(JSON.stringify({ exchange, symbol, period })).digest("hex"),
  };
};

export const keepHistory = (state: string, candles: Candle[]): void => writeJson(join(state, "history.json"), candles);

type FetchParams = Listing & { period: number; history: number };

const fetchHistory = async ({ exchange, symbol, period, history }: FetchParams): Promise<Candle[]> => {
  const { signal } = new AbortController();
  const source = await openSource(sourceSetting({ exchange, symbol }), period, signal);
  const { time } = await source.ticker(signal);
  const candles: Candle[] = [];
  let since = time - BigInt((history + 1) * period);
  for (;;) {
    const more = await source.candles({ since, limit: page, signal });
    const last = more.at(-1);
    if (last === undefined) break;
    candles.push(...more);
    since = last.end;
  }
  if (candles.length < history) {
    throw new InputError(
      `${exchange} gives ${candles.length} closed candles of ${symbol}, ${history} are needed: choose a longer --period or another exchange.`,
    );
  }
  return candles;
};

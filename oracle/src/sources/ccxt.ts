// Any of the exchanges ccxt speaks to, asked again and again within their rate limits.
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, rootMessage } from "@aibot/kit/errors";
import type { Exchange } from "ccxt";
import type { Source, Ticker } from "./source.ts";
import { SourceError, sourceCandle, sourcePrice } from "./source.ts";

export type CcxtParams = { exchange: string; symbol: string; period: number };

const TIMEOUT_MS = 10_000;
const SHORTEST_POLL_MS = 2_000;
const CALLS_A_POLL = 4; // candles, ticker and room for an extra look

export const openCcxt = async ({ exchange: id, symbol, period }: CcxtParams): Promise<Source> => {
  const { default: ccxt } = await import("ccxt"); // takes 100 MB, so only who uses it loads it
  const Exchanges = ccxt as unknown as Record<string, new (options: object) => Exchange>;
  const Known = ccxt.exchanges.includes(id) ? Exchanges[id] : undefined;
  if (Known === undefined) {
    throw new InputError(
      `SOURCE names the exchange "${id}", which ccxt does not know: use one of its ids, such as kraken.`,
    );
  }
  // Numbers stay the strings that the exchange sent.
  const exchange = new Known({ enableRateLimit: true, timeout: TIMEOUT_MS, number: String });
  await exchange.loadMarkets().catch((error: unknown) => {
    const reason = rootMessage(error).split("\n")[0];
    throw new InputError(
      `SOURCE names ${id}, which cannot be reached (${reason}): check the network or use another one.`,
    );
  });
  return createCcxtSource({ exchange, symbol, period });
};

export type CcxtSourceParams = { exchange: Exchange; symbol: string; period: number };

/** The source behind an exchange whose markets are loaded. */
export const createCcxtSource = ({ exchange, symbol, period }: CcxtSourceParams): Source => {
  const name = `${exchange.id} ${symbol}`;
  const timeframe = findTimeframe(exchange, period);
  const symbols = exchange.symbols ?? [];
  if (!symbols.includes(symbol)) {
    throw new InputError(
      `SOURCE names the symbol "${symbol}", which ${exchange.id} does not list: use one of its own, such as ${symbols[0] ?? "none"}.`,
    );
  }

  const ticker = async (): Promise<Ticker> => {
    const { last, timestamp } = await exchange.fetchTicker(symbol);
    if (last === undefined || timestamp === undefined)
      throw new SourceError(`${name} sent a ticker without price or time`);
    return { price: sourcePrice(name, String(last)), time: BigInt(Math.floor(timestamp / 1000)) };
  };

  return {
    name,
    ticker,
    candles: async ({ since, limit }) => {
      // One more than asked for, because the newest is still open; the exchange's own clock tells which.
      const [rows, { time: now }] = await Promise.all([
        exchange.fetchOHLCV(symbol, timeframe, Number(since) * 1000, limit + 1),
        ticker(),
      ]);
      const candles = rows.map(([milliseconds, ...prices]) => {
        const [open, high, low, close] = prices.map(String);
        return { start: BigInt(Math.floor(Number(milliseconds) / 1000)), open, high, low, close };
      });
      return candles
        .filter(({ start }) => start >= since && start + BigInt(period) <= now)
        .slice(0, limit)
        .map(({ start, open = "", high = "", low = "", close = "" }) =>
          sourceCandle(name, [start, open, high, low, close], period),
        );
    },
    changes: (signal) => poll(Math.max(SHORTEST_POLL_MS, CALLS_A_POLL * (exchange.rateLimit ?? 0)), signal),
  };
};

const findTimeframe = (exchange: Exchange, period: number): string => {
  const timeframes = Object.keys(exchange.timeframes ?? {});
  const found = timeframes.find((name) => exchange.parseTimeframe(name) === period);
  if (found !== undefined && exchange.has.fetchOHLCV === true) return found;
  throw new InputError(
    `${exchange.id} has no candles of ${period} seconds (it has ${timeframes.join(", ") || "none"}): use another exchange or period.`,
  );
};

async function* poll(pauseMs: number, signal: AbortSignal): AsyncGenerator<void> {
  while (!signal.aborted) {
    yield;
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}

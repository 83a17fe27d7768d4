// Any of the exchanges ccxt speaks to, asked again and again within their rate limits.
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, rootMessage } from "@aibot/kit/errors";
import type { Exchange } from "ccxt";
import { guardExchange } from "./ccxt-guard.ts";
import { closedCandles, type Row } from "./closed-candles.ts";
import type { Source, Ticker } from "./source.ts";
import { SourceError, sourcePrice } from "./source.ts";

export type CcxtParams = { exchange: string; symbol: string; period: number };

const TIMEOUT_MS = 10_000;
const SHORTEST_POLL_MS = 2_000;
const CALLS_A_POLL = 4; // ticker twice, candles and room for an extra look
const MOST_ROWS = 300; // in one answer; what every exchange gives

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
  const ask = guardExchange(exchange, name);

  const ticker = async (): Promise<Ticker> => {
    const { last, timestamp } = await ask(() => exchange.fetchTicker(symbol));
    if (last === undefined || timestamp === undefined)
      throw new SourceError("unreadable", `${name} sent a ticker without price or time`);
    return { price: sourcePrice(name, String(last)), time: BigInt(Math.floor(timestamp / 1000)) };
  };

  const readRows = async (since: bigint, limit: number): Promise<Row[]> => {
    const rows = await ask(() => exchange.fetchOHLCV(symbol, timeframe, Number(since) * 1000, limit));
    return rows.map(([milliseconds, ...prices]) => {
      const [open = "", high = "", low = "", close = ""] = prices.map(String);
      return [BigInt(Math.floor(Number(milliseconds) / 1000)), open, high, low, close];
    });
  };

  return {
    name,
    ticker,
    candles: async ({ since, limit }) => {
      // First the clock, then the candles: one that had closed before it was asked for does not change any more.
      const { time } = await ticker();
      const local = BigInt(Math.floor(Date.now() / 1000)); // an exchange whose clock is ahead closes nothing too early
      const now = time < local ? time : local;
      const find = (rows: Row[]) => closedCandles({ name, rows, since, now, period });

      const near = find(await readRows(since, limit + 1)); // one more, because the newest is still open
      const isLate = since > 0n && now >= since + 2n * BigInt(period);
      if (near.length > 0 || !isLate) return near.slice(0, limit);
      // Some exchanges answer no further than `limit` periods: what lies behind a longer gap takes a longer look.
      const periods = Number((now - since) / BigInt(period)) + 1;
      const far = find(await readRows(since, Math.min(Math.max(periods, limit + 1), MOST_ROWS)));
      if (far.length === 0) throw new SourceError("gap", `${name} lacks the candle of ${since}, which has long closed`);
      return far.slice(0, limit);
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

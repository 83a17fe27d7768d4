// Where prices come from. One exchange, one symbol, one candle period.
import type { Candle } from "@aibot/kit/candles";
import { checkCandle, parsePrice } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";

export type Ticker = {
  price: bigint; // 1e8 per unit
  time: bigint; // unix seconds, by the exchange's clock
};

export type CandlesParams = {
  since: bigint; // unix seconds; the first candle starts at or after it
  limit: number;
  signal: AbortSignal;
};

export type Source = {
  name: string;
  /** Closed candles, oldest first; never the one still open. */
  candles: (params: CandlesParams) => Promise<Candle[]>;
  ticker: (signal: AbortSignal) => Promise<Ticker>;
  /** Yields when there may be something new: at once, after every reconnection, and from then on as the exchange can. */
  changes: (signal: AbortSignal) => AsyncIterable<void>;
};

/** An exchange said something that cannot be true; the next answer may be better. */
export class SourceError extends Error {
  override name = "SourceError";
}

/** A decimal number of an exchange as a 1e8 price, without a float in between. */
export const sourcePrice = (source: string, text: string): bigint => {
  const price = parsePrice(text);
  if (price === undefined || price <= 0n) throw new SourceError(`${source} sent the price "${text}"`);
  return price;
};

/** The candle of one row [start, open, high, low, close], start in unix seconds. */
export const sourceCandle = (
  source: string,
  [start, open, high, low, close]: [bigint, string, string, string, string],
  period: number,
): Candle => {
  const price = (text: string): bigint => sourcePrice(source, text);
  const prices = { open: price(open), high: price(high), low: price(low), close: price(close) };
  const candle = { start, end: start + BigInt(period), ...prices };
  const fault = checkCandle(candle);
  if (fault !== undefined) throw new SourceError(`${source} sent a candle whose ${fault}`);
  return candle;
};

/** Opens the source that a setting names: `replay:<url>` or `ccxt:<exchange>:<symbol>`. */
export const openSource = async (setting: string, period: number, signal: AbortSignal): Promise<Source> => {
  const [, kind, rest = ""] = /^([a-z]+):(.+)$/.exec(setting) ?? [];
  if (kind === "replay") return (await import("./replay.ts")).openReplay({ url: rest, period, signal });
  if (kind === "ccxt") return (await import("./ccxt.ts")).openCcxt({ ...exchangeAndSymbol(setting, rest), period });
  throw new InputError(`SOURCE=${setting} names no source: use replay:<url> or ccxt:<exchange>:<symbol>.`);
};

const exchangeAndSymbol = (setting: string, rest: string): { exchange: string; symbol: string } => {
  const [, exchange, symbol] = /^([^:]+):(.+)$/.exec(rest) ?? [];
  if (exchange !== undefined && symbol !== undefined) return { exchange, symbol };
  throw new InputError(
    `SOURCE=${setting} lacks a symbol: use ccxt:<exchange>:<symbol>, for example ccxt:kraken:BTC/USD.`,
  );
};

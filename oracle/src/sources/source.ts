// Where prices come from. One exchange, one symbol, one candle period.
import type { Candle } from "@aibot/kit/candles";
import { checkCandle, parsePrice } from "@aibot/kit/candles";

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

/**
 * Why a look at an exchange gave nothing. `rate limited`: it asked to be left alone for a while; `failing`: it answered
 * that it cannot; `unreadable`: not in its own format; `gap`: a candle is missing that may still come; `false`: a price
 * or candle that cannot be true.
 */
export type SourceFault = "unreachable" | "timeout" | "rate limited" | "failing" | "unreadable" | "gap" | "false";

/** An exchange gave no answer that could be used; the next may be better. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly fault: SourceFault;
  constructor(fault: SourceFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

export const faultOf = (error: unknown): SourceFault => {
  if (error instanceof SourceError) return error.fault;
  return error instanceof DOMException && error.name === "TimeoutError" ? "timeout" : "unreachable";
};

/** A decimal number of an exchange as a 1e8 price, without a float in between. */
export const sourcePrice = (source: string, text: string): bigint => {
  const price = parsePrice(text);
  if (price === undefined || price <= 0n) throw new SourceError("false", `${source} sent the price "${text}"`);
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
  if (fault !== undefined) throw new SourceError("false", `${source} sent a candle whose ${fault}`);
  return candle;
};

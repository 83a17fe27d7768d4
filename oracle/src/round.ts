// What the nodes agree on, one round each: a closed candle with the newest price, or between candles a price alone.
import type { Candle } from "@aibot/kit/candles";
import { checkCandle } from "@aibot/kit/candles";

/** `candle:<start>` of the candle, or `price:<observedAt>` of the reported price that it follows; unix seconds. */
export type RoundKey = `candle:${bigint}` | `price:${bigint}`;

/** What one node saw, and in the same shape what the nodes agreed on. */
export type Observation = {
  candle?: Candle; // in candle rounds only
  price: bigint; // 1e8 per unit
  observedAt: bigint; // unix seconds, by the source's clock
};

export const candleRound = (start: bigint): RoundKey => `candle:${start}`;
export const priceRound = (after: bigint): RoundKey => `price:${after}`;

export const isCandleRound = (round: RoundKey): boolean => round.startsWith("candle:");
export const roundTime = (round: RoundKey): bigint => BigInt(round.slice(round.indexOf(":") + 1));

const UINT48_MAX = 2n ** 48n - 1n;
const UINT128_MAX = 2n ** 128n - 1n;

/** What makes an observation useless in its round whoever signed it, or undefined when it counts. */
export const checkObservation = (
  round: RoundKey,
  { candle, price, observedAt }: Observation,
  period: bigint,
): string | undefined => {
  if (price <= 0n || price > UINT128_MAX) return "price out of range";
  if (observedAt <= 0n || observedAt > UINT48_MAX) return "time out of range";
  if (!isCandleRound(round)) {
    if (candle !== undefined) return "candle in a price round";
    return observedAt > roundTime(round) ? undefined : "price not newer than the reported one";
  }
  if (candle === undefined) return "candle missing";
  if (candle.start !== roundTime(round) || candle.end !== candle.start + period) return "candle of another time";
  return checkCandle(candle);
};

export const equalCandles = (a: Candle | undefined, b: Candle | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && candleFields.every((field) => a[field] === b[field]));

export const equalObservations = (a: Observation, b: Observation): boolean =>
  a.price === b.price && a.observedAt === b.observedAt && equalCandles(a.candle, b.candle);

const candleFields = ["start", "end", "open", "high", "low", "close"] as const;

/**
 * The lower median of every field. With at least three observations, one of them false, each field lies between two
 * honest ones. The k-th smallest low is at most the k-th smallest open and close, and so on: a candle stays a candle.
 */
export const medianOf = (observations: Observation[]): Observation => {
  const price = lowerMedian(observations.map((observation) => observation.price));
  const observedAt = lowerMedian(observations.map((observation) => observation.observedAt));
  const candles = observations.flatMap(({ candle }) => candle ?? []);
  return candles.length === 0 ? { price, observedAt } : { price, observedAt, candle: medianCandle(candles) };
};

const medianCandle = (candles: Candle[]): Candle => {
  const field = (name: keyof Candle): bigint => lowerMedian(candles.map((candle) => candle[name]));
  return {
    start: field("start"),
    end: field("end"),
    open: field("open"),
    high: field("high"),
    low: field("low"),
    close: field("close"),
  };
};

const lowerMedian = (values: bigint[]): bigint => {
  const middle = values.toSorted((a, b) => (a < b ? -1 : 1))[(values.length - 1) >> 1];
  if (middle === undefined) throw new Error("there is no median of nothing");
  return middle;
};

const BPS = 10_000n;

/**
 * Whether an outcome differs grossly from what a node itself saw: any price of it by more than `spreadBps` of the
 * node's own. Such a node keeps its signature to itself: it, or three others, look at a wrong exchange.
 */
export const contradicts = (outcome: Observation, own: Observation, spreadBps: bigint): boolean => {
  const isFar = (theirs: bigint, ours: bigint): boolean =>
    (theirs > ours ? theirs - ours : ours - theirs) * BPS > ours * spreadBps;
  if (isFar(outcome.price, own.price)) return true;
  const { candle: theirs } = outcome;
  const { candle: ours } = own;
  if (theirs === undefined || ours === undefined) return theirs !== ours;
  return (["open", "high", "low", "close"] as const).some((field) => isFar(theirs[field], ours[field]));
};

// Which rounds a node should take part in now, and with what observation.
import type { Candle } from "@aibot/kit/candles";
import type { ChainState } from "./chain-view.ts";
import type { Observation, RoundKey } from "./round.ts";
import { candleRound, priceRound } from "./round.ts";
import type { Ticker } from "./sources/source.ts";

export type ReportingRules = {
  heartbeat: bigint; // seconds after which an unchanged price is reported again
  deviationBps: bigint; // change of the price that is reported at once: a market parameter, vaults rely on it
};

export type NeedsParams = {
  chains: ChainState[];
  candles: Candle[]; // closed, from the earliest that any chain lacks
  ticker: Ticker;
  rules: ReportingRules;
  joined: ReadonlySet<RoundKey>; // price rounds that others have good reason to hold
};

export type Need = { round: RoundKey; observation: Observation };

/** Every chain needs its oldest missing candle, one at a time. A price alone is reported when no candle is missing. */
export const findNeeds = ({ chains, candles, ticker, rules, joined }: NeedsParams): Need[] => {
  const { price, time: observedAt } = ticker;
  const missing = new Map<bigint, Candle>();
  for (const chain of chains) {
    const next = nextCandle(chain, candles);
    if (next !== undefined) missing.set(next.start, next);
  }
  if (missing.size > 0) {
    return [...missing.values()].map((candle) => ({
      round: candleRound(candle.start),
      observation: { candle, price, observedAt },
    }));
  }
  const newest = newestPrice(chains);
  const round = priceRound(newest.observedAt);
  const isNeeded = observedAt > newest.observedAt && (joined.has(round) || isDue(ticker, newest, rules));
  return isNeeded ? [{ round, observation: { price, observedAt } }] : [];
};

/** The candle a chain needs next, of candles that lie oldest first. */
export const nextCandle = ({ candleEnd }: ChainState, candles: Candle[]): Candle | undefined =>
  candles.find((candle) => candle.start >= candleEnd);

type Reported = Pick<ChainState, "price" | "observedAt">;

/** The newest report on any chain: a chain that cannot be reached must not hold up the others. */
export const newestPrice = (chains: Reported[]): Reported =>
  chains.reduce((newest, chain) => (chain.observedAt > newest.observedAt ? chain : newest), {
    price: 0n,
    observedAt: 0n,
  });

/** What the strictest of the chains' markets asks for. */
export const leastDeviation = (chains: Pick<ReportingRules, "deviationBps">[]): bigint =>
  chains.map(({ deviationBps }) => deviationBps).reduce((least, each) => (each < least ? each : least));

/** The candles before it are on every chain. */
export const commonCandleEnd = (chains: ChainState[]): bigint =>
  chains.reduce((least, { candleEnd }) => (candleEnd < least ? candleEnd : least), chains[0]?.candleEnd ?? 0n);

const BPS = 10_000n;

const isDue = (ticker: Ticker, reported: Reported, { heartbeat, deviationBps }: ReportingRules): boolean => {
  if (ticker.time >= reported.observedAt + heartbeat) return true;
  const change = ticker.price > reported.price ? ticker.price - reported.price : reported.price - ticker.price;
  return change * BPS >= reported.price * deviationBps;
};

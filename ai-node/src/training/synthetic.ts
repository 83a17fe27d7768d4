// Candles of a market that never was, from a seed, for tests and for the bench. Its volatility wanders; bursts die down
// fast and calm lasts, so that there is something for trees and networks to find.
import type { Candle } from "@aibot/kit/candles";
import { createRandom, normal } from "./random.ts";

export type SyntheticParams = { count: number; period: number; seed: number };

const STEPS = 8; // of the price within a candle
const START = Date.UTC(2020, 0, 1) / 1000;
const START_PRICE = 10_000;
const MEAN_LOG_VOLATILITY = Math.log(0.005); // per candle
/** Two parts of log volatility: what is left of each after a candle, above and below its mean, and what is added. */
const PARTS = [
  { above: 0.7, below: 0.98, added: 0.25 },
  { above: 0.99, below: 0.999, added: 0.04 },
];

/** A random walk whose volatility wanders; the same candles for the same seed. */
export const syntheticCandles = ({ count, period, seed }: SyntheticParams): Candle[] => {
  const random = createRandom(seed);
  const parts = PARTS.map(() => 0);
  let price = START_PRICE;
  return Array.from({ length: count }, (_, k): Candle => {
    for (const [j, { above, below, added }] of PARTS.entries()) {
      const part = parts[j] ?? 0;
      parts[j] = (part > 0 ? above : below) * part + added * normal(random);
    }
    const volatility = Math.exp(parts.reduce((sum, part) => sum + part, MEAN_LOG_VOLATILITY));
    const path = [price];
    for (let step = 0; step < STEPS; step += 1) {
      price *= Math.exp((volatility / Math.sqrt(STEPS)) * normal(random));
      path.push(price);
    }
    const [open, high, low, close] = [path[0] ?? 0, Math.max(...path), Math.min(...path), price].map((value) =>
      BigInt(Math.round(value * 1e8)),
    ) as [bigint, bigint, bigint, bigint];
    const start = BigInt(START + k * period);
    return { start, end: start + BigInt(period), open, high, low, close };
  });
};

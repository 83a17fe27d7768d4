import { privateKey, serviceSettings } from "@aibot/kit/node/env";
import { z } from "zod";

export const HELP = `Keeps rounds, auctions and pools moving: publishes forecasts, opens and fills vault auctions, settles requested
exits, and moves Uniswap pools to the protocol's price. Any number of keepers may run beside each other, each with its own key.`;

const wholeNumber = (what: string) => z.coerce.number(`expected ${what}`).int().positive();

export const settings = z.object({
  ...serviceSettings,
  PRIVATE_KEY: privateKey.describe("signs transactions; must own the PoolFiller to trade"),
  MIN_PROFIT: z
    .string()
    .regex(/^\d+(\.\d+)?$/, "expected an amount such as 0.01")
    .default("0.01")
    .describe(
      "least profit of a fill or an arbitrage, in the base asset, above the cost of gas where NATIVE_MARKET is set, else that included; default 0.01",
    ),
  NATIVE_MARKET: z
    .string()
    .optional()
    .describe(
      "market that prices the chain's coin in the base asset, such as ETH/USD; absent: the cost of gas is not known",
    ),
  MAX_PRICE_AGE: wholeNumber("seconds")
    .default(600)
    .describe("oldest price to arbitrage a pool to, in seconds of chain time; default 600"),
  ACCRUE_AFTER: wholeNumber("seconds")
    .default(604_800)
    .describe("mint a vault's fee shares once the management fee of so many seconds waits; default 604800, a week"),
  MAX_FEE_GWEI: wholeNumber("gwei")
    .default(500)
    .describe("most to pay for a unit of gas; above it nothing is sent; default 500"),
  RESERVE_TRANSACTIONS: wholeNumber("a number")
    .default(100)
    .describe("alarm when the balance pays for fewer transactions than so many; default 100"),
});

export type Config = z.infer<typeof settings>;

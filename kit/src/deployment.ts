import * as z from "zod/mini"; // the app, which pays for every byte, reads it too

const address = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/, "expected a 20-byte address")),
  z.transform((value) => value as `0x${string}`),
);

const position = z.object({
  token: address,
  symbol: z.string(),
  decimals: z.int(),
  market: z.string(), // "SPX/USD"
  feed: z.string(), // "SPX/USD vol"
});

/** What is deployed on one chain: written by the deploy script, read by every service and by the app. */
export const deploymentSchema = z.object({
  chainId: z.int().check(z.positive()),
  startBlock: z.int().check(z.nonnegative()), // no protocol event before it
  contracts: z.object({
    accessManager: address,
    priceBook: address,
    signedSource: address,
    chainlinkSource: z.exactOptional(address), // absent where no market has an aggregator
    modelRegistry: address,
    signalFeed: address,
  }),
  markets: z.array(
    z.object({
      id: z.string(), // ASCII market id, "SPX/USD"
      label: z.string(), // "S&P 500"
      symbol: z.string(), // the exchange's symbol
      period: z.int(), // seconds a candle
      feed: z.string(), // "SPX/USD vol"
      origins: z.array(z.string()), // the data sources behind the quorum, for display
    }),
  ),
  vaults: z.array(
    z.object({
      address,
      mandate: address,
      name: z.string(),
      symbol: z.string(),
      base: z.object({ token: address, symbol: z.string(), decimals: z.int() }),
      positions: z.array(position),
    }),
  ),
  // Venues the keepers trade on. Absent where there is none.
  uniswap: z.optional(
    z.object({
      factory: address,
      router: address,
      poolFiller: address,
      pools: z.array(z.object({ token: address, base: address, market: z.string(), pool: address, fee: z.int() })),
    }),
  ),
});

export type Deployment = z.infer<typeof deploymentSchema>;

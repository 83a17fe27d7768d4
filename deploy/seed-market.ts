// Warms a market's features up with historical candles. Sends only what is missing.
import type { Candle } from "@aibot/kit/candles";
import type { Deployment } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";
import { priceBookAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Hex } from "viem";
import { connect, transact } from "./connection.ts";

export type SeedMarketParams = {
  rpc: string;
  governorKey: Hex; // of an account that governs without delay
  deployment: Deployment;
  market: string; // "SPX/USD"
  candles: Candle[]; // oldest first, all before the first live one
  log: (line: string) => void;
};

const CANDLES_PER_TRANSACTION = 800; // stays below the 2^24 gas that a transaction may use

export const seedMarket = async (params: SeedMarketParams): Promise<void> => {
  const { rpc, governorKey, deployment, market, candles, log } = params;
  const client = await connect({ rpc, key: governorKey, chainId: deployment.chainId });
  const priceBook = { address: deployment.contracts.priceBook, abi: priceBookAbi } as const;
  const id = marketId(market);
  const state = await client.readContract({ ...priceBook, functionName: "candleState", args: [id] });
  const newest = candles[state.index - 1];
  if (newest !== undefined && newest.end !== BigInt(state.closedAt))
    throw new InputError(
      `Market ${market} was seeded with other candles (number ${state.index} ends at ${state.closedAt}, not ${newest.end}): start anew or use the same data.`,
    );

  // Beyond the seed the market is live, and nothing is left to do.
  for (let from = state.index; from < candles.length; from += CANDLES_PER_TRANSACTION) {
    const part = candles.slice(from, from + CANDLES_PER_TRANSACTION).map(timesAsNumbers);
    await transact(client, { ...priceBook, functionName: "seed", args: [id, part] });
    log(`${market}: seeded ${from + part.length} of ${candles.length} candles`);
  }
};

const timesAsNumbers = (candle: Candle) => ({ ...candle, start: Number(candle.start), end: Number(candle.end) });

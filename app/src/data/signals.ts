import { z } from "zod";
import type { Request } from "./graphql.ts";
import { bigInt, hex, int } from "./scalars.ts";
import type { SeriesParams } from "./vaults.ts";

const feedSchema = z.object({
  id: z.string(),
  chain: int,
  feed: z.string(),
  horizon: int,
  lastRound: int,
  market: z.object({
    market: z.string(),
    period: int,
    periodsPerYear: int,
    featureSet: int,
    minSources: int,
    price: bigInt,
    priceAt: bigInt,
    halted: z.string(),
    candleCount: int,
    closedAt: bigInt,
  }),
});

const roundSchema = z.object({
  round: int,
  value: bigInt,
  volatilityBps: int,
  level: int,
  closedAt: bigInt,
  features: hex,
  realisedVolBps: int.nullable(),
  naiveVolBps: int.nullable(),
  block: int,
  timestamp: bigInt,
  tx: z.string(),
  model: z.object({ modelId: hex, kind: z.string(), horizon: int, blob: z.string(), author: z.string() }),
});

const outlookSchema = z.object({
  round: int,
  closedAt: bigInt,
  volatilityBps: int,
  realisedVolBps: int.nullable(),
  naiveVolBps: int.nullable(),
});

const tradeSchema = z.object({
  id: z.string(),
  amount: bigInt,
  targetWeightBps: int,
  weightBps: int,
  vault: z.object({ address: z.string(), name: z.string() }),
  position: z.object({ symbol: z.string(), decimals: int }),
});

export type Feed = z.infer<typeof feedSchema>;
export type Round = z.infer<typeof roundSchema>;
export type Outlook = z.infer<typeof outlookSchema>;
export type Trade = z.infer<typeof tradeSchema>;

export const feedRequest = (id: string): Request<{ feed: Feed | null }> => ({
  query: `query Feed($id: String!) {
    feed: feedById(id: $id) {
      id chain feed horizon lastRound
      market { market period periodsPerYear featureSet minSources price priceAt halted candleCount closedAt }
    }
  }`,
  variables: { id },
  schema: z.object({ feed: feedSchema.nullable() }),
});

/** One round, and the auctions that traded on it. */
export const roundRequest = (id: string): Request<{ round: Round | null; trades: Trade[] }> => ({
  query: `query Round($id: String!) {
    round: roundById(id: $id) {
      round value volatilityBps level closedAt features realisedVolBps naiveVolBps block timestamp tx
      model { modelId kind horizon blob author }
    }
    trades: auctions(where: { signal: { id_eq: $id } }, orderBy: id_ASC, limit: 20) {
      id amount targetWeightBps weightBps vault { address name } position { symbol decimals }
    }
  }`,
  variables: { id },
  schema: z.object({ round: roundSchema.nullable(), trades: z.array(tradeSchema) }),
});

/** Forecasts beside what happened, oldest first. */
export const outlooksRequest = (params: SeriesParams): Request<{ rounds: Outlook[] }> => ({
  query: `query Outlooks($id: String!, $fromRound: Int!, $limit: Int!) {
    rounds(where: { feed: { id_eq: $id }, round_gte: $fromRound }, orderBy: round_ASC, limit: $limit) {
      round closedAt volatilityBps realisedVolBps naiveVolBps
    }
  }`,
  variables: params,
  schema: z.object({ rounds: z.array(outlookSchema) }),
});

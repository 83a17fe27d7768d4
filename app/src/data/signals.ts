import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, hex, int } from "./scalars.ts";
import type { SeriesParams } from "./vaults.ts";

const sourceSchema = z.object({
  address: z.string(),
  kind: z.string(),
  price: z.nullable(bigInt),
  priceAt: z.nullable(bigInt),
  isAgreeing: z.nullable(z.boolean()),
});

const feedSchema = z.object({
  id: z.string(),
  chain: int,
  feed: z.string(),
  horizon: int,
  lastRound: int,
  model: z.object({ modelId: hex }),
  market: z.object({
    market: z.string(),
    period: int,
    periodsPerYear: int,
    featureSet: int,
    minSources: int,
    price: bigInt,
    priceAt: bigInt,
    halted: z.string(),
    sourceStates: z.array(sourceSchema),
  }),
});

const signerSetSchema = z.object({ address: z.string(), signers: z.array(z.string()), quorum: int });

const modelSchema = z.object({
  modelId: hex,
  kind: z.string(),
  author: z.string(),
  blob: z.string(),
  block: int,
  tx: z.string(),
});

const roundSchema = z.object({
  round: int,
  value: bigInt,
  level: int,
  closedAt: bigInt,
  features: hex,
  realisedVolBps: z.nullable(int),
  naiveVolBps: z.nullable(int),
  block: int,
  timestamp: bigInt,
  tx: hex,
  model: modelSchema,
});

const neighbourSchema = z.object({ round: int, features: hex, model: z.object({ modelId: hex }) });

const outlookSchema = z.object({
  round: int,
  closedAt: bigInt,
  value: bigInt,
  volatilityBps: int,
  realisedValue: z.nullable(bigInt),
  realisedVolBps: z.nullable(int),
  naiveVolBps: z.nullable(int),
});

const tradeSchema = z.object({
  id: z.string(),
  amount: bigInt,
  targetWeightBps: int,
  weightBps: int,
  tx: z.string(),
  vault: z.object({ address: z.string(), name: z.string() }),
  position: z.object({ symbol: z.string(), decimals: int }),
});

const modelRunSchema = z.object({ round: int, closedAt: bigInt, model: modelSchema });

export type Feed = z.infer<typeof feedSchema>;
export type SignerSet = z.infer<typeof signerSetSchema>;
export type Round = z.infer<typeof roundSchema>;
export type Neighbour = z.infer<typeof neighbourSchema>;
export type Outlook = z.infer<typeof outlookSchema>;
export type Trade = z.infer<typeof tradeSchema>;
/** The first round that a model computed; it computed all up to the next run. */
export type ModelRun = z.infer<typeof modelRunSchema>;

const MODEL = "modelId kind author blob block tx";

export type FeedAnswer = { feed: Feed | null; signerSets: SignerSet[] };

export const feedRequest = (id: string, chain: number): Request<FeedAnswer> => ({
  query: `query Feed($id: String!, $chain: Int!) {
    feed: feedById(id: $id) {
      id chain feed horizon lastRound model { modelId }
      market {
        market period periodsPerYear featureSet minSources price priceAt halted
        sourceStates(orderBy: index_ASC, limit: 8) { address kind price priceAt isAgreeing }
      }
    }
    signerSets(where: { chain_eq: $chain }, limit: 20) { address signers quorum }
  }`,
  variables: { id, chain },
  schema: z.object({ feed: z.nullable(feedSchema), signerSets: z.array(signerSetSchema) }),
});

export type RoundAnswer = { round: Round | null; previous: Neighbour[]; next: Neighbour[]; trades: Trade[] };

/** One round, the published ones beside it, and the auctions that traded on it. */
export const roundRequest = (feed: string, round: number): Request<RoundAnswer> => ({
  query: `query Round($id: String!, $feed: String!, $round: Int!) {
    round: roundById(id: $id) {
      round value level closedAt features realisedVolBps naiveVolBps block timestamp tx model { ${MODEL} }
    }
    previous: rounds(where: { feed: { id_eq: $feed }, round_lt: $round }, orderBy: round_DESC, limit: 1) {
      round features model { modelId }
    }
    next: rounds(where: { feed: { id_eq: $feed }, round_gt: $round }, orderBy: round_ASC, limit: 1) {
      round features model { modelId }
    }
    trades: auctions(where: { signal: { id_eq: $id } }, orderBy: id_ASC, limit: 20) {
      id amount targetWeightBps weightBps tx vault { address name } position { symbol decimals }
    }
  }`,
  variables: { id: `${feed}-${round}`, feed, round },
  schema: z.object({
    round: z.nullable(roundSchema),
    previous: z.array(neighbourSchema),
    next: z.array(neighbourSchema),
    trades: z.array(tradeSchema),
  }),
});

/** Forecasts beside what happened, oldest first. */
export const outlooksRequest = (params: SeriesParams): Request<{ rounds: Outlook[] }> => ({
  query: `query Outlooks($id: String!, $fromRound: Int!, $limit: Int!) {
    rounds(where: { feed: { id_eq: $id }, round_gte: $fromRound }, orderBy: round_ASC, limit: $limit) {
      round closedAt value volatilityBps realisedValue realisedVolBps naiveVolBps
    }
  }`,
  variables: params,
  schema: z.object({ rounds: z.array(outlookSchema) }),
});

/** The first round after `after` that another model than `model` computed. */
export const modelRunRequest = (feed: string, after: number, model: string): Request<{ rounds: ModelRun[] }> => ({
  query: `query ModelRun($feed: String!, $after: Int!, $model: String!) {
    rounds(
      where: { feed: { id_eq: $feed }, round_gt: $after, model: { modelId_not_eq: $model } }
      orderBy: round_ASC
      limit: 1
    ) { round closedAt model { ${MODEL} } }
  }`,
  variables: { feed, after, model },
  schema: z.object({ rounds: z.array(modelRunSchema) }),
});

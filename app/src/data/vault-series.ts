// What the charts of a vault are drawn from, a row a candle.
import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, int } from "./scalars.ts";
import type { SeriesParams } from "./vaults.ts";

const pointSchema = z.object({ round: int, timestamp: bigInt, navPerShare: bigInt, price: bigInt, weightBps: int });
const forecastSchema = z.object({ round: int, value: bigInt, volatilityBps: int });
const markSchema = z.pipe(
  z.object({ tokenDelta: bigInt, auction: z.object({ id: z.string(), round: int }) }),
  z.transform(({ tokenDelta, auction }) => ({ tokenDelta, round: auction.round, auction: auction.id })),
);
const changeSchema = z.object({ field: z.string(), position: z.nullable(int), value: z.string(), timestamp: bigInt });

export type VaultPoint = z.infer<typeof pointSchema>;
export type Forecast = z.infer<typeof forecastSchema>;
export type FillMark = z.infer<typeof markSchema>;
export type MandateChange = z.infer<typeof changeSchema>;

export const vaultPointsRequest = (params: SeriesParams): Request<{ points: VaultPoint[] }> => ({
  query: `query Points($id: String!, $fromRound: Int!, $limit: Int!) {
    points: vaultPoints(where: { vault: { id_eq: $id }, round_gte: $fromRound }, orderBy: round_ASC, limit: $limit) {
      round timestamp navPerShare price weightBps
    }
  }`,
  variables: params,
  schema: z.object({ points: z.array(pointSchema) }),
});

/** Where the vault traded its first position. */
export const fillMarksRequest = (params: SeriesParams): Request<{ marks: FillMark[] }> => ({
  query: `query Marks($id: String!, $fromRound: Int!, $limit: Int!) {
    marks: fills(
      where: { vault: { id_eq: $id }, auction: { round_gte: $fromRound }, position: { index_eq: 0 } }
      orderBy: [block_ASC, id_ASC], limit: $limit
    ) { tokenDelta auction { id round } }
  }`,
  variables: params,
  schema: z.object({ marks: z.array(markSchema) }),
});

/** What was forecast, round by round; `id` is the feed's. */
export const forecastsRequest = (params: SeriesParams): Request<{ rounds: Forecast[] }> => ({
  query: `query Forecasts($id: String!, $fromRound: Int!, $limit: Int!) {
    rounds(where: { feed: { id_eq: $id }, round_gte: $fromRound }, orderBy: round_ASC, limit: $limit) {
      round value volatilityBps
    }
  }`,
  variables: params,
  schema: z.object({ rounds: z.array(forecastSchema) }),
});

/** How what a mandate aims at has changed, oldest first; its creation counts. `id` is the mandate's. */
export const aimsRequest = (id: string): Request<{ aims: MandateChange[] }> => ({
  query: `query Aims($id: String!) {
    aims: mandateChanges(
      where: { mandate: { id_eq: $id }, field_in: ["targetVolBps", "capsBps"] }
      orderBy: [block_ASC, id_ASC], limit: 1000
    ) { field position value timestamp }
  }`,
  variables: { id },
  schema: z.object({ aims: z.array(changeSchema) }),
});

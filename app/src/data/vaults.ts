import { z } from "zod";
import type { Request } from "./graphql.ts";
import { bigInt, int } from "./scalars.ts";

const marketSchema = z.object({
  market: z.string(),
  period: int,
  price: bigInt,
  priceAt: bigInt,
  halted: z.string(),
  candleCount: int,
  closedAt: bigInt,
});

const latestSchema = z.object({ round: int, volatilityBps: int, level: int, closedAt: bigInt, value: bigInt });

const positionSchema = z.object({
  index: int,
  token: z.string(),
  symbol: z.string(),
  decimals: int,
  holding: bigInt,
  weightBps: int,
  targetWeightBps: int.nullable(),
  market: marketSchema,
  feed: z.object({ feed: z.string(), latest: latestSchema.nullable() }),
});

const mandateSchema = z.object({ managementFeeBps: int, performanceFeeBps: int, entryPausedUntil: bigInt });

const vaultSchema = z.object({
  id: z.string(),
  chain: int,
  address: z.string(),
  name: z.string(),
  symbol: z.string(),
  baseSymbol: z.string(),
  baseDecimals: int,
  shareDecimals: int,
  idle: bigInt,
  totalSupply: bigInt,
  nav: bigInt,
  navPerShare: bigInt,
  mark: bigInt,
  accruedAt: bigInt,
  managementFeeBps: int, // as of the last accrual
  performanceFeeBps: int,
  feeShares: bigInt, // charged, not minted yet
  feeSharesCharged: bigInt,
  pendingExitShares: bigInt,
  mandate: mandateSchema,
  startNavPerShare: bigInt.nullable(),
  startPrice: bigInt.nullable(),
  startAt: bigInt.nullable(),
  positions: z.array(positionSchema),
});

const pointSchema = z.object({ round: int, timestamp: bigInt, navPerShare: bigInt, price: bigInt, weightBps: int });

const event = { block: int, timestamp: bigInt, tx: z.string() };

const fillSchema = z.object({
  id: z.string(),
  ...event,
  filler: z.string(),
  tokenDelta: bigInt,
  baseDelta: bigInt,
  price: bigInt,
  offBps: int,
  auction: z.object({ round: int }),
  position: z.object({ index: int }),
});

const auctionSchema = z.object({
  id: z.string(),
  ...event,
  round: int,
  amount: bigInt,
  remaining: bigInt,
  targetWeightBps: int,
  weightBps: int,
  position: z.object({ index: int }),
});

const depositSchema = z.object({ id: z.string(), ...event, owner: z.string(), assets: bigInt, shares: bigInt });
const exitRequestSchema = z.object({ id: z.string(), ...event, owner: z.string(), shares: bigInt });
const exitSchema = z.object({ id: z.string(), ...event, owner: z.string(), shares: bigInt, amounts: z.array(bigInt) });

const activitySchema = z.object({
  fills: z.array(fillSchema),
  auctions: z.array(auctionSchema),
  deposits: z.array(depositSchema),
  withdrawals: z.array(depositSchema),
  exits: z.array(exitSchema),
  exitRequests: z.array(exitRequestSchema),
  settlements: z.array(depositSchema),
});

export type Vault = z.infer<typeof vaultSchema>;
export type Position = z.infer<typeof positionSchema>;
export type VaultPoint = z.infer<typeof pointSchema>;
export type Activity = z.infer<typeof activitySchema>;
export type FillMark = { round: number; tokenDelta: bigint };

// Every list has a limit: the indexer refuses a query whose answer has no bound.
const VAULT_FIELDS = `
  id chain address name symbol baseSymbol baseDecimals shareDecimals
  idle totalSupply nav navPerShare startNavPerShare startPrice startAt
  mark accruedAt managementFeeBps performanceFeeBps feeShares feeSharesCharged pendingExitShares
  mandate { managementFeeBps performanceFeeBps entryPausedUntil }
  positions(orderBy: index_ASC, limit: 8) {
    index token symbol decimals holding weightBps targetWeightBps
    market { market period price priceAt halted candleCount closedAt }
    feed { feed latest { round volatilityBps level closedAt value } }
  }`;

export const vaultsRequest: Request<{ vaults: Vault[] }> = {
  query: `query Vaults { vaults(orderBy: id_ASC, limit: 50) { ${VAULT_FIELDS} } }`,
  schema: z.object({ vaults: z.array(vaultSchema) }),
};

export const vaultRequest = (id: string): Request<{ vault: Vault | null }> => ({
  query: `query Vault($id: String!) { vault: vaultById(id: $id) { ${VAULT_FIELDS} } }`,
  variables: { id },
  schema: z.object({ vault: vaultSchema.nullable() }),
});

export type SeriesParams = { id: string; fromRound: number; limit: number };

export const vaultPointsRequest = (params: SeriesParams): Request<{ points: VaultPoint[] }> => ({
  query: `query Points($id: String!, $fromRound: Int!, $limit: Int!) {
    points: vaultPoints(where: { vault: { id_eq: $id }, round_gte: $fromRound }, orderBy: round_ASC, limit: $limit) {
      round timestamp navPerShare price weightBps
    }
  }`,
  variables: params,
  schema: z.object({ points: z.array(pointSchema) }),
});

/** Where the vault traded its first position, for the chart. */
export const fillMarksRequest = (params: SeriesParams): Request<{ marks: FillMark[] }> => ({
  query: `query Marks($id: String!, $fromRound: Int!, $limit: Int!) {
    marks: fills(
      where: { vault: { id_eq: $id }, auction: { round_gte: $fromRound }, position: { index_eq: 0 } }
      orderBy: [block_ASC, id_ASC], limit: $limit
    ) { tokenDelta auction { round } }
  }`,
  variables: params,
  schema: z.object({
    marks: z.array(
      z
        .object({ tokenDelta: bigInt, auction: z.object({ round: int }) })
        .transform(({ tokenDelta, auction }) => ({ tokenDelta, round: auction.round })),
    ),
  }),
});

export const activityRequest = (id: string, limit: number): Request<Activity> => {
  const newest = "where: { vault: { id_eq: $id } }, orderBy: [block_DESC, id_DESC], limit: $limit";
  return {
    query: `query Activity($id: String!, $limit: Int!) {
      fills(${newest}) {
        id block timestamp tx filler tokenDelta baseDelta price offBps auction { round } position { index }
      }
      auctions(${newest}) {
        id block timestamp tx round amount remaining targetWeightBps weightBps position { index }
      }
      deposits(${newest}) { id block timestamp tx owner assets shares }
      withdrawals(${newest}) { id block timestamp tx owner assets shares }
      exits: inKindExits(${newest}) { id block timestamp tx owner shares amounts }
      exitRequests(${newest}) { id block timestamp tx owner shares }
      settlements: exitSettlements(${newest}) { id block timestamp tx owner assets shares }
    }`,
    variables: { id, limit },
    schema: activitySchema,
  };
};

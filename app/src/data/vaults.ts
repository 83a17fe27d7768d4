import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, int } from "./scalars.ts";

const marketSchema = z.object({
  market: z.string(),
  period: int,
  periodsPerYear: int,
  price: bigInt,
  priceAt: bigInt,
  halted: z.string(),
  haltedAt: z.nullable(bigInt),
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
  targetWeightBps: z.nullable(int),
  market: marketSchema,
  feed: z.object({ feed: z.string(), horizon: int, latest: z.nullable(latestSchema) }),
});

const mandateSchema = z.object({
  targetVolBps: int,
  managementFeeBps: int,
  performanceFeeBps: int,
  entryPausedUntil: bigInt,
  changes: z.array(z.object({ id: z.string() })), // the newest one
});

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
  startNavPerShare: z.nullable(bigInt),
  startPrice: z.nullable(bigInt),
  startAt: z.nullable(bigInt),
  positions: z.array(positionSchema),
});

export type Vault = z.infer<typeof vaultSchema>;
export type Position = z.infer<typeof positionSchema>;

// Every list has a limit: the indexer refuses a query whose answer has no bound.
const VAULT_FIELDS = `
  id chain address name symbol baseSymbol baseDecimals shareDecimals
  idle totalSupply nav navPerShare startNavPerShare startPrice startAt
  mark accruedAt managementFeeBps performanceFeeBps feeShares feeSharesCharged pendingExitShares
  mandate {
    targetVolBps managementFeeBps performanceFeeBps entryPausedUntil
    changes(orderBy: [block_DESC, id_DESC], limit: 1) { id }
  }
  positions(orderBy: index_ASC, limit: 8) {
    index token symbol decimals holding weightBps targetWeightBps
    market { market period periodsPerYear price priceAt halted haltedAt candleCount closedAt }
    feed { feed horizon latest { round volatilityBps level closedAt value } }
  }`;

export const vaultsRequest: Request<{ vaults: Vault[] }> = {
  query: `query Vaults { vaults(orderBy: id_ASC, limit: 50) { ${VAULT_FIELDS} } }`,
  schema: z.object({ vaults: z.array(vaultSchema) }),
};

export const vaultRequest = (id: string): Request<{ vault: Vault | null }> => ({
  query: `query Vault($id: String!) { vault: vaultById(id: $id) { ${VAULT_FIELDS} } }`,
  variables: { id },
  schema: z.object({ vault: z.nullable(vaultSchema) }),
});

const pastSchema = z.object({
  id: z.string(),
  days: z.array(z.object({ day: int, navPerShareClose: bigInt })),
  points: z.array(z.object({ timestamp: bigInt, navPerShare: bigInt })),
});

/** What the list shows of a vault's past, newest first: a value a day, and the last closes. */
export type VaultPast = z.infer<typeof pastSchema>;

export const PAST_DAYS = 120;
const PAST_POINTS = 97; // a return a candle over the longest window there is: four horizons of 24

export const pastsRequest: Request<{ vaults: VaultPast[] }> = {
  query: `query Pasts { vaults(orderBy: id_ASC, limit: 50) {
    id
    days(orderBy: day_DESC, limit: ${PAST_DAYS}) { day navPerShareClose }
    points(orderBy: round_DESC, limit: ${PAST_POINTS}) { timestamp navPerShare }
  } }`,
  schema: z.object({ vaults: z.array(pastSchema) }),
};

const waitingSchema = z.object({ id: z.string(), number: int, owner: z.string(), pending: bigInt, timestamp: bigInt });

/** A requested exit that is not paid in full yet. */
export type WaitingExit = z.infer<typeof waitingSchema>;

/** The front of the queue of those who leave at the next price. */
export const waitingRequest = (id: string, limit: number): Request<{ waiting: WaitingExit[] }> => ({
  query: `query Waiting($id: String!, $limit: Int!) {
    waiting: exitRequests(
      where: { vault: { id_eq: $id }, state_eq: "pending" }, orderBy: number_ASC, limit: $limit
    ) { id number owner pending timestamp }
  }`,
  variables: { id, limit },
  schema: z.object({ waiting: z.array(waitingSchema) }),
});

export type SeriesParams = { id: string; fromRound: number; limit: number };

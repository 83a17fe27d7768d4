// Answers the app's queries as the indexer would, from the story.
import { createHash } from "node:crypto";
import { answerVaultQuery } from "./fixture-vault-page.ts";
import type { StoryRound } from "./story.ts";

export const CHAIN = 31337;
export const VAULT = "0x00000000000000000000000000000000000000a1";
export const OWNER = "0x7099797000000000000000000000000000000c8a";
export const FEED = "SPX/USD vol";
const FIRST_BLOCK = 100;
const BLOCKS_PER_ROUND = 12;

export type World = {
  rounds: StoryRound[];
  head: number;
  halted: string;
  isTampered: boolean;
  sinceClose: bigint; // seconds of the chain since the newest candle closed
  hasVaults: boolean;
  pausedUntil: bigint;
  isUnentered?: boolean; // nobody has deposited yet
  longPast?: number; // fills from before the story
  refusal?: string | undefined; // what the indexer says instead of an answer
};

type Variables = { id?: string; fromRound?: number; limit?: number };

const hash = (text: string): string => `0x${createHash("sha256").update(text).digest("hex")}`;

export const headOf = ({ rounds, head, sinceClose }: World) => {
  const last = rounds.at(-1);
  return {
    chain: CHAIN,
    height: head,
    hash: hash(String(head)),
    timestamp: ((last?.closedAt ?? 0n) + sinceClose).toString(),
  };
};

export const eventOf = (round: StoryRound, index: number, kind: string) => ({
  id: `${CHAIN}-${VAULT}-${round.round}-${kind}`,
  block: FIRST_BLOCK + index * BLOCKS_PER_ROUND,
  timestamp: (round.closedAt + 5n).toString(),
  tx: hash(`${kind}${round.round}`),
});

export const marketOf = ({ rounds, halted }: World) => {
  const last = rounds.at(-1);
  return {
    market: "SPX/USD",
    period: 86_400,
    periodsPerYear: 252,
    featureSet: 1,
    minSources: 1,
    price: String(last?.price ?? 0n),
    priceAt: String(last?.closedAt ?? 0n),
    halted,
    haltedAt: halted === "None" ? null : String((last?.closedAt ?? 0n) - 3_558n),
    candleCount: last?.round ?? 0,
    closedAt: String(last?.closedAt ?? 0n),
  };
};

const latestOf = ({ rounds }: World) => {
  const last = rounds.at(-1);
  if (last === undefined) return null;
  return {
    round: last.round,
    volatilityBps: last.volatilityBps,
    level: 1,
    closedAt: String(last.closedAt),
    value: String(last.value),
  };
};

const vaultOf = (world: World) => {
  const [first] = world.rounds;
  const last = world.rounds.at(-1);
  const supply = 250_000n * 10n ** 12n;
  const nav = (supply * (last?.navPerShare ?? 0n)) / 10n ** 12n;
  const unentered = { idle: "0", totalSupply: "0", nav: "0", navPerShare: "1000000", mark: String(10n ** 18n) };
  const beforeStart = {
    startNavPerShare: null,
    startPrice: null,
    startAt: null,
    pendingExitShares: "0",
    feeSharesCharged: "0",
  };
  return {
    id: `${CHAIN}-${VAULT}`,
    chain: CHAIN,
    address: VAULT,
    name: "Volatility-target SPX",
    symbol: "vtSPX",
    baseSymbol: "USD",
    baseDecimals: 6,
    shareDecimals: 12,
    idle: String(nav / 2n),
    totalSupply: String(supply),
    nav: String(nav),
    navPerShare: String(last?.navPerShare ?? 0n),
    mark: String(1_100_000n * 10n ** 12n),
    accruedAt: String(last?.closedAt ?? 0n),
    managementFeeBps: 100,
    performanceFeeBps: 1000,
    feeShares: "0",
    feeSharesCharged: String(supply / 100n),
    pendingExitShares: String(supply / 1000n),
    mandate: {
      targetVolBps: 1000,
      managementFeeBps: 100,
      performanceFeeBps: 1000,
      entryPausedUntil: String(world.pausedUntil),
      changes: [{ id: "1" }],
    },
    startNavPerShare: "1000000",
    startPrice: String(first?.price ?? 0n),
    startAt: String(first?.closedAt ?? 0n),
    positions: [
      {
        index: 0,
        token: "0x00000000000000000000000000000000000000b2",
        symbol: "SPX",
        decimals: 18,
        holding: world.isUnentered ? "0" : "84129384712938471293",
        weightBps: world.isUnentered ? 0 : (last?.weightBps ?? 0),
        targetWeightBps: last?.targetWeightBps ?? null,
        market: marketOf(world),
        feed: { feed: FEED, horizon: 5, latest: latestOf(world) },
      },
    ],
    ...(world.isUnentered ? { ...unentered, ...beforeStart } : {}),
  };
};

const OFF_BPS = 12;

/** The vault trades a little better than the oracle price, whichever way. */
const baseDeltaOf = ({ traded: tokens, price }: StoryRound): bigint => {
  const value = (tokens * 100n * price) / 10n ** 20n;
  const size = value < 0n ? -value : value;
  return (size * BigInt(OFF_BPS)) / 10_000n - value;
};

export const fillOf = (round: StoryRound, index: number) => ({
  ...eventOf(round, index, "fill"),
  filler: OWNER,
  tokenDelta: String(round.traded * 100n),
  baseDelta: String(baseDeltaOf(round)),
  price: String(round.price),
  offBps: OFF_BPS,
  auction: { id: eventOf(round, index, "auction").id, round: round.round },
  position: { index: 0 },
});

export const auctionOf = (round: StoryRound, index: number) => ({
  ...eventOf(round, index, "auction"),
  round: round.round,
  amount: String(round.traded * 100n),
  remaining: "0",
  targetWeightBps: round.targetWeightBps,
  weightBps: round.weightBps,
  price: String(round.price),
  position: { index: 0 },
});

export const traded = ({ rounds }: World) =>
  rounds.map((round, index) => ({ round, index })).filter(({ round }) => round.traded !== 0n);

export const pageOf = <T extends { round: number }>(
  rows: readonly T[],
  { fromRound = 0, limit = 1000 }: Variables,
): T[] => rows.filter(({ round }) => round >= fromRound).slice(0, limit);

const unanswered = (operation: string | undefined): never => {
  throw new Error(`The fixture has no answer to ${operation}.`);
};

/** `data` of the answer to `query`, recognised by its operation's name. */
export const answerQuery = (world: World, query: string, variables: Variables): unknown => {
  const operation = /^query (\w+)/.exec(query)?.[1];
  switch (operation) {
    case "Vaults":
      return { vaults: world.hasVaults ? [vaultOf(world)] : [] };
    case "Vault":
      return { vault: vaultOf(world) };
    case "Points":
      return {
        points: pageOf(world.rounds, variables).map((row) => ({
          round: row.round,
          timestamp: String(row.closedAt),
          navPerShare: String(row.navPerShare),
          price: String(row.price),
          weightBps: row.weightBps,
        })),
      };
    case "Marks":
      return {
        marks: pageOf(
          traded(world).map(({ round }) => round),
          variables,
        ).map((row) => ({
          tokenDelta: String(row.traded),
          auction: { id: eventOf(row, 0, "auction").id, round: row.round },
        })),
      };
    default:
      return answerVaultQuery(world, { operation: operation ?? "", query, variables }) ?? unanswered(operation);
  }
};

// What the pages of vaults ask of the indexer and of the chain, from the story.
import { type Address, encodeAbiParameters, encodeEventTopics, parseAbi, zeroHash } from "viem";
import { auctionOf, CHAIN, eventOf, fillOf, OWNER, traded, VAULT, type World } from "./fixture-graphql.ts";
import type { StoryRound } from "./story.ts";

type Variables = { fromRound?: number; from?: number; to?: number; limit?: number };
type Event = { id: string; block: number; timestamp: string; tx: string };

const SHARE = 10n ** 12n;
const DAY = 86_400n;
const PAST_FROM = 2_000; // block of the newest fill of a long past
const FILLS_A_BLOCK = 8;

export const CURATOR: Address = "0x00000000000000000000000000000000000000c1";
const DISMISSED: Address = "0x00000000000000000000000000000000000000c3"; // was granted a role that was taken away again
export const GUARDIAN: Address = "0x00000000000000000000000000000000000000c2";

/** Turnover and loss that are left of 200 % and 1 %, in 1e-7 of NAV. */
export const BUDGETS_LEFT: [bigint, bigint] = [18_440_000n, 88_000n];

const rolesAbi = parseAbi([
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
]);
export const accessManagerAbi = rolesAbi;

const GRANTS: [role: bigint, account: Address, delay: number][] = [
  [2n, GUARDIAN, 0],
  [3n, CURATOR, 0],
  [4n, CURATOR, 259_200],
  [4n, DISMISSED, 60],
];

export const roleGrants = () =>
  GRANTS.map(([roleId, account, delay]) => ({
    address: `0x${"1".repeat(40)}`,
    topics: encodeEventTopics({ abi: rolesAbi, eventName: "RoleGranted", args: { roleId, account } }),
    data: encodeAbiParameters([{ type: "uint32" }, { type: "uint48" }, { type: "bool" }], [delay, 0, true]),
    blockNumber: "0x0",
    transactionHash: zeroHash,
  }));

/** Answer to hasRole: whether, and with which delay. */
export const hasRole = (role: bigint, account: string): [boolean, number] => {
  const found = GRANTS.find(([id, holder]) => id === role && holder.toLowerCase() === account.toLowerCase());
  return found === undefined || found[1] === DISMISSED ? [false, 0] : [true, found[2]];
};

const changeOf = (world: World, index: number, field: string, value: string, position: number | null = null) => {
  const [first] = world.rounds;
  const event = first && eventOf(first, 0, `change${index}`);
  return { ...(event as Event), field, value, position };
};

const changesOf = (world: World) => [
  changeOf(world, 3, "feeRecipient", OWNER),
  changeOf(world, 2, "depositCap", "100000000000000"),
  changeOf(world, 1, "capsBps", "9500", 0),
  changeOf(world, 0, "targetVolBps", "1000"),
];

const ownShares = () => ({ owner: OWNER, shares: String(1000n * SHARE) });

const depositsOf = ({ rounds: [first] }: World) =>
  first === undefined
    ? []
    : [{ ...eventOf(first, 0, "deposit"), owner: OWNER, assets: "250000000000", shares: String(250_000n * SHARE) }];

/** `count` fills among the older blocks of the story, so that a reader has something to scroll to. */
const longPast = (count: number, round: StoryRound) =>
  Array.from({ length: count }, (_, index) => {
    const block = PAST_FROM - Math.floor(index / FILLS_A_BLOCK);
    const place = String(index).padStart(6, "0");
    return { ...fillOf(round, 0), id: `${CHAIN}-past-${place}`, block, tx: `0x${String(index).padStart(64, "0")}` };
  });

const listsOf = (world: World): Record<string, Event[]> => {
  const newest = traded(world).reverse();
  const [last] = newest;
  const lastEvent = (kind: string) => (last === undefined ? [] : [eventOf(last.round, last.index, kind)]);
  const before = last === undefined ? [] : longPast(world.longPast ?? 0, last.round);
  const fills = [...newest.map(({ round, index }) => fillOf(round, index)), ...before];
  return {
    fills: fills.sort((a, b) => b.block - a.block || (a.id < b.id ? 1 : -1)),
    auctions: newest.map(({ round, index }) => auctionOf(round, index)),
    deposits: depositsOf(world),
    withdrawals: [],
    inKindExits: lastEvent("exit").map((event) => ({
      ...event,
      ...ownShares(),
      amounts: ["400000000", "5000000000000000000"],
    })),
    exitRequests: lastEvent("request").map((event) => ({ ...event, ...ownShares() })),
    exitSettlements: lastEvent("settlement").map((event) => ({ ...event, ...ownShares(), assets: "996000000" })),
    mandateChanges: changesOf(world),
  };
};

const ASKED = /(\w+): (\w+)\(\s*where: \{ (?:vault|mandate): \{ id_eq: \$\w+ \}, block_gte/g;

/** The lists that the query asks for, under the names it gives them, as far as its blocks and its limit go. */
const activityOf = (world: World, query: string, { from = 0, to = 0, limit = 0 }: Variables) => {
  const lists = listsOf(world.isUnentered ? { ...world, rounds: world.rounds.slice(0, 1), longPast: 0 } : world);
  const rows = ([, name = "", list = ""]: RegExpMatchArray) => {
    const found = world.isUnentered && list !== "mandateChanges" ? [] : (lists[list] ?? []);
    return [name, found.filter(({ block }) => block >= from && block <= to).slice(0, limit)] as const;
  };
  return Object.fromEntries([...query.matchAll(ASKED)].map(rows));
};

const pageOf = <T extends { round: number }>(rows: readonly T[], { fromRound = 0, limit = 1000 }: Variables): T[] =>
  rows.filter(({ round }) => round >= fromRound).slice(0, limit);

const pastOf = ({ rounds }: World) => {
  const newest = [...rounds].reverse();
  return {
    id: `${CHAIN}-${VAULT}`,
    days: newest.slice(0, 120).map(({ closedAt, navPerShare }) => ({
      day: Number(closedAt / DAY),
      navPerShareClose: String(navPerShare),
    })),
    points: newest.slice(0, 97).map(({ closedAt, navPerShare }) => ({
      timestamp: String(closedAt),
      navPerShare: String(navPerShare),
    })),
  };
};

const waitingOf = ({ rounds, isUnentered }: World) => {
  const last = rounds.at(-1);
  return last === undefined || isUnentered
    ? []
    : [{ id: "4", number: 4, owner: OWNER, pending: String(250n * SHARE), timestamp: String(last.closedAt) }];
};

export type VaultQuery = { operation: string; query: string; variables: Variables };

/** `data` of the answer to a question about a vault; undefined for any other. */
export const answerVaultQuery = (world: World, { operation, query, variables }: VaultQuery): unknown => {
  switch (operation) {
    case "Pasts":
      return { vaults: world.hasVaults ? [pastOf(world)] : [] };
    case "Waiting":
      return { waiting: waitingOf(world) };
    case "Forecasts":
      return {
        rounds: pageOf(world.rounds, variables).map(({ round, value, volatilityBps }) => ({
          round,
          value: String(value),
          volatilityBps,
        })),
      };
    case "Aims":
      return {
        aims: changesOf(world)
          .reverse()
          .filter(({ field }) => field === "targetVolBps" || field === "capsBps"),
      };
    case "Activity":
      return activityOf(world, query, variables);
    default:
      return undefined;
  }
};

// Lists of several kinds as one, cut where none of them has a gap.
import { holdingValue } from "@aibot/kit/vault";
import type { ActivityItem, ActivityKind, ActivityLists } from "../../data/activity.ts";

export const activityFilters = {
  all: ["fill", "auction", "deposit", "withdrawal", "exit", "exitRequest", "settlement", "change"],
  trades: ["fill", "auction"],
  flows: ["deposit", "withdrawal", "exit", "exitRequest", "settlement"],
  mandate: ["change"],
} as const satisfies Record<string, readonly ActivityKind[]>;

export type ActivityFilter = keyof typeof activityFilters;

/** Newest first; within a block in the order the ids give. */
const compare = (a: ActivityItem, b: ActivityItem): number => b.block - a.block || (a.id < b.id ? 1 : -1);

export type ActivityPage = {
  items: ActivityItem[];
  /** The block from which on, downwards, the next page is read; undefined: this was the last. */
  next: number | undefined;
};

/**
 * One page out of lists that hold at most `limit` rows each. A full list may end inside a block, and what is older than
 * its end is missing: nothing at or below the highest such end is shown yet.
 */
export const pageOf = (lists: ActivityLists, limit: number): ActivityPage => {
  const all = Object.values(lists);
  const ends = all.filter((list) => list.length >= limit).map((list) => list.at(-1)?.block ?? 0);
  const end = ends.length === 0 ? undefined : Math.max(...ends);
  const items = all.flat().filter(({ block }) => end === undefined || block > end);
  return { items: items.sort(compare), next: end };
};

/** Reads at most `limit` rows of each kind from blocks `from` … `to`. */
export type ReadLists = (range: { from: number; to: number; limit: number }) => Promise<ActivityLists>;

/** A page below block `to`; a block with more rows than a page is read with a larger one. */
export const readPage = async (
  read: ReadLists,
  range: { from: number; to: number; limit: number },
): Promise<ActivityPage> => {
  const page = pageOf(await read(range), range.limit);
  if (page.items.length > 0 || page.next === undefined) return page;
  return readPage(read, { ...range, limit: range.limit * 2 });
};

/** What is known from the top down to `next`, which older pages start from. */
export type ActivityHead = ActivityPage;

const REORG_BLOCKS = 20; // blocks that may still be replaced
export const HIGHEST_BLOCK = 2 ** 31 - 1;

export type HeadParams = { known: ActivityHead | undefined; read: ReadLists; limit: number };

/** Every row from block `from` up, however many pages that takes. */
const readDownTo = async (read: ReadLists, from: number, limit: number): Promise<ActivityItem[]> => {
  const items: ActivityItem[] = [];
  for (let to: number | undefined = HIGHEST_BLOCK; to !== undefined; ) {
    const page: ActivityPage = await readPage(read, { from, to, limit });
    items.push(...page.items);
    to = page.next;
  }
  return items;
};

/** The known rows with the newest blocks read again; from scratch where the chain no longer has what was known. */
export const extendHead = async ({ known, read, limit }: HeadParams): Promise<ActivityHead> => {
  const newest = known?.items[0];
  if (known === undefined || newest === undefined) return readPage(read, { from: 0, to: HIGHEST_BLOCK, limit });
  const from = Math.max(newest.block - REORG_BLOCKS, (known.next ?? -1) + 1);
  const again = await readDownTo(read, from, limit);
  const oldest = known.items.filter(({ block }) => block >= from).at(-1);
  const isContinued = again.some(({ kind, id }) => kind === oldest?.kind && id === oldest.id);
  if (!isContinued) return readPage(read, { from: 0, to: HIGHEST_BLOCK, limit });
  return { items: [...again, ...known.items.filter(({ block }) => block < from)], next: known.next };
};

/** Stays the same while rows move and filters change. */
export const keyOf = ({ kind, id }: ActivityItem): string => `${kind}-${id}`;

type Trade = { tokenDelta: bigint; baseDelta: bigint; price: bigint };

/** What the vault gained (positive) or gave away in a trade against the oracle price, in base units. */
export const premiumOf = ({ tokenDelta, baseDelta, price }: Trade, decimals: number, baseDecimals: number): bigint => {
  const amount = tokenDelta < 0n ? -tokenDelta : tokenDelta;
  const worth = holdingValue({ amount, price, decimals }, baseDecimals);
  return baseDelta + (tokenDelta < 0n ? -worth : worth);
};

/** The part of an address that opens an auction in the list. */
export const auctionHash = (auction: string): string => `#auction-${auction}`;

export const auctionOf = (hash: string): string | undefined => /^#auction-(.+)$/.exec(decodeURIComponent(hash))?.[1];

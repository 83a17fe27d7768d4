/** What the page saw at one look at the chain: its height and the height the indexer had announced. */
export type Look = { chainHeight: number; indexedHeight: number };

const TOLERATED_BLOCKS = 20; // at full replay speed the indexer is a few blocks behind by nature

export type Freshness = { kind: "live" } | { kind: "stale"; behind: number };

/** Far behind, or behind and not moving between two looks. A local chain waits for its indexer, so few blocks say enough. */
export const freshness = (previous: Look | undefined, current: Look): Freshness => {
  const behind = current.chainHeight - current.indexedHeight;
  const isStuck =
    behind > 0 &&
    previous !== undefined &&
    previous.indexedHeight === current.indexedHeight &&
    previous.chainHeight > previous.indexedHeight;
  return behind > TOLERATED_BLOCKS || isStuck ? { kind: "stale", behind } : { kind: "live" };
};

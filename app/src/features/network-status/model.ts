/** What the page saw at one look at the chain: its height and the height the indexer had announced. */
export type Look = { chainHeight: number; indexedHeight: number };

const TOLERATED_BLOCKS = 20; // at full replay speed the indexer is a few blocks behind by nature

/** unknown: the chain's node does not answer. */
export type Freshness = { kind: "live" } | { kind: "stale"; behind: number } | { kind: "unknown" };

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

/** How the page stands with the indexer. In all but `live` what is shown is the last that was known. */
export type IndexerState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "offline" } // this device has no network
  | { kind: "away" } // the indexer does not answer
  | { kind: "failing"; error: Error }; // it announces blocks, but refuses what is asked about them

export type IndexerSigns = { isOnline: boolean; isConnected: boolean | undefined; failure: Error | undefined };

/** A browser's word that it is offline counts only where something fails: a local indexer needs no network. */
export const indexerState = ({ isOnline, isConnected, failure }: IndexerSigns): IndexerState => {
  if (isConnected === true && failure === undefined) return { kind: "live" };
  if (!isOnline) return { kind: "offline" };
  if (isConnected === undefined) return { kind: "connecting" };
  return isConnected && failure !== undefined ? { kind: "failing", error: failure } : { kind: "away" };
};

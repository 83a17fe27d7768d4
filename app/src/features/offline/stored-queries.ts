// What was read from the indexer, kept in this browser: shown at once at the next visit, and without a network at all.
import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { createStore, delMany, entries, setMany, type UseStore } from "idb-keyval";
import { LIVE, OWN } from "../../data/live.ts";

const MOST = 80; // queries; the newest are kept
const WRITE_MS = 3_000;

/** IndexedDB copies values by structure, so that bigints stay bigints. */
type Kept = { build: string; queryKey: QueryKey; data: unknown; at: number };

/** Live data, unless `meta.isStored` says otherwise; never what belongs to a visitor's account. */
export const isStored = ({
  queryKey: [kind, about],
  meta,
  state,
}: Pick<Query, "queryKey" | "meta" | "state">): boolean =>
  state.status === "success" && about !== OWN && (meta?.isStored ?? kind === LIVE) === true;

/** What is worth reading back: of this build, whose shapes are known, and not too much of it. */
export const selectKept = (
  all: readonly (readonly [string, Kept])[],
  build: string,
): { kept: (readonly [string, Kept])[]; dropped: string[] } => {
  const ofBuild = all.filter(([, { build: from }]) => from === build).sort(([, a], [, b]) => b.at - a.at);
  const kept = ofBuild.slice(0, MOST);
  const isKept = new Set(kept.map(([hash]) => hash));
  return { kept, dropped: all.map(([hash]) => hash).filter((hash) => !isKept.has(hash)) };
};

/** Puts what was known into the cache, as something to be read again as soon as that is possible. */
const restore = async (queries: QueryClient, build: string, store: UseStore): Promise<void> => {
  const { kept, dropped } = selectKept(await entries<string, Kept>(store), build);
  for (const [queryHash, { queryKey, data, at }] of kept) {
    if (queries.getQueryData(queryKey) !== undefined) continue; // read meanwhile
    const query = queries.getQueryCache().build(queries, { queryKey, queryHash, gcTime: Number.POSITIVE_INFINITY });
    query.setData(data, { updatedAt: at, manual: true });
    query.invalidate();
  }
  await delMany(dropped, store);
};

/** Writes each query that changed, a few seconds after it did. */
const keepWriting = (queries: QueryClient, build: string, store: UseStore): void => {
  const changed = new Map<string, Query>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const rows = [...changed.values()].filter(isStored).map(({ queryHash, queryKey, state }): [string, Kept] => {
      return [queryHash, { build, queryKey, data: state.data, at: state.dataUpdatedAt }];
    });
    changed.clear();
    if (rows.length > 0) void setMany(rows, store).catch(console.warn); // a full disk costs the next start, not this one
  };
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "updated" || !isStored(query)) return;
    changed.set(query.queryHash, query);
    timer ??= setTimeout(write, WRITE_MS);
  });
  document.addEventListener("visibilitychange", () => document.hidden && write());
};

/** Resolves when what was known is in the cache; a browser without storage knows nothing and works all the same. */
export const remember = async (queries: QueryClient, build: string): Promise<void> => {
  try {
    const store = createStore("aibot", "queries");
    await restore(queries, build, store);
    keepWriting(queries, build, store);
  } catch (error) {
    console.warn("This browser keeps no data between visits.", error);
  }
};

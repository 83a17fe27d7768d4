import type { Query, QueryClient } from "@tanstack/react-query";
import { LIVE } from "../../data/live.ts";

/** Reads again what is on screen. */
export type RefreshLive = () => void;

/**
 * A query that is being read when a block arrives may have been answered from before it: it is read once more when that
 * is done. It is never cancelled, because at full replay speed it would never finish.
 */
export const createRefreshLive = (queries: QueryClient): RefreshLive => {
  const again = new Set<Query>();

  const read = async (query: Query): Promise<void> => {
    await query.fetch().catch(() => undefined); // the query keeps its error and shows it
    if (again.delete(query) && isShown(query)) await read(query);
  };

  const isShown = (query: Query): boolean => query.isActive() && !query.isDisabled();

  return () => {
    void queries.invalidateQueries({ queryKey: [LIVE], refetchType: "none" }); // what is not on screen: when it is
    for (const query of queries
      .getQueryCache()
      .findAll({ queryKey: [LIVE] })
      .filter(isShown)) {
      const isReading = query.state.fetchStatus !== "idle";
      if (isReading && again.has(query)) continue;
      if (isReading) again.add(query);
      void read(query);
    }
  };
};

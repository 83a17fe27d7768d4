import type { Query, QueryClient } from "@tanstack/react-query";
import { LIVE } from "../../data/live.ts";

export type LiveQueries = {
  /** Reads again what is on screen, because there is a new block. */
  refresh: () => void;
  /** Reads again what could not be read. Not with each block: its error would flicker, and its source has trouble enough. */
  retry: () => void;
};

const isShown = (query: Query): boolean => query.isActive() && !query.isDisabled();
const hasFailed = ({ state }: Query): boolean => state.status === "error";

/**
 * A query that is being read when a block arrives may have been answered from before it: it is read once more when that
 * is done. It is never cancelled, because at full replay speed it would never finish.
 */
export const createLiveQueries = (queries: QueryClient): LiveQueries => {
  const again = new Set<Query>();
  const shown = () =>
    queries
      .getQueryCache()
      .findAll({ queryKey: [LIVE] })
      .filter(isShown);

  const read = async (query: Query): Promise<void> => {
    await query.fetch().catch(() => undefined); // the query keeps its error and shows it
    if (again.delete(query) && isShown(query) && !hasFailed(query)) await read(query);
  };

  const refresh = () => {
    void queries.invalidateQueries({ queryKey: [LIVE], refetchType: "none" }); // what is not on screen: when it is
    for (const query of shown()) {
      if (hasFailed(query)) continue;
      const isReading = query.state.fetchStatus !== "idle";
      if (isReading && again.has(query)) continue;
      if (isReading) again.add(query);
      void read(query);
    }
  };

  return { refresh, retry: () => shown().filter(hasFailed).forEach(read) };
};

import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApp } from "../../app-context.tsx";
import { type ActivityItem, activityRequest } from "../../data/activity.ts";
import { LIVE } from "../../data/live.ts";
import { useUnread } from "../../data/use-unread.ts";
import type { FoundVault } from "../../links.ts";
import {
  type ActivityFilter,
  type ActivityHead,
  activityFilters,
  extendHead,
  type ReadLists,
  readPage,
} from "./activity.ts";
import { mandateIdOf, vaultIdOf } from "./use-vault.ts";

const PAGE_ROWS = 200; // of each kind

const useReadLists = (found: FoundVault, filter: ActivityFilter) => {
  const { graphql } = useApp();
  const asked = { vault: vaultIdOf(found), mandate: mandateIdOf(found), kinds: activityFilters[filter] };
  return (signal: AbortSignal): ReadLists =>
    (range) =>
      graphql.fetch(activityRequest({ ...asked, ...range }), signal);
};

export type ActivityFeed = {
  items: ActivityItem[] | undefined; // undefined while loading
  hasOlder: boolean;
  isReading: boolean; // older ones
  readOlder: () => void;
  error: Error | null;
  retry: () => void;
};

/** The newest rows follow the chain; older ones are read once, page by page, as somebody scrolls to them. */
export const useActivity = (found: FoundVault, filter: ActivityFilter): ActivityFeed => {
  const queries = useQueryClient();
  const listsWith = useReadLists(found, filter);
  const id = vaultIdOf(found);
  const queryKey = [LIVE, "activity", id, filter];
  const head = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      extendHead({ known: queries.getQueryData<ActivityHead>(queryKey), read: listsWith(signal), limit: PAGE_ROWS }),
  });
  const unread = useUnread(head);
  const next = head.data?.next;
  const older = useInfiniteQuery({
    queryKey: ["activity-older", id, filter, next],
    enabled: false, // only when asked for
    initialPageParam: next,
    queryFn: ({ signal, pageParam }) => readPage(listsWith(signal), { from: 0, to: pageParam ?? 0, limit: PAGE_ROWS }),
    getNextPageParam: (page) => page.next,
  });
  const items = useMemo(
    () => head.data && [...head.data.items, ...(older.data?.pages.flatMap((page) => page.items) ?? [])],
    [head.data, older.data],
  );
  const hasOlder = older.data === undefined ? next !== undefined : older.hasNextPage;
  return {
    items,
    hasOlder,
    isReading: older.isFetching,
    readOlder: () => {
      if (hasOlder && !older.isFetching && older.error === null) void older.fetchNextPage();
    },
    error: unread ?? older.error,
    retry: () => void (head.data === undefined ? head.refetch() : older.fetchNextPage()),
  };
};

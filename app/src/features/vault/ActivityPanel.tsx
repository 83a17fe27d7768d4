import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { lazy, memo, Suspense, useDeferredValue, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { Choice } from "../../components/Choice.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { type ActivityFilter, activityFilters, auctionOf } from "./activity.ts";
import { useActivity } from "./use-activity.ts";

const ActivityList = lazy(async () => ({ default: (await import("./ActivityList.tsx")).ActivityList }));

const FILTERS = Object.keys(activityFilters) as ActivityFilter[];

const hasAuctions = (filter: ActivityFilter): boolean => filter === "all" || filter === "trades";

type ActivityPanelProps = { found: FoundVault };
type FilteredProps = ActivityPanelProps & { filter: ActivityFilter; wanted: string | undefined };

const Filtered = ({ found, filter, wanted }: FilteredProps) => {
  const { m } = useText();
  const feed = useActivity(found, filter);
  const { error, retry } = feed;
  // Drawing the first rows need not keep the page from answering; a new one is drawn at once.
  const isReady = useDeferredValue(feed.items !== undefined);
  const items = isReady ? feed.items : undefined;
  const waiting = <Skeleton variant="rectangular" height={320} sx={{ mx: 2, mb: 2 }} />;
  return (
    <>
      {error !== null && (
        <Box sx={{ px: 2, pb: 2 }}>
          <ErrorNotice error={error} retry={retry} />
        </Box>
      )}
      {items === undefined ? (
        error === null && waiting
      ) : items.length === 0 ? (
        <Box sx={{ px: 2, pb: 2, color: "text.secondary" }}>{m.vault.activity.empty[filter]}</Box>
      ) : (
        <Suspense fallback={waiting}>
          <ActivityList feed={{ ...feed, items }} found={found} wanted={wanted} />
        </Suspense>
      )}
    </>
  );
};

/** Why did it trade? A fill leads to its auction, the auction to the signal it acted on. */
export const ActivityPanel = memo((props: ActivityPanelProps) => {
  const { m } = useText();
  const text = m.vault.activity;
  const [filter, setFilter] = useState<ActivityFilter>("all");
  const wanted = auctionOf(useLocation().hash);
  useEffect(() => {
    // A link to an auction is followed whatever was chosen before.
    if (wanted !== undefined) setFilter((before) => (before === "trades" ? before : "all"));
  }, [wanted]);
  const options = FILTERS.map((value) => ({ value, text: text.filters[value] }));
  return (
    <Panel
      title={text.title}
      aside={<Choice label={text.filter} options={options} chosen={filter} choose={setFilter} />}
      flush
    >
      <Filtered key={filter} {...props} filter={filter} wanted={hasAuctions(filter) ? wanted : undefined} />
    </Panel>
  );
});

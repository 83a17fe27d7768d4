import Box from "@mui/material/Box";
import { useEffect } from "react";
import type { ActivityItem } from "../../data/activity.ts";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { ActivityRow, rowStyles } from "./ActivityRow.tsx";
import { keyOf } from "./activity.ts";
import type { ActivityFeed } from "./use-activity.ts";
import { BOX_HEIGHT, useFresh, useKeptPlace, useRows, useWanted } from "./use-activity-rows.ts";

const AHEAD = 100; // rows from the end at which older ones are read
const PLACE = { position: "absolute", top: 0, left: 0, width: "100%" } as const;

type ActivityListProps = {
  feed: ActivityFeed & { items: ActivityItem[] };
  found: FoundVault;
  wanted: string | undefined; // an auction to show
};

/** As many rows in the page as fit the box, whatever the number of rows there are. */
export const ActivityList = ({ feed, found, wanted }: ActivityListProps) => {
  const { items, hasOlder, readOlder, isReading } = feed;
  const { m, f } = useText();
  const index = wanted === undefined ? -1 : items.findIndex(({ kind, id }) => kind === "auction" && id === wanted);
  const { box, rows } = useRows(items, index);
  const fresh = useFresh(items);
  useKeptPlace(items, rows);
  useWanted({ wanted, index, readOlder, rows });

  const drawn = rows.getVirtualItems();
  const isNearEnd = (rows.range?.endIndex ?? 0) >= items.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) readOlder();
  }, [isNearEnd, readOlder]);

  return (
    <>
      <Box
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={m.vault.activity.list}
        sx={{ overflowY: "auto", overflowX: "hidden", contain: "strict", ...rowStyles }}
        style={{ height: Math.min(BOX_HEIGHT, rows.getTotalSize()) }}
      >
        <Box
          component="ol"
          sx={{ listStyle: "none", m: 0, p: 0, position: "relative" }}
          style={{ height: rows.getTotalSize() }}
        >
          {drawn.map(({ index: place, key, start }) => {
            const item = items[place];
            if (item === undefined) return null;
            const isAuction = item.kind === "auction";
            return (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={place}
                id={isAuction ? `auction-${item.id}` : undefined}
                tabIndex={isAuction ? -1 : undefined}
                aria-posinset={place + 1}
                aria-setsize={hasOlder ? -1 : items.length}
                style={{ ...PLACE, transform: `translateY(${start}px)` }}
              >
                <ActivityRow
                  item={item}
                  found={found}
                  isOpen={isAuction && item.id === wanted}
                  isFresh={fresh.has(keyOf(item))}
                />
              </li>
            );
          })}
        </Box>
      </Box>
      <Box sx={{ px: 2, py: 1, borderTop: 1, borderColor: "divider", color: "text.secondary", typography: "body2" }}>
        {isReading || hasOlder ? m.vault.activity.reading : m.vault.activity.end(f.count(items.length))}
      </Box>
    </>
  );
};

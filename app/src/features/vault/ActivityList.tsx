import Box from "@mui/material/Box";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ActivityItem } from "../../data/activity.ts";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { ActivityRow, rowStyles } from "./ActivityRow.tsx";
import { keyOf } from "./activity.ts";
import type { ActivityFeed } from "./use-activity.ts";

const ROW_HEIGHT = 40; // of one line; each row is measured once it is there
const BOX_HEIGHT = 560;
const OVERSCAN = 8;
const AHEAD = 100; // rows from the end at which older ones are read
const FRESH_MS = 1_000;

/** Keys of the rows that came in while somebody looked, for a second. */
const useFresh = (items: readonly ActivityItem[]): ReadonlySet<string> => {
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const top = items[0]?.block;
  const seen = useRef(top);
  const rows = useRef(items);
  rows.current = items;
  useLayoutEffect(() => {
    const before = seen.current;
    seen.current = top;
    if (before === undefined || top === undefined || top <= before) return;
    setFresh(new Set(rows.current.filter(({ block }) => block > before).map(keyOf)));
    const timer = setTimeout(() => setFresh(new Set()), FRESH_MS);
    return () => clearTimeout(timer);
  }, [top]);
  return fresh;
};

const useRows = (items: readonly ActivityItem[]) => {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  return { box, rows };
};

type Rows = ReturnType<typeof useRows>["rows"];

/** Whoever reads further down keeps their place when new rows come in above. */
const useKeptPlace = (items: readonly ActivityItem[], rows: Rows): void => {
  const first = items[0] && keyOf(items[0]);
  const before = useRef(first);
  useLayoutEffect(() => {
    const known = before.current;
    before.current = first;
    const offset = rows.scrollOffset ?? 0;
    if (offset === 0 || known === undefined || known === first) return;
    const added = items.findIndex((item) => keyOf(item) === known);
    if (added > 0) rows.scrollToOffset(offset + (rows.measurementsCache[added]?.start ?? added * ROW_HEIGHT));
  }, [first, items, rows]);
};

const PLACE = { position: "absolute", top: 0, left: 0, width: "100%" } as const;

type ActivityListProps = {
  feed: ActivityFeed & { items: ActivityItem[] };
  found: FoundVault;
  wanted: string | undefined; // an auction to show
};

/** Brings the auction that the address names into view, reading older pages until it is there. */
const useWanted = ({ feed, wanted }: ActivityListProps, rows: Rows): void => {
  const { items, readOlder } = feed;
  const shown = useRef<string | undefined>(undefined);
  const unfocused = useRef<string | undefined>(undefined);
  const index = items.findIndex(({ kind, id }) => kind === "auction" && id === wanted);
  useEffect(() => {
    if (wanted === undefined) shown.current = undefined;
    if (wanted === undefined || shown.current === wanted) return;
    if (index < 0) return readOlder();
    shown.current = wanted;
    rows.scrollToIndex(index, { align: "center" });
    unfocused.current = wanted;
  }, [wanted, index, rows, readOlder]);

  // A row that was scrolled to is drawn some renders later.
  useEffect(() => {
    const row = unfocused.current && document.getElementById(`auction-${unfocused.current}`);
    if (!row) return;
    row.focus();
    unfocused.current = undefined;
  });
};

/** As many rows in the page as fit the box, whatever the number of rows there are. */
export const ActivityList = (props: ActivityListProps) => {
  const { feed, found, wanted } = props;
  const { items, hasOlder, readOlder, isReading } = feed;
  const { m, f } = useText();
  const { box, rows } = useRows(items);
  const fresh = useFresh(items);
  useKeptPlace(items, rows);
  useWanted(props, rows);

  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  const isNearEnd = last >= items.length - AHEAD;
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
          {drawn.map(({ index, key, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            const isAuction = item.kind === "auction";
            return (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                id={isAuction ? `auction-${item.id}` : undefined}
                tabIndex={isAuction ? -1 : undefined}
                aria-posinset={index + 1}
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

// How a long list of rows behaves in its box.
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ActivityItem } from "../../data/activity.ts";
import { keyOf } from "./activity.ts";
import type { ActivityFeed } from "./use-activity.ts";

export const BOX_HEIGHT = 560;
const ROW_HEIGHT = 40; // of one line; each row is measured once it is there
const OVERSCAN = 8;
const FRESH_MS = 1_000;

/** Keys of the rows that came in while somebody looked, for a second. */
export const useFresh = (items: readonly ActivityItem[]): ReadonlySet<string> => {
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

/** The rows in sight, and `pinned` (−1: none), which stays in the page wherever somebody scrolls. */
export const useRows = (items: readonly ActivityItem[], pinned: number) => {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: { width: 0, height: BOX_HEIGHT }, // so that the rows are there at first, not after a measurement
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    rangeExtractor: (range) => {
      const drawn = defaultRangeExtractor(range);
      return pinned < 0 || drawn.includes(pinned) ? drawn : [...drawn, pinned].sort((a, b) => a - b);
    },
  });
  return { box, rows };
};

type Rows = ReturnType<typeof useRows>["rows"];

/** Whoever reads further down keeps their place when new rows come in above. */
export const useKeptPlace = (items: readonly ActivityItem[], rows: Rows): void => {
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

type WantedParams = { wanted: string | undefined; index: number; readOlder: ActivityFeed["readOlder"]; rows: Rows };

/** Brings the auction that the address names into view, reading older pages until it is there. */
export const useWanted = ({ wanted, index, readOlder, rows }: WantedParams): void => {
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (wanted === undefined) shown.current = undefined;
    if (wanted === undefined || shown.current === wanted) return;
    if (index < 0) return readOlder();
    const row = document.getElementById(`auction-${wanted}`);
    if (row === null) return; // not drawn yet
    shown.current = wanted;
    row.focus();
    rows.scrollToIndex(index, { align: "center" });
  });
};

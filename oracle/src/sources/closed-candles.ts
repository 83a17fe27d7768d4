// Which of the rows an exchange has sent are closed candles that can be told on. Pure.
import type { Candle } from "@aibot/kit/candles";
import { SourceError, sourceCandle } from "./source.ts";

export type Row = [start: bigint, open: string, high: string, low: string, close: string]; // start in unix seconds

export type ClosedCandlesParams = {
  name: string; // of the source
  rows: Row[]; // in any order
  since: bigint; // end of the candle before; 0 = there is none
  now: bigint; // unix seconds, by the exchange's clock, read before the rows were asked for
  period: number;
};

/**
 * The closed candles from `since` on, oldest first, up to the first gap. What lies behind a gap counts once another
 * whole period has passed: what is only late comes in that time, and what never was is never invented.
 */
export const closedCandles = ({ name, rows, since, now, period }: ClosedCandlesParams): Candle[] => {
  const length = BigInt(period);
  const closed = withoutDoubles(
    name,
    rows.filter(([start]) => start >= since && start + length <= now),
  );
  const candles: Candle[] = [];
  let end = since;
  for (const row of closed) {
    const [start] = row;
    if (start < end) throw new SourceError("false", `${name} sent candles that overlap at ${start}`);
    const isGap = end > 0n && start >= end + length;
    if (isGap && now < start + 2n * length) break;
    candles.push(sourceCandle(name, row, period));
    end = start + length;
  }
  return candles;
};

/** In order of time. The same candle twice is one; two candles of one time are a reason to believe neither. */
const withoutDoubles = (name: string, rows: Row[]): Row[] => {
  const byStart = new Map<bigint, Row>();
  for (const row of rows) {
    const known = byStart.get(row[0]);
    if (known !== undefined && known.join() !== row.join()) {
      throw new SourceError("false", `${name} sent two candles of ${row[0]}`);
    }
    byStart.set(row[0], row);
  }
  return [...byStart.values()].sort(([a], [b]) => (a < b ? -1 : 1));
};

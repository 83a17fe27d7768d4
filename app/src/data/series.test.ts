import assert from "node:assert/strict";
import { test } from "node:test";
import { extendSeries, PAGE, type ReadPage, type Row } from "./series.ts";

type Point = Row & { value: string };

const points = (from: number, to: number, value = "a"): Point[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ round: from + i, value }));

const source = (rows: Point[]): { read: ReadPage<Point>; reads: number[] } => {
  const reads: number[] = [];
  const read: ReadPage<Point> = async ({ fromRound, limit }) => {
    reads.push(fromRound);
    return rows.filter((row) => row.round >= fromRound).slice(0, limit);
  };
  return { read, reads };
};

test("a long series is read in pages without a gap or a double", async () => {
  const all = points(7, 7 + 2 * PAGE + 5);

  assert.deepEqual(await extendSeries([], 5, source(all).read), all);
});

test("only the tail is read again, and late outcomes replace what was known", async () => {
  const { read, reads } = source([...points(1, 95, "a"), ...points(96, 103, "b")]);

  const extended = await extendSeries(points(1, 100), 5, read);

  assert.deepEqual(extended, [...points(1, 94), ...points(95, 95), ...points(96, 103, "b")]);
  assert.deepEqual(reads, [95]);
});

test("a chain that was rolled back behind the known tail is read from its start", async () => {
  assert.deepEqual(await extendSeries(points(1, 100), 5, source(points(1, 40, "c")).read), points(1, 40, "c"));
  assert.deepEqual(await extendSeries(points(1, 100), 5, source([]).read), []);
});

test("several rows of one round survive the page border", async () => {
  const rows = [
    ...points(1, PAGE - 1),
    { round: PAGE, value: "x" },
    { round: PAGE, value: "y" },
    { round: PAGE, value: "z" },
  ];

  assert.deepEqual(await extendSeries([], 5, source(rows).read), rows);
});

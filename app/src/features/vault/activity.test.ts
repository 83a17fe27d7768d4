import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActivityItem, ActivityLists } from "../../data/activity.ts";
import { auctionHash, auctionOf, extendHead, keyOf, pageOf, premiumOf, type ReadLists, readPage } from "./activity.ts";

const row = (kind: ActivityItem["kind"], block: number, id = `${block}`): ActivityItem =>
  ({ kind, block, id }) as ActivityItem;

const rowsOf = (items: readonly ActivityItem[]) => items.map(({ kind, id }) => `${kind} ${id}`);

/** Answers as the indexer does: newest first, within the blocks, cut at the limit. */
const reader = (lists: ActivityLists): { read: ReadLists; reads: string[] } => {
  const reads: string[] = [];
  const read: ReadLists = async ({ from, to, limit }) => {
    reads.push(`${from}-${to} ${limit}`);
    const cut = (list: ActivityItem[]) => list.filter(({ block }) => block >= from && block <= to).slice(0, limit);
    return Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, cut(list)]));
  };
  return { read, reads };
};

const count = (kind: ActivityItem["kind"], blocks: number[]): ActivityItem[] => blocks.map((block) => row(kind, block));

test("activity is one list, newest first, within a block by id", () => {
  const page = pageOf(
    {
      fill: [row("fill", 7, "b")],
      auction: [row("auction", 7, "a"), row("auction", 3, "z")],
      deposit: [row("deposit", 9, "d")],
      exitRequest: [row("exitRequest", 7, "c")],
    },
    5,
  );

  assert.deepEqual(rowsOf(page.items), ["deposit d", "exitRequest c", "fill b", "auction a", "auction z"]);
  assert.equal(page.next, undefined);
});

test("a list that was cut hides what is older than its end in the others", () => {
  const page = pageOf({ fill: count("fill", [9, 8, 7]), deposit: [row("deposit", 9, "1"), row("deposit", 4)] }, 3);

  assert.deepEqual(rowsOf(page.items), ["fill 9", "deposit 1", "fill 8"]);
  assert.equal(page.next, 7);
});

test("pages follow each other without a gap or a double", async () => {
  const fill = count("fill", [20, 19, 18, 17, 12, 11, 3, 2]);
  const deposit = count("deposit", [19, 10, 1]);
  const { read } = reader({ fill, deposit });
  const seen: ActivityItem[] = [];

  for (let to: number | undefined = 99; to !== undefined; ) {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(read, { from: 0, to, limit: 3 });
    seen.push(...page.items);
    to = page.next;
  }

  assert.equal(new Set(seen.map(keyOf)).size, 11);
  assert.deepEqual(
    seen.map(({ block }) => block),
    [20, 19, 19, 18, 17, 12, 11, 10, 3, 2, 1],
  );
});

test("a block with more rows than a page is read with a larger page", async () => {
  const fill = ["d", "c", "b", "a"].map((id) => row("fill", 5, id));
  const { read, reads } = reader({ fill });

  const page = await readPage(read, { from: 0, to: 9, limit: 2 });

  assert.deepEqual(rowsOf(page.items), ["fill d", "fill c", "fill b", "fill a"]);
  assert.deepEqual(reads, ["0-9 2", "0-9 4", "0-9 8"]);
});

test("the head is extended with what is new, and the last blocks are read again", async () => {
  const old = count("fill", [100, 90, 60, 50]);
  const known = { items: old, next: 40 };
  const { read, reads } = reader({ fill: [...count("fill", [112, 101, 100, 90]), ...count("fill", [60, 50, 40])] });

  const head = await extendHead({ known, read, limit: 3 });

  assert.deepEqual(
    head.items.map(({ block }) => block),
    [112, 101, 100, 90, 60, 50],
  );
  assert.equal(head.next, 40);
  assert.deepEqual(reads, ["80-2147483647 3", "80-100 3"]); // down to twenty blocks below what was known
});

test("a chain that no longer has what was known is read from its top", async () => {
  const known = { items: count("fill", [100, 90]), next: 80 };
  const { read } = reader({ fill: count("fill", [30, 20, 10]) });

  const head = await extendHead({ known, read, limit: 10 });

  assert.deepEqual(
    head.items.map(({ block }) => block),
    [30, 20, 10],
  );
  assert.equal(head.next, undefined);
});

test("the premium is what the vault got against the oracle price, whichever way it traded", () => {
  const price = 200n * 10n ** 8n;
  const two = 2n * 10n ** 18n;
  assert.equal(premiumOf({ tokenDelta: two, baseDelta: -399_520_000n, price }, 18, 6), 480_000n); // bought 400 for 399.52
  assert.equal(premiumOf({ tokenDelta: -two, baseDelta: 400_480_000n, price }, 18, 6), 480_000n); // sold 400 for 400.48
  assert.equal(premiumOf({ tokenDelta: -two, baseDelta: 399_000_000n, price }, 18, 6), -1_000_000n);
});

test("an address names an auction, and nothing else does", () => {
  assert.equal(auctionOf(auctionHash("31337-0000000012-ab3de-000004")), "31337-0000000012-ab3de-000004");
  assert.equal(auctionOf("#main"), undefined);
  assert.equal(auctionOf(""), undefined);
});

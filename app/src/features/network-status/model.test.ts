import assert from "node:assert/strict";
import { test } from "node:test";
import { freshness, indexerState } from "./model.ts";

test("an indexer a few moving blocks behind is live", () => {
  assert.equal(
    freshness({ chainHeight: 100, indexedHeight: 97 }, { chainHeight: 140, indexedHeight: 138 }).kind,
    "live",
  );
  assert.equal(freshness(undefined, { chainHeight: 140, indexedHeight: 138 }).kind, "live");
});

test("an indexer that stands still behind the chain is stale, however little", () => {
  assert.deepEqual(freshness({ chainHeight: 99, indexedHeight: 98 }, { chainHeight: 100, indexedHeight: 98 }), {
    kind: "stale",
    behind: 2,
  });
});

test("a quiet chain that is fully indexed is live", () => {
  assert.equal(
    freshness({ chainHeight: 100, indexedHeight: 100 }, { chainHeight: 100, indexedHeight: 100 }).kind,
    "live",
  );
  assert.equal(
    freshness({ chainHeight: 100, indexedHeight: 100 }, { chainHeight: 101, indexedHeight: 100 }).kind,
    "live",
  );
});

test("an indexer far behind is stale at the first look", () => {
  assert.deepEqual(freshness(undefined, { chainHeight: 500, indexedHeight: 400 }), { kind: "stale", behind: 100 });
});

test("a failure says whose it is", () => {
  const error = new Error("refused");
  const table: [boolean, boolean | undefined, Error | undefined, string][] = [
    [true, undefined, undefined, "connecting"],
    [true, true, undefined, "live"],
    [true, false, undefined, "away"],
    [true, true, error, "failing"],
    [true, false, error, "away"],
    [false, undefined, undefined, "offline"],
    [false, false, error, "offline"],
    [false, true, error, "offline"], // announcements still come over an old line, answers do not
    [false, true, undefined, "live"], // a local indexer is reached without a network
  ];
  for (const [isOnline, isConnected, failure, kind] of table)
    assert.equal(
      indexerState({ isOnline, isConnected, failure }).kind,
      kind,
      `${isOnline} ${isConnected} ${failure?.message}`,
    );
});

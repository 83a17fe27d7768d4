import assert from "node:assert/strict";
import { test } from "node:test";
import type { Query } from "@tanstack/react-query";
import { isStored, selectKept } from "./stored-queries.ts";

const query = (queryKey: unknown[], isStored?: boolean, status = "success") =>
  ({ queryKey, meta: isStored === undefined ? undefined : { isStored }, state: { status } }) as unknown as Query;

test("live data is kept, a visitor's own never, the rest only where it says so", () => {
  assert.equal(isStored(query(["live", "vault", "1"])), true);
  assert.equal(isStored(query(["live", "vault", "1"], undefined, "error")), false);
  assert.equal(isStored(query(["live", "vault", "1"], false)), false);
  assert.equal(isStored(query(["live", "own", "1", "0xabc"])), false);
  assert.equal(isStored(query(["live", "own", "1", "0xabc"], true)), false);
  assert.equal(isStored(query(["balance", { address: "0xabc" }])), false); // wagmi's
  assert.equal(isStored(query(["limits", 1], true)), true);
});

test("of what was kept, only the newest eighty of this build come back", () => {
  const row = (name: string, build: string, at: number) => [name, { build, queryKey: [name], data: 1n, at }] as const;
  const many = Array.from({ length: 90 }, (_, at) => row(`q${at}`, "b", at));
  const { kept, dropped } = selectKept([...many, row("older", "a", 1_000)], "b");

  assert.equal(kept.length, 80);
  assert.equal(kept[0]?.[0], "q89");
  assert.deepEqual(dropped.toSorted(), ["older", ...Array.from({ length: 10 }, (_, at) => `q${at}`)].toSorted());
});

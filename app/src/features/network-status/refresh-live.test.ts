import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { LIVE } from "../../data/live.ts";
import { createLiveQueries } from "./refresh-live.ts";

/** A source whose answers take as long as the test wants. */
const createSource = () => {
  let head = 0;
  let reads = 0;
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  return {
    mine: () => {
      head += 1;
    },
    reads: () => reads,
    /** Answers from what is known when the question arrives. */
    read: () => {
      reads += 1;
      const seen = head;
      return new Promise<number>((resolve, reject) => waiting.push({ resolve: () => resolve(seen), reject }));
    },
    refuse: async () => {
      for (const { reject } of waiting.splice(0)) reject(new Error("refused"));
      await setTimeout(0);
    },
    answer: async () => {
      for (const { resolve } of waiting.splice(0)) resolve();
      await setTimeout(0);
    },
  };
};

const watch = (queryKey: string[], source: ReturnType<typeof createSource>) => {
  const queries = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  const stop = new QueryObserver(queries, { queryKey, queryFn: source.read }).subscribe(() => undefined);
  const end = () => {
    stop();
    queries.clear();
  };
  return { queries, ...createLiveQueries(queries), shown: () => queries.getQueryData(queryKey), end };
};

test("a block that comes while a query is being read is read after it", async () => {
  const source = createSource();
  const { refresh, shown, end } = watch([LIVE, "vault"], source);
  source.mine();
  refresh(); // the first read has begun before the block

  await source.answer();
  assert.equal(shown(), 0);
  await source.answer();
  assert.equal(shown(), 1);
  assert.equal(source.reads(), 2);
  end();
});

test("any number of blocks during one read make one more read, and none is cancelled", async () => {
  const source = createSource();
  const { refresh, shown, end } = watch([LIVE, "vault"], source);
  await source.answer();
  for (let block = 0; block < 50; block += 1) {
    source.mine();
    refresh();
  }
  await source.answer(); // what the first of the fifty asked
  assert.equal(shown(), 1);
  await source.answer();
  assert.equal(shown(), 50);
  assert.equal(source.reads(), 3);
  end();
});

test("only live queries are read again", async () => {
  const source = createSource();
  const { refresh, end } = watch(["config"], source);
  await source.answer();
  refresh();
  await source.answer();
  assert.equal(source.reads(), 1);
  end();
});

test("what is not on screen is read when it is shown", async () => {
  const source = createSource();
  const { queries, refresh, end } = watch([LIVE, "vault"], source);
  await source.answer();
  end();
  queries.setQueryData([LIVE, "vault"], 0);
  refresh();
  assert.equal(source.reads(), 1);
  assert.equal(queries.getQueryState([LIVE, "vault"])?.isInvalidated, true);
});

test("what cannot be read keeps its error through any number of blocks, until it is retried", async () => {
  const source = createSource();
  const { queries, refresh, retry, shown, end } = watch([LIVE, "vault"], source);
  refresh();
  await source.refuse();
  for (let block = 0; block < 50; block += 1) refresh();
  await setTimeout(0);
  assert.equal(source.reads(), 1);
  assert.equal(queries.getQueryState([LIVE, "vault"])?.status, "error");

  source.mine();
  retry();
  await source.answer();
  assert.equal(shown(), 1);
  end();
});

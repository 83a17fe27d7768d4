// Live queries: a subscription is a query that is asked again whenever a commit is announced.
import { Client } from "pg";
import { headsChannel } from "./tables.ts";

export type Announcements = {
  /** How many commits have been announced so far. */
  count(): number;
  /** Resolves once more than `seen` commits are announced, or when `signal` is aborted. */
  after(seen: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** Listens on a connection of its own. `onLost` is called when that connection ends unasked. */
export const listenForCommits = async (dbUrl: string, onLost: (error: Error) => void): Promise<Announcements> => {
  const client = new Client({ connectionString: dbUrl });
  const waiting = new Set<() => void>();
  let count = 0;
  let isClosing = false;

  const lost = (error: Error) => {
    if (!isClosing) onLost(error);
  };
  client.on("error", lost);
  client.on("end", () => lost(new Error("The database has closed the connection.")));
  client.on("notification", () => {
    count++;
    for (const resolve of [...waiting]) resolve();
  });
  await client.connect();
  await client.query(`LISTEN ${headsChannel}`);

  return {
    count: () => count,
    after: (seen, signal) =>
      new Promise((resolve) => {
        if (count > seen || signal.aborted) return resolve();
        const done = () => {
          waiting.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener("abort", done);
      }),
    async close() {
      isClosing = true;
      await client.end();
    },
  };
};

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);

/** The present answer of `ask`, then each answer that differs from the one before. Slow readers skip answers. */
export const liveQuery = <T>(announcements: Announcements, ask: () => Promise<T>): AsyncIterableIterator<T> => {
  const controller = new AbortController();
  let last: string | undefined;

  const next = async (): Promise<IteratorResult<T>> => {
    while (!controller.signal.aborted) {
      const seen = announcements.count();
      const value = await ask();
      const text = JSON.stringify(value, bigintAsText);
      if (text !== last) {
        last = text;
        return { done: false, value };
      }
      await announcements.after(seen, controller.signal);
    }
    return { done: true, value: undefined };
  };

  return {
    next,
    async return() {
      controller.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

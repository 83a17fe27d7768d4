// Live queries: a subscription is a query that is asked again whenever a commit is announced.
import { setTimeout as sleep } from "node:timers/promises";
import type { Announcements } from "./announcements.ts";

type Rows = unknown[][];
export type LiveQuery<T> = { sql: string; params: unknown[]; map(rows: Rows): T };

/** What everybody sees who has subscribed to the same SQL: asked once a commit, however many they are. */
type Shared = {
  rows: Rows;
  version: number;
  failure: unknown;
  readers: number;
  changed: Set<() => void>;
  stop: AbortController;
};

export type LiveParams = {
  announcements: Announcements;
  ask: (query: { sql: string; params: unknown[] }) => Promise<Rows>;
  isLost: (error: unknown) => boolean; // the database is away and may come back
};

export type Live = {
  readers(): number;
  /** The present answer, then each answer that differs from the one before. Slow readers skip answers. */
  query<T>(query: LiveQuery<T>): AsyncIterableIterator<T>;
};

export const createLive = ({ announcements, ask, isLost }: LiveParams): Live => {
  const all = new Map<string, Shared>();

  const tell = (shared: Shared): void => {
    for (const resolve of [...shared.changed]) resolve();
  };

  const keepAsking = async (shared: Shared, query: { sql: string; params: unknown[] }): Promise<void> => {
    const { signal } = shared.stop;
    let last: string | undefined;
    while (!signal.aborted) {
      const seen = announcements.count();
      try {
        const rows = await ask(query);
        const text = JSON.stringify(rows);
        if (text !== last) {
          last = text;
          Object.assign(shared, { rows, version: shared.version + 1 });
          tell(shared);
        }
      } catch (error) {
        if (!isLost(error)) {
          shared.failure = error;
          return tell(shared);
        }
        if (announcements.isConnected()) await sleep(200); // this connection went first
        if (announcements.count() > seen) continue;
      }
      await announcements.after(seen, signal);
    }
  };

  const join = (query: { sql: string; params: unknown[] }): { key: string; shared: Shared } => {
    const key = JSON.stringify([query.sql, query.params], (_, value) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
    let shared = all.get(key);
    if (shared === undefined || shared.failure !== undefined) {
      shared = {
        rows: [],
        version: 0,
        failure: undefined,
        readers: 0,
        changed: new Set(),
        stop: new AbortController(),
      };
      all.set(key, shared);
      void keepAsking(shared, query);
    }
    shared.readers++;
    return { key, shared };
  };

  const query = <T>(asked: LiveQuery<T>): AsyncIterableIterator<T> => {
    const { key, shared } = join(asked);
    const left = new AbortController();
    let seen = 0;

    const change = () =>
      new Promise<void>((resolve) => {
        const done = () => {
          shared.changed.delete(done);
          left.signal.removeEventListener("abort", done);
          resolve();
        };
        shared.changed.add(done);
        left.signal.addEventListener("abort", done);
      });
    const leave = () => {
      if (left.signal.aborted) return;
      left.abort();
      shared.readers--;
      if (shared.readers > 0) return;
      shared.stop.abort();
      if (all.get(key) === shared) all.delete(key);
    };

    return {
      async next() {
        while (!left.signal.aborted) {
          if (shared.version > seen) {
            seen = shared.version;
            return { done: false, value: asked.map(shared.rows) };
          }
          if (shared.failure !== undefined) {
            leave();
            throw shared.failure;
          }
          await change();
        }
        return { done: true, value: undefined };
      },
      async return() {
        leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  return { query, readers: () => [...all.values()].reduce((total, { readers }) => total + readers, 0) };
};

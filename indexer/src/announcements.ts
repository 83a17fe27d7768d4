// The commits of the processors, as PostgreSQL announces them.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { headsChannel } from "./tables.ts";

export type Announcements = {
  /** How many commits have been announced so far. */
  count(): number;
  /** Resolves once more than `seen` commits are announced, or when `signal` is aborted. */
  after(seen: number, signal: AbortSignal): Promise<void>;
  isConnected(): boolean;
  close(): Promise<void>;
};

const longestPauseMs = 2_000;

/** Listens on a connection of its own, and connects again when it is lost; that counts as a commit nobody heard of. */
export const listenForCommits = async (dbUrl: string): Promise<Announcements> => {
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  let count = 0;
  let client: Client | undefined;

  const announce = () => {
    count++;
    for (const resolve of [...waiting]) resolve();
  };
  const connect = async (): Promise<void> => {
    const next = new Client({ connectionString: dbUrl, connectionTimeoutMillis: longestPauseMs });
    next.on("error", () => {}); // "end" follows
    next.on("notification", announce);
    await next.connect();
    await next.query(`LISTEN ${headsChannel}`);
    next.on("end", () => {
      client = undefined;
      if (!closing.signal.aborted) void reconnect();
    });
    client = next;
    announce();
  };
  const reconnect = async (): Promise<void> => {
    for (let pauseMs = 50; !closing.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const isBack = await connect().then(
        () => true,
        () => false,
      );
      if (isBack) return;
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  await connect();

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
    isConnected: () => client !== undefined,
    async close() {
      closing.abort();
      await client?.end();
    },
  };
};

// How far GraphQL has come, by its own subscription.
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@aibot/kit/node/log";
import { createClient } from "graphql-ws";

const reconnectMs = 100;

export type Indexed = { height: (chain: number) => bigint; close: () => Promise<void> };

type FollowIndexedParams = { graphql: string; onChange: () => void; log: Logger };

export const followIndexed = ({ graphql, onChange, log }: FollowIndexedParams): Indexed => {
  const heights = new Map<number, bigint>();
  const client = createClient({
    url: graphql.replace(/^http/, "ws"),
    shouldRetry: () => true, // the server starts beside this process
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: () => sleep(reconnectMs),
  });
  client.subscribe<{ heads: { chain: number; height: number }[] }>(
    { query: "subscription { heads { chain height } }" },
    {
      next: ({ data }) => {
        for (const { chain, height } of data?.heads ?? []) heights.set(chain, BigInt(height));
        onChange();
      },
      error: (error) => log.error({ error: String(error) }, "head subscription failed"),
      complete: () => log.info("head subscription ended"),
    },
  );
  return {
    height: (chain) => heights.get(chain) ?? 0n,
    close: async () => {
      await client.dispose();
    },
  };
};

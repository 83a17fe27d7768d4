// How often a client may ask: a bucket of tokens each, one an operation, filled at a steady rate.
import type { IncomingMessage } from "node:http";

export type RateParams = { perSecond: number; burst: number; now: () => number /* milliseconds */ };

export type Taken = {
  isAllowed: boolean;
  limit: number; // tokens a full bucket has
  remaining: number; // whole tokens left
  resetSeconds: number; // until one is there again, or until the bucket is full
};

export type Rate = { take(client: string): Taken };

type Bucket = { tokens: number; at: number };

const mostClients = 10_000; // the longest silent ones are forgotten: their buckets are the fullest

export const createRate = ({ perSecond, burst, now }: RateParams): Rate => {
  const buckets = new Map<string, Bucket>(); // in the order of their last use
  return {
    take(client) {
      const at = now();
      const known = buckets.get(client) ?? { tokens: burst, at };
      const tokens = Math.min(burst, known.tokens + ((at - known.at) / 1_000) * perSecond);
      const isAllowed = tokens >= 1;
      const left = isAllowed ? tokens - 1 : tokens;
      buckets.delete(client);
      buckets.set(client, { tokens: left, at });
      const [oldest] = buckets.keys();
      if (buckets.size > mostClients && oldest !== undefined) buckets.delete(oldest);
      const missing = isAllowed ? burst - left : 1 - left;
      return { isAllowed, limit: burst, remaining: Math.floor(left), resetSeconds: Math.ceil(missing / perSecond) };
    },
  };
};

/** Who asks. Behind a proxy it is the last address that the proxy has seen, the only one nobody else can choose. */
export const clientOf = ({ socket, headers }: IncomingMessage, trustProxy: boolean): string => {
  const forwarded = trustProxy ? `${headers["x-forwarded-for"] ?? ""}`.split(",").at(-1)?.trim() : "";
  return forwarded || socket.remoteAddress || "unknown";
};

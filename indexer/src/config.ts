// The settings of the processor and of the GraphQL server; nothing else reads the environment.
import { flag, port, serviceSettings } from "@aibot/kit/node/env";
import { z } from "zod";

const { CHAINS, LOG_LEVEL, HTTP_PORT, EXIT_WITH_PARENT } = serviceSettings;

const dbUrl = z
  .string("expected the URL of a PostgreSQL database")
  .regex(/^postgres(ql)?:\/\//, "expected a URL that begins with postgres://")
  .describe("PostgreSQL database: postgres://user@host:port/name");

const count = (least: number, most: number, standard: number) =>
  z.coerce.number().int().min(least).max(most).default(standard);

export const processorSettings = z.object({
  CHAINS: CHAINS.refine((chains) => chains.length === 1, "expected one chain: each has a processor of its own"),
  DB_URL: dbUrl,
  FINALITY: count(1, 150, 64).describe("blocks below this chain's head that a reorganisation may replace, 1 to 150"),
  POLL_MS: z.coerce
    .number()
    .int()
    .min(5)
    .default(200)
    .describe("looks for reorganisations this often; new blocks are announced over ws"),
  PATIENCE_MS: count(0, 600_000, 3_000).describe(
    "an earlier head is that of a node that lags for this long, then that of a chain that was rolled back",
  ),
  CHECK_HEADERS: flag.describe(
    "1 = a backfill compares the logs with every header: slower, for a node you do not trust",
  ),
  LOG_LEVEL,
  HTTP_PORT,
  EXIT_WITH_PARENT,
});

export const serverSettings = z.object({
  DB_URL: dbUrl,
  PORT: port.describe("loopback port of GraphQL (/graphql) and its /health"),
  PLAYGROUND: flag.describe("1 = GraphiQL at /graphql; loads its code from the internet"),
  INTROSPECTION: z
    .enum(["0", "1"], "expected 0 or 1")
    .default("1")
    .transform((value) => value === "1")
    .describe("0 = the schema is not told; `node indexer/src/print-schema.ts` prints it"),
  MAX_DEPTH: count(1, 20, 8).describe("levels of fields in an operation"),
  MAX_COST: count(100, 10_000_000, 100_000).describe(
    "values an answer may have: rows × fields, judged before it is read",
  ),
  RATE_PER_SECOND: count(1, 1_000_000, 200).describe("operations a second and client, in the long run"),
  RATE_BURST: count(1, 1_000_000, 1_000).describe("operations a client may send at once"),
  MAX_SUBSCRIPTIONS: count(1, 1_000_000, 2_000).describe("subscriptions of all clients together"),
  TRUST_PROXY: flag.describe("1 = a proxy on this machine appends the client's address to X-Forwarded-For"),
  LOG_LEVEL,
  HTTP_PORT,
  EXIT_WITH_PARENT,
});

export type ServerConfig = z.output<typeof serverSettings>;

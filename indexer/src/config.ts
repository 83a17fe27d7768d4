// The settings of the processor and of the GraphQL server; nothing else reads the environment.
import { flag, parseEnv, port, serviceSettings } from "@aibot/kit/node/env";
import { z } from "zod";

const { CHAINS, LOG_LEVEL, HTTP_PORT, EXIT_WITH_PARENT } = serviceSettings;

const dbUrl = z
  .string("expected the URL of a PostgreSQL database")
  .regex(/^postgres(ql)?:\/\//, "expected a URL that begins with postgres://")
  .describe("PostgreSQL database: postgres://user@host:port/name");

const processorSchema = z.object({
  CHAINS: CHAINS.refine((chains) => chains.length === 1, "expected one chain: each has a processor of its own"),
  DB_URL: dbUrl,
  FINALITY: z.coerce
    .number()
    .int()
    .min(1)
    .max(150)
    .default(64)
    .describe("blocks below the head that a reorganisation may replace, 1 to 150"),
  POLL_MS: z.coerce
    .number()
    .int()
    .min(5)
    .default(200)
    .describe("looks for reorganisations this often; new blocks are announced over ws"),
  LOG_LEVEL,
  HTTP_PORT,
  EXIT_WITH_PARENT,
});

const serverSchema = z.object({
  DB_URL: dbUrl,
  PORT: port.describe("loopback port of GraphQL (/graphql) and /health"),
  PLAYGROUND: flag.describe("1 = GraphiQL at /graphql; loads its code from the internet"),
  LOG_LEVEL,
  EXIT_WITH_PARENT,
});

export const parseProcessorConfig = (env: NodeJS.ProcessEnv) =>
  parseEnv(processorSchema, env, "Writes the protocol's events on one chain to PostgreSQL.");

export const parseServerConfig = (env: NodeJS.ProcessEnv) =>
  parseEnv(serverSchema, env, "Serves the indexed events as GraphQL.");

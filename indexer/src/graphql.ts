// The GraphQL API over the tables: openreader makes the schema and the SQL, yoga answers over HTTP, SSE and WebSocket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@aibot/kit/errors";
import type { Metrics } from "@aibot/kit/node/metrics";
import type { GraphQLError } from "graphql";
import { createYoga } from "graphql-yoga";
import type { Pool } from "pg";
import { listenForCommits } from "./announcements.ts";
import type { ServerConfig } from "./config.ts";
import { type Context, createContext } from "./context.ts";
import { isDatabaseAway, openPool } from "./database.ts";
import { fixedLimits } from "./limits.ts";
import { createLive } from "./live.ts";
import { createOperations, tooLarge } from "./operations.ts";
import { clientOf, createRate, type Taken } from "./rate.ts";
import { createRefuse, statusOf } from "./refusals.ts";
import { buildSchema } from "./schema.ts";
import { serveSockets } from "./sockets.ts";

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

const PREFLIGHT_SECONDS = 7_200; // the longest that browsers remember the answer to a preflight request

/** Pages of this machine may read; a request without an origin is not from a page. */
const isAllowedOrigin = (origin: string | null | undefined): boolean =>
  origin == null || (URL.canParse(origin) && loopbackHosts.has(new URL(origin).hostname));

/** A GraphQL answer that holds nothing but an error. */
const answerError = (response: ServerResponse, error: GraphQLError): void => {
  response.writeHead(statusOf(error.extensions.code as never), { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [error] }));
};

const tellRate = (response: ServerResponse, { limit, remaining, resetSeconds }: Taken): void => {
  response.setHeader("x-ratelimit-limit", limit);
  response.setHeader("x-ratelimit-remaining", remaining);
  response.setHeader("x-ratelimit-reset", resetSeconds);
};

const listen = async (server: Server, port: number): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const fault = code === "EADDRINUSE" ? "is in use; choose another one" : `fails: ${message}`;
      reject(new InputError(`PORT ${port} ${fault}.`));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
};

const answerHealth = async (pool: Pool, response: ServerResponse): Promise<void> => {
  const body = await pool
    .query("SELECT chain, height FROM head ORDER BY chain")
    .then(({ rows }) => ({ ok: true, heads: rows }))
    .catch(() => ({ ok: false, heads: [] }));
  response.writeHead(body.ok ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
};

export type GraphqlParams = {
  config: Pick<
    ServerConfig,
    | "DB_URL"
    | "PORT"
    | "PLAYGROUND"
    | "INTROSPECTION"
    | "MAX_DEPTH"
    | "MAX_COST"
    | "RATE_PER_SECOND"
    | "RATE_BURST"
    | "MAX_SUBSCRIPTIONS"
    | "TRUST_PROXY"
  >;
  metrics: Metrics;
  onFault: (error: unknown) => void; // one of ours, which the caller is not told
};

export type GraphqlServer = { port: number; isDatabaseUp(): boolean; close(): Promise<void> };

/** Serves /graphql and /health on 127.0.0.1. Needs the tables to be there. */
export const serveGraphql = async ({ config, metrics, onFault }: GraphqlParams): Promise<GraphqlServer> => {
  const timeouts = { statement_timeout: fixedLimits.statementMs, connectionTimeoutMillis: 3_000 };
  const pool = openPool({ connectionString: config.DB_URL, max: 8, ...timeouts });
  const announcements = await listenForCommits(config.DB_URL);
  const live = createLive({
    announcements,
    ask: async ({ sql, params }) => (await pool.query({ text: sql, values: params, rowMode: "array" })).rows,
    isLost: isDatabaseAway,
  });
  const schema = buildSchema();
  const refuse = createRefuse(metrics);
  const rate = createRate({
    perSecond: config.RATE_PER_SECOND,
    burst: config.RATE_BURST,
    now: () => performance.now(),
  });
  const context = () =>
    createContext({ pool, live, refuse, maxCost: config.MAX_COST, maxSubscriptions: config.MAX_SUBSCRIPTIONS });
  const operations = createOperations({
    ...{ schema, refuse, onFault },
    ...{ maxDepth: config.MAX_DEPTH, introspection: config.INTROSPECTION },
  });

  const yoga = createYoga<object, Context>({
    schema,
    context,
    graphiql: config.PLAYGROUND,
    landingPage: false,
    logging: false,
    maxRequestBodySize: fixedLimits.bodyBytes,
    maskedErrors: { maskError: (error) => operations.mask(error) },
    cors: (request) => {
      const origin = request.headers.get("origin");
      return origin !== null && isAllowedOrigin(origin)
        ? { origin, methods: ["GET", "POST"], maxAge: PREFLIGHT_SECONDS }
        : false;
    },
    plugins: [operations.plugin],
  });

  const client = (request: IncomingMessage) => clientOf(request, config.TRUST_PROXY);
  /** What a request is refused for before it is looked into. */
  const refusalOf = (request: IncomingMessage, response: ServerResponse): GraphQLError | undefined => {
    const taken = rate.take(client(request));
    tellRate(response, taken);
    if (!taken.isAllowed) {
      response.setHeader("retry-after", taken.resetSeconds);
      const { limit, resetSeconds } = taken;
      return refuse("RATE_LIMITED", `At most ${limit} operations at once are allowed; ask again in ${resetSeconds} s.`);
    }
    const bytes = Number(request.headers["content-length"] ?? 0);
    return bytes > fixedLimits.bodyBytes ? tooLarge(refuse, bytes) : undefined;
  };
  const answerGraphql = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = refusalOf(request, response);
    if (refused === undefined) void yoga(request, response);
    else answerError(response, refused);
  };
  const server = createServer((request, response) =>
    request.url === "/health" ? void answerHealth(pool, response) : answerGraphql(request, response),
  );

  const sockets = serveSockets({
    ...{ server, schema, context, rate, refuse },
    ...{ prepare: operations.prepare, mask: operations.mask },
    ...{ clientOf: client, isAllowedOrigin },
  });
  const [subscribers, open] = [
    metrics.gauge("graphql_subscribers", "Subscriptions that are open."),
    metrics.gauge("graphql_sockets", "WebSockets that are open."),
  ];
  metrics.onScrape(() => {
    subscribers.set(live.readers());
    open.set(sockets.clients.size);
  });
  const bound = await listen(server, config.PORT);

  return {
    port: bound,
    isDatabaseUp: announcements.isConnected,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      await announcements.close();
      await pool.end();
    },
  };
};

// The GraphQL API over the tables: openreader makes the schema and the SQL, yoga answers over HTTP, SSE and WebSocket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@aibot/kit/errors";
import type { Metrics } from "@aibot/kit/node/metrics";
import { GraphQLError, parse, validate } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import { Pool } from "pg";
import { listenForCommits } from "./announcements.ts";
import type { ServerConfig } from "./config.ts";
import { type Context, createContext } from "./context.ts";
import { isDatabaseAway } from "./database.ts";
import { checkArguments, fixedLimits, limitOperations } from "./limits.ts";
import { createLive } from "./live.ts";
import { clientOf, createRate, type Taken } from "./rate.ts";
import { createRefuse, type Refuse, statusOf } from "./refusals.ts";
import { buildSchema } from "./schema.ts";
import { type Prepare, serveSockets } from "./sockets.ts";

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Pages of this machine may read; a request without an origin is not from a page. */
const isAllowedOrigin = (origin: string | null | undefined): boolean =>
  origin == null || (URL.canParse(origin) && loopbackHosts.has(new URL(origin).hostname));

const parseLimited = (source: string, refuse: Refuse) => {
  try {
    return parse(source, { maxTokens: fixedLimits.tokens });
  } catch (error) {
    const isLong = error instanceof GraphQLError && error.message.endsWith("Parsing aborted.");
    throw isLong ? refuse("TOO_LONG", `The query has more than ${fixedLimits.tokens} words and signs.`) : error;
  }
};

/** Shows what the caller can correct; anything else is ours and stays in the log. Says our own words for yoga's. */
const createMask =
  (refuse: Refuse, onFault: (error: unknown) => void) =>
  (error: unknown): GraphQLError => {
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    if (cause instanceof GraphQLError && cause.extensions.code === "REQUEST_ENTITY_TOO_LARGE") return tooLarge(refuse);
    if (cause instanceof GraphQLError && cause.message.startsWith("Batching"))
      return refuse("BATCHED", "A request holds one operation, not a list of them; send them one by one.");
    if (cause instanceof GraphQLError) return cause;
    if ((cause as Error)?.name === "UserInputError") return new GraphQLError((cause as Error).message);
    onFault(error);
    return new GraphQLError("Something went wrong on the server.");
  };

const tooLarge = (refuse: Refuse, bytes?: number): GraphQLError => {
  const size = bytes === undefined ? "too large" : `${bytes} bytes long`;
  return refuse("BODY_TOO_LARGE", `The request is ${size}; at most ${fixedLimits.bodyBytes} bytes are allowed.`);
};

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

/** The database as the server reads it: connections that may break at any time without taking the process along. */
const openPool = (dbUrl: string): Pool => {
  const timeouts = { statement_timeout: fixedLimits.statementMs, connectionTimeoutMillis: 3_000 };
  const pool = new Pool({ connectionString: dbUrl, max: 8, ...timeouts });
  pool.on("error", () => {}); // the next query hears of it
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
};

/** Serves /graphql and /health on 127.0.0.1. Needs the tables to be there. */
export const serveGraphql = async ({ config, metrics, onFault }: GraphqlParams): Promise<GraphqlServer> => {
  const pool = openPool(config.DB_URL);
  const announcements = await listenForCommits(config.DB_URL);
  const live = createLive({
    announcements,
    ask: async ({ sql, params }) => (await pool.query({ text: sql, values: params, rowMode: "array" })).rows,
    isLost: isDatabaseAway,
  });
  const schema = buildSchema();
  const refuse = createRefuse(metrics);
  const mask = createMask(refuse, onFault);
  const rate = createRate({
    perSecond: config.RATE_PER_SECOND,
    burst: config.RATE_BURST,
    now: () => performance.now(),
  });
  const context = () =>
    createContext({ pool, live, refuse, maxCost: config.MAX_COST, maxSubscriptions: config.MAX_SUBSCRIPTIONS });
  const rule = limitOperations({ maxDepth: config.MAX_DEPTH, introspection: config.INTROSPECTION, refuse });

  const plugin: Plugin<Context> = {
    onParse: ({ setParseFn }) => setParseFn((source: string) => parseLimited(source, refuse)),
    onValidate: ({ addValidationRule }) => addValidationRule(rule),
    onExecute: ({ args, setResultAndStopExecution }) => {
      const { document, variableValues } = args;
      const fault = checkArguments({ document, variables: variableValues ?? {}, refuse });
      if (fault !== undefined) setResultAndStopExecution({ errors: [fault] });
      return { onExecuteDone: () => (args.contextValue as Context).close() };
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const fault = checkArguments({ document: args.document, variables: args.variableValues ?? {}, refuse });
      if (fault !== undefined) setResultAndStopExecution({ errors: [fault] });
    },
  };
  const yoga = createYoga<object, Context>({
    schema,
    context,
    graphiql: config.PLAYGROUND,
    landingPage: false,
    logging: false,
    maxRequestBodySize: fixedLimits.bodyBytes,
    maskedErrors: { maskError: (error) => mask(error) },
    cors: (request) => {
      const origin = request.headers.get("origin");
      return origin !== null && isAllowedOrigin(origin) ? { origin, methods: ["GET", "POST"] } : false;
    },
    plugins: [plugin],
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

  const prepare: Prepare = (query, variables) => {
    try {
      const document = parseLimited(query, refuse);
      const errors = [...validate(schema, document), ...validate(schema, document, [rule])];
      const fault = errors.length === 0 ? checkArguments({ document, variables, refuse }) : undefined;
      return fault === undefined ? (errors.length === 0 ? document : errors) : [fault];
    } catch (error) {
      return [mask(error)];
    }
  };
  const sockets = serveSockets({
    ...{ server, schema, context, prepare, mask, rate, refuse },
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

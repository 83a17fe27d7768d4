// The GraphQL API over the tables: openreader makes the schema and the SQL, yoga answers over HTTP, SSE and WebSocket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@aibot/kit/errors";
import type { OpenreaderContext } from "@subsquid/openreader/lib/context.js";
import { PoolOpenreaderContext } from "@subsquid/openreader/lib/db.js";
import { getSchemaBuilder } from "@subsquid/openreader/lib/dialect/index.js";
import type { Query } from "@subsquid/openreader/lib/sql/query.js";
import { loadModel } from "@subsquid/openreader/lib/tools.js";
import { ResponseSizeLimit } from "@subsquid/openreader/lib/util/limit.js";
import { type ExecutionArgs, execute, GraphQLError, type GraphQLSchema, parse, subscribe, validate } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { createYoga, type Plugin } from "graphql-yoga";
import { Pool } from "pg";
import { WebSocketServer } from "ws";
import { limitOperations, limits } from "./limits.ts";
import { type Announcements, listenForCommits, liveQuery } from "./live.ts";
import { schemaFile } from "./model.ts";

type Context = { openreader: OpenreaderContext; close(): Promise<void> };

/** What one request reads through: its queries share a snapshot, its subscriptions follow the commits. */
const createContext = (pool: Pool, announcements: Announcements): Context => {
  const reader = new PoolOpenreaderContext("postgres", pool);
  let last: Promise<unknown> = Promise.resolve();
  const ask = async <T>(query: Query<T>): Promise<T> => {
    const { rows } = await pool.query({ text: query.sql, values: query.params, rowMode: "array" });
    return query.map(rows);
  };
  return {
    openreader: {
      id: reader.id,
      dbType: "postgres",
      // One after the other: a request has one connection, and its driver takes one query at a time.
      executeQuery: (query) => {
        const answer = last.then(() => reader.executeQuery(query));
        last = answer.catch(() => {}); // its own caller hears of it
        return answer;
      },
      subscription: (query) => liveQuery(announcements, () => ask(query)),
      responseSizeLimit: new ResponseSizeLimit(limits.answerNodes),
      subscriptionResponseSizeLimit: new ResponseSizeLimit(limits.answerNodes),
    },
    close: () => reader.close(),
  };
};

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Pages of this machine may read; a request without an origin is not from a page. */
const isAllowedOrigin = (origin: string | null | undefined): boolean =>
  origin == null || (URL.canParse(origin) && loopbackHosts.has(new URL(origin).hostname));

const parseLimited = (source: string) => parse(source, { maxTokens: limits.tokens });

const limitsPlugin: Plugin<Context> = {
  onParse: ({ setParseFn }) => setParseFn((source: string) => parseLimited(source)),
  onValidate: ({ addValidationRule }) => addValidationRule(limitOperations),
  onExecute: ({ args }) => ({ onExecuteDone: () => (args.contextValue as Context).close() }),
};

/** Shows what the caller can correct; anything else is ours and stays in the log. */
const maskError = (error: unknown, message: string): Error => {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const isCallers = cause instanceof GraphQLError || (cause as Error)?.name === "UserInputError";
  return isCallers ? new GraphQLError((cause as Error).message) : new GraphQLError(message);
};

type SocketParams = { server: Server; schema: GraphQLSchema; context: () => Context };

/** Queries and subscriptions over WebSocket, under the same limits. */
const serveSocket = ({ server, schema, context }: SocketParams): WebSocketServer => {
  const sockets = new WebSocketServer({
    server,
    path: "/graphql",
    maxPayload: limits.bodyBytes,
    verifyClient: ({ origin }: { origin?: string }) => isAllowedOrigin(origin),
  });
  useServer(
    {
      onSubscribe(_, __, { query, variables, operationName }): ExecutionArgs | GraphQLError[] {
        const document = parseLimited(query);
        const errors = [...validate(schema, document), ...validate(schema, document, [limitOperations])];
        if (errors.length > 0) return errors;
        return { schema, document, variableValues: variables, operationName, contextValue: context() };
      },
      async execute(args: ExecutionArgs) {
        try {
          return await execute(args);
        } finally {
          await (args.contextValue as Context).close();
        }
      },
      subscribe,
    },
    sockets,
  );
  return sockets;
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
  dbUrl: string;
  port: number; // 0 = any
  playground: boolean;
  onLost: (error: Error) => void; // the database is gone
};

export type GraphqlServer = { port: number; close(): Promise<void> };

/** Serves /graphql and /health on 127.0.0.1. Needs the tables to be there. */
export const serveGraphql = async ({ dbUrl, port, playground, onLost }: GraphqlParams): Promise<GraphqlServer> => {
  const pool = new Pool({ connectionString: dbUrl, max: 8, statement_timeout: limits.statementMs });
  pool.on("error", onLost);
  const announcements = await listenForCommits(dbUrl, onLost);
  const schema = (await getSchemaBuilder({ model: loadModel(schemaFile), subscriptions: true })).build();
  const context = () => createContext(pool, announcements);
  const yoga = createYoga<object, Context>({
    schema,
    context,
    graphiql: playground,
    landingPage: false,
    logging: false,
    maskedErrors: { maskError },
    cors: (request) => {
      const origin = request.headers.get("origin");
      return origin !== null && isAllowedOrigin(origin) ? { origin, methods: ["GET", "POST"] } : false;
    },
    plugins: [limitsPlugin],
  });

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/health") return void answerHealth(pool, response);
    return void yoga(request, response);
  });
  const sockets = serveSocket({ server, schema, context });
  const bound = await listen(server, port);

  return {
    port: bound,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      await announcements.close();
      await pool.end();
    },
  };
};

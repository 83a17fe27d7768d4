// Queries and subscriptions over WebSocket, under the limits of HTTP.
import type { IncomingMessage, Server } from "node:http";
import {
  type ExecutionArgs,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  subscribe,
} from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type { Context } from "./context.ts";
import { fixedLimits } from "./limits.ts";
import type { Rate } from "./rate.ts";
import type { Refuse } from "./refusals.ts";

export type Prepare = (query: string, variables: Record<string, unknown>) => ExecutionArgs["document"] | GraphQLError[];

export type SocketParams = {
  server: Server;
  schema: GraphQLSchema;
  context: () => Context;
  prepare: Prepare; // parses and judges
  mask: (error: unknown) => GraphQLError;
  rate: Rate;
  clientOf: (request: IncomingMessage) => string;
  isAllowedOrigin: (origin: string | undefined) => boolean;
  refuse: Refuse;
};

type Extra = { request: IncomingMessage; operations?: number };

const toError = (error: GraphQLError | GraphQLFormattedError): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError(error.message);

export const serveSockets = (params: SocketParams): WebSocketServer => {
  const { server, schema, context, prepare, mask, rate, clientOf, isAllowedOrigin, refuse } = params;
  const sockets = new WebSocketServer({
    server,
    path: "/graphql",
    maxPayload: fixedLimits.bodyBytes,
    verifyClient: ({ origin }: { origin?: string }, done) => {
      if (!isAllowedOrigin(origin)) return done(false, 401);
      return done(sockets.clients.size < fixedLimits.sockets, 503);
    },
  });

  const refusalOf = (extra: Extra): GraphQLError | undefined => {
    const { isAllowed, limit, resetSeconds } = rate.take(clientOf(extra.request));
    if (!isAllowed)
      return refuse("RATE_LIMITED", `At most ${limit} operations at once are allowed; ask again in ${resetSeconds} s.`);
    const { subscriptionsPerSocket: most } = fixedLimits;
    if ((extra.operations ?? 0) < most) return undefined;
    return refuse("TOO_MANY_SUBSCRIPTIONS", `This connection has ${most} operations under way; no more are allowed.`);
  };

  useServer<Record<string, unknown>, Extra>(
    {
      onSubscribe({ extra }, _, { query, variables, operationName }): ExecutionArgs | GraphQLError[] {
        const refused = refusalOf(extra);
        if (refused !== undefined) return [refused];
        const document = prepare(query, variables ?? {});
        if (Array.isArray(document)) return document;
        extra.operations = (extra.operations ?? 0) + 1;
        return { schema, document, variableValues: variables, operationName, contextValue: context() };
      },
      onComplete({ extra }) {
        extra.operations = Math.max(0, (extra.operations ?? 0) - 1);
      },
      onError: (_, __, ___, errors) => errors.map((error) => mask(toError(error)).toJSON()),
      onNext: (_, __, ___, ____, result): FormattedExecutionResult | undefined => {
        const { errors, ...rest } = result;
        return errors && ({ ...rest, errors: errors.map((error) => mask(error).toJSON()) } as FormattedExecutionResult);
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

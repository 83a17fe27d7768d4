// What becomes of an operation before it is run, and in which words its errors are told: over HTTP and over WebSocket.
import { GraphQLError, type GraphQLSchema, parse, validate } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "./context.ts";
import { checkArguments, fixedLimits, limitOperations } from "./limits.ts";
import type { Refuse } from "./refusals.ts";
import type { Prepare } from "./sockets.ts";

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

export const tooLarge = (refuse: Refuse, bytes?: number): GraphQLError => {
  const size = bytes === undefined ? "too large" : `${bytes} bytes long`;
  return refuse("BODY_TOO_LARGE", `The request is ${size}; at most ${fixedLimits.bodyBytes} bytes are allowed.`);
};

export type OperationsParams = {
  schema: GraphQLSchema;
  maxDepth: number;
  introspection: boolean;
  refuse: Refuse;
  onFault: (error: unknown) => void; // one of ours, which the caller is not told
};

export type Operations = { plugin: Plugin<Context>; prepare: Prepare; mask: (error: unknown) => GraphQLError };

export const createOperations = (params: OperationsParams): Operations => {
  const { schema, maxDepth, introspection, refuse, onFault } = params;
  const mask = createMask(refuse, onFault);
  const rule = limitOperations({ maxDepth, introspection, refuse });

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

  return { plugin, prepare, mask };
};

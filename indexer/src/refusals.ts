// What the server does not answer, each with a code, a sentence that names the value and the bound, and a counter.
import type { Metrics } from "@aibot/kit/node/metrics";
import { GraphQLError } from "graphql";

/** Codes and the HTTP status of their answer; undefined: that of any operation that is not executed. */
const codes = {
  TOO_DEEP: undefined,
  TOO_MANY_ROOT_FIELDS: undefined,
  TOO_MANY_ALIASES: undefined,
  TOO_MANY_FIELDS: undefined,
  TOO_LONG_LIST: undefined,
  BAD_NUMBER: undefined,
  TOO_COSTLY: undefined,
  BAD_CURSOR: undefined,
  NO_INTROSPECTION: undefined,
  TOO_LONG: 400,
  BATCHED: 400,
  BODY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  TOO_MANY_SUBSCRIPTIONS: 429,
  TOO_SLOW: 504,
  DATABASE_UNAVAILABLE: 503,
} as const;

export type RefusalCode = keyof typeof codes;

/** Counts a refusal and makes the error that tells of it. */
export type Refuse = (code: RefusalCode, message: string) => GraphQLError;

export const statusOf = (code: RefusalCode): number => codes[code] ?? 400;

export const createRefuse = (metrics: Metrics): Refuse => {
  const counter = metrics.counter("graphql_refusals", "Requests that were not answered, by code.");
  return (code, message) => {
    counter.inc({ code });
    const status = codes[code];
    return new GraphQLError(message, { extensions: { code, ...(status !== undefined && { http: { status } }) } });
  };
};

// What ccxt leaves to its user: to keep away when an exchange asks for it, and to see that an answer was cut off.
import { rootMessage } from "@aibot/kit/errors";
import type { Exchange } from "ccxt";
import type { SourceFault } from "./source.ts";
import { SourceError } from "./source.ts";

/** Asks the exchange; whatever goes wrong is a `SourceError`. */
export type Ask = <T>(question: () => Promise<T>) => Promise<T>;

const DEFAULT_PAUSE_MS = 10_000; // the exchange named none
const LONGEST_PAUSE_MS = 600_000; // however long it names

/** ccxt's own names; anything else comes from reading what should have been an answer. */
const faults: Record<string, SourceFault> = {
  RateLimitExceeded: "rate limited",
  DDoSProtection: "rate limited",
  RequestTimeout: "timeout",
  NetworkError: "unreachable",
  ExchangeNotAvailable: "failing",
  OnMaintenance: "failing",
  ExchangeError: "failing",
};

const RATE_LIMITED = [418, 429];
const FIRST_ERROR_STATUS = 400;

export const guardExchange = (exchange: Exchange, name: string): Ask => {
  let pausedUntil = 0; // unix ms
  const pause = (retryAfter: string | undefined): SourceError => {
    pausedUntil = Date.now() + pauseMs(retryAfter, Date.now());
    return new SourceError("rate limited", `${name} has been asked too often`);
  };

  // ccxt reads the text of an answer before its status, and takes one that is no JSON for an empty one: a limit would
  // pass for any other error, and an answer cut off for the news that there is no candle.
  const handleErrors = exchange.handleErrors.bind(exchange);
  exchange.handleErrors = (...answer: Parameters<typeof handleErrors>) => {
    const [status, , , , headers, , content] = answer;
    if (RATE_LIMITED.includes(Number(status))) throw pause(headers["Retry-After"]);
    if (Number(status) < FIRST_ERROR_STATUS && content === undefined) {
      throw new SourceError("unreadable", `${name} sent an answer that is no JSON`);
    }
    return handleErrors(...answer);
  };

  return async (question) => {
    const left = pausedUntil - Date.now();
    if (left > 0) throw new SourceError("rate limited", `${name} wants no question for ${Math.ceil(left / 1000)} s`);
    try {
      return await question();
    } catch (error) {
      if (error instanceof SourceError) throw error;
      const fault = faultOfError(error);
      if (fault === "rate limited") throw pause(undefined);
      throw new SourceError(fault, `${name}: ${rootMessage(error).split("\n")[0]}`, { cause: error });
    }
  };
};

/** Errors of the network carry a code, wherever in the chain of causes; the rest comes from reading an answer. */
const faultOfError = (error: unknown): SourceFault => {
  if (!(error instanceof Error)) return "unreadable";
  const known = faults[error.name];
  if (known !== undefined) return known;
  if ("code" in error && typeof error.code === "string") return "unreachable";
  return error.cause === undefined ? "unreadable" : faultOfError(error.cause);
};

/** Retry-After is a number of seconds or a date. */
const pauseMs = (retryAfter: string | undefined, now: number): number => {
  if (retryAfter === undefined) return DEFAULT_PAUSE_MS;
  const wanted = /^\d+$/.test(retryAfter) ? 1_000 * Number(retryAfter) : Date.parse(retryAfter) - now;
  return Number.isNaN(wanted) ? DEFAULT_PAUSE_MS : Math.min(Math.max(wanted, 0), LONGEST_PAUSE_MS);
};

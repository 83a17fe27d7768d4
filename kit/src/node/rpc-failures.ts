// What a failed request says about the endpoint that was asked. Pure.
import { BaseError, HttpRequestError, ResponseBodyTooLargeError, RpcRequestError, TimeoutError } from "viem";

/** Why another endpoint is asked; the label of a metric, so a small set. */
export type FailureReason =
  | "timeout"
  | "connection"
  | "server error"
  | "rate limit"
  | "refused" // no access: a wrong or missing API key
  | "garbage" // an answer that is none
  | "internal error" // this request failed there, others need not
  | "unsupported" // the endpoint has no such method
  | "unknown there" // it lacks a block that another may have
  | "wrong chain"
  | "lagging";

export type Verdict =
  | { kind: "answer" } // the chain's own word (a revert, a nonce too low): every endpoint would say the same
  | { kind: "elsewhere"; reason: FailureReason } // this request belongs elsewhere, the endpoint is as well as before
  | { kind: "sick"; reason: FailureReason; retryAfterMs?: number };

const RATE_LIMIT_CODES = new Set([429, -32005, -32007]); // the last is one provider's own
const UNSUPPORTED_CODES = new Set([-32601, -32004]);
const INTERNAL_CODES = new Set([-32603, -32002]);
const LONGEST_RETRY_AFTER_MS = 300_000;

const SAYS_REVERT = /revert/i;
const SAYS_RATE_LIMIT = /rate.?limit|too many requests|request (count|limit)|quota exceeded/i;
const SAYS_UNKNOWN_BLOCK =
  /header not found|unknown block|block not found|missing trie node|block ?out ?of ?range|requested block .* not found/i;

/** Whether a node says that it lacks the block it was asked about; one that lags or prunes does. */
export const isBlockUnknown = (message: string): boolean => SAYS_UNKNOWN_BLOCK.test(message);

type RpcAnswer = { code: number; message: string; data?: unknown; status: number | undefined };

const judgeAnswer = ({ code, message, data, status }: RpcAnswer): Verdict => {
  if (SAYS_REVERT.test(message) || (typeof data === "string" && data.startsWith("0x"))) return { kind: "answer" };
  if (RATE_LIMIT_CODES.has(code) || status === 429 || SAYS_RATE_LIMIT.test(message))
    return { kind: "sick", reason: "rate limit" };
  if (status !== undefined && status >= 500) return { kind: "sick", reason: "server error" };
  if (status === 401 || status === 403) return { kind: "sick", reason: "refused" };
  if (UNSUPPORTED_CODES.has(code)) return { kind: "elsewhere", reason: "unsupported" };
  if (INTERNAL_CODES.has(code)) return { kind: "elsewhere", reason: "internal error" };
  return isBlockUnknown(message) ? { kind: "elsewhere", reason: "unknown there" } : { kind: "answer" };
};

/** Seconds or a date, as the header says; undefined when it says nothing usable. */
const retryAfter = (headers: Headers | undefined, now: number): { retryAfterMs?: number } => {
  const text = headers?.get("retry-after");
  if (text == null) return {};
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return ms > 0 ? { retryAfterMs: Math.min(ms, LONGEST_RETRY_AFTER_MS) } : {};
};

const judgeStatus = ({ status, headers }: HttpRequestError, now: number): Verdict => {
  if (status === 429) return { kind: "sick", reason: "rate limit", ...retryAfter(headers, now) };
  if (status === 401 || status === 403) return { kind: "sick", reason: "refused" };
  if (status === 413) return { kind: "answer" }; // the request is too large
  if (status === 503) return { kind: "sick", reason: "server error", ...retryAfter(headers, now) };
  return { kind: "sick", reason: status === undefined || status >= 500 ? "server error" : "garbage" };
};

/** `now` is the wall clock in milliseconds, for Retry-After headers that name a date. */
export const judgeFailure = (error: unknown, now: number): Verdict => {
  if (error instanceof RpcRequestError) {
    const verdict = judgeAnswer({ code: error.code, message: error.details, data: error.data, status: error.status });
    return verdict.kind === "sick" ? { ...verdict, ...retryAfter(error.headers, now) } : verdict;
  }
  if (error instanceof TimeoutError) return { kind: "sick", reason: "timeout" };
  if (error instanceof ResponseBodyTooLargeError) return { kind: "answer" };
  if (error instanceof HttpRequestError) {
    if (error.status !== undefined) return judgeStatus(error, now);
    const isCut = error.walk((cause) => cause instanceof SyntaxError) !== null;
    return { kind: "sick", reason: isCut ? "garbage" : "connection" };
  }
  return { kind: "sick", reason: error instanceof BaseError ? "connection" : "garbage" };
};

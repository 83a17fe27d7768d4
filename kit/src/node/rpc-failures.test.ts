import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HttpRequestError, RpcRequestError, TimeoutError } from "viem";
import { judgeFailure } from "./rpc-failures.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const url = "http://x";
const rpc = (code: number, message: string, more: { data?: unknown; status?: number; headers?: Headers } = {}) =>
  new RpcRequestError({ body: {}, error: { code, message, data: more.data }, url, ...more });
const status = (code: number, headers: Record<string, string> = {}) =>
  new HttpRequestError({ url, status: code, headers: new Headers(headers) });

describe("judgeFailure", () => {
  const cases: [what: string, error: unknown, kind: string, reason?: string, retryAfterMs?: number][] = [
    ["a revert", rpc(3, "execution reverted: no", { data: "0x08c379a0" }), "answer"],
    ["a revert without data", rpc(-32000, "execution reverted"), "answer"],
    ["a revert as an internal error", rpc(-32603, "VM Exception: reverted with reason 'no'"), "answer"],
    ["revert data in a server error", rpc(-32000, "failed", { data: "0x1234", status: 500 }), "answer"],
    ["nonce too low", rpc(-32000, "nonce too low"), "answer"],
    ["already known", rpc(-32000, "already known"), "answer"],
    ["underpriced", rpc(-32000, "replacement transaction underpriced"), "answer"],
    ["no funds", rpc(-32000, "insufficient funds for gas * price + value"), "answer"],
    ["wrong params", rpc(-32602, "invalid argument 0: hex string has length 3"), "answer"],
    ["a request too large", status(413), "answer"],
    ["limit exceeded", rpc(-32005, "limit exceeded"), "sick", "rate limit"],
    ["429 in a body", rpc(429, "slow down"), "sick", "rate limit"],
    ["a rate limit in words", rpc(-32000, "Too Many Requests, upgrade"), "sick", "rate limit"],
    ["429", status(429), "sick", "rate limit"],
    ["429 with seconds", status(429, { "retry-after": "7" }), "sick", "rate limit", 7_000],
    ["429 with a date", status(429, { "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }), "sick", "rate limit", 30_000],
    ["429 with an age", status(429, { "retry-after": "999999" }), "sick", "rate limit", 300_000],
    ["429 with a body of its own", rpc(-32000, "no", { status: 429 }), "sick", "rate limit"],
    ["500", status(500), "sick", "server error"],
    ["502", status(502), "sick", "server error"],
    ["504 with a body of its own", rpc(-32000, "upstream", { status: 504 }), "sick", "server error"],
    ["a page that is not there", status(404), "sick", "garbage"],
    ["a wrong API key", status(401), "sick", "refused"],
    ["a wrong API key, in a body", rpc(-32000, "bad key", { status: 403 }), "sick", "refused"],
    ["a timeout", new TimeoutError({ body: {}, url }), "sick", "timeout"],
    ["no connection", new HttpRequestError({ url, cause: new TypeError("fetch failed") }), "sick", "connection"],
    ["no JSON", new HttpRequestError({ url, cause: new SyntaxError("Unexpected token <") }), "sick", "garbage"],
    ["no JSON-RPC", new Error("an answer that is none"), "sick", "garbage"],
    ["no such method", rpc(-32601, "the method does not exist"), "elsewhere", "unsupported"],
    ["an internal error", rpc(-32603, "Internal error"), "elsewhere", "internal error"],
    ["an unknown block", rpc(-32000, "header not found"), "elsewhere", "unknown there"],
    ["a pruned state", rpc(-32000, "missing trie node 0x12 (path )"), "elsewhere", "unknown there"],
    [
      "a block to come, as anvil says it",
      rpc(-32602, "BlockOutOfRangeError: block height is 5 but requested was 9"),
      "elsewhere",
      "unknown there",
    ],
  ];
  for (const [what, error, kind, reason, retryAfterMs] of cases) {
    it(`takes ${what} as ${reason ?? "the chain's answer"}`, () => {
      const verdict = judgeFailure(error, NOW);

      assert.equal(verdict.kind, kind);
      assert.equal("reason" in verdict ? verdict.reason : undefined, reason);
      assert.equal("retryAfterMs" in verdict ? verdict.retryAfterMs : undefined, retryAfterMs);
    });
  }
});

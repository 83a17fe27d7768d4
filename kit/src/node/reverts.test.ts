import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPublicClient, custom, encodeErrorResult, parseAbi } from "viem";
import { revertOf } from "./reverts.ts";

/** The revert read out of what a client throws when the node answers a call with `answer`. */
const judge = async (answer: object) => {
  const request = () => Promise.reject(answer);
  const client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
  const call = client.call({ to: `0x${"11".repeat(20)}` });
  return revertOf(
    await call.then(
      () => assert.fail("answered"),
      (error: unknown) => error,
    ),
  );
};
const withText = (text: string) =>
  encodeErrorResult({ abi: parseAbi(["error Error(string)"]), errorName: "Error", args: [text] });

describe("revertOf", () => {
  const reverts: [what: string, answer: object, reason: string][] = [
    ["data", { code: 3, message: "execution reverted", data: withText("too late") }, "too late"],
    ["data inside data", { code: -32603, message: "failed", data: { data: withText("too late") } }, "too late"],
    ["a word as an internal error", { code: -32603, message: "execution reverted" }, "execution reverted"],
    ["another refusal", { code: -32000, message: "gas required exceeds allowance" }, "gas required exceeds allowance"],
  ];
  for (const [what, answer, reason] of reverts) {
    it(`reads the reason out of ${what}`, async () => {
      assert.equal((await judge(answer))?.reason, reason);
    });
  }

  const silences: [what: string, answer: object][] = [
    ["an overloaded node", { code: -32005, message: "limit exceeded" }],
    ["an internal error", { code: -32603, message: "Internal error" }],
    ["a node that lags and lacks the block", { code: -32000, message: "header not found" }],
    ["an answer that is none", new Error("it answers with something that is not JSON-RPC")],
    ["a lost connection", new TypeError("fetch failed")],
  ];
  for (const [what, answer] of silences) {
    it(`sees no judgement in ${what}`, async () => {
      assert.equal(await judge(answer), undefined);
    });
  }
});

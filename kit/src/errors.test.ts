import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RpcRequestError } from "viem";
import { rootMessage } from "./errors.ts";

describe("rootMessage", () => {
  const cases: [what: string, error: unknown, message: string][] = [
    ["the innermost cause", new Error("a", { cause: new Error("b", { cause: new Error("c") }) }), "c"],
    ["each error of an aggregate", new Error("a", { cause: new AggregateError([new Error("b"), "c"]) }), "b; c"],
    [
      "what a node has answered",
      new Error("a", {
        cause: new RpcRequestError({ body: {}, error: { code: -32000, message: "nonce too low" }, url: "http://x" }),
      }),
      "nonce too low",
    ],
    ["a thrown text", "a", "a"],
    ["a thrown nothing", undefined, "undefined"],
  ];
  for (const [what, error, message] of cases) {
    it(`is ${what}`, () => {
      assert.equal(rootMessage(error), message);
    });
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod/mini";
import { ReadError, type ReadFailure } from "../../data/read-error.ts";
import { NodeRefusal } from "../../data/rpc.ts";
import { faultOf } from "./fault.ts";

const failed = (kind: ReadFailure) => new ReadError({ kind, source: "http://node", detail: "so it is" });

test("a node that says no is quoted", () => {
  const refusal = new NodeRefusal("http://node", "eth_call", { message: "execution reverted" });

  assert.deepEqual(faultOf(refusal), { kind: "refused", detail: "eth_call: execution reverted" });
});

test("a proxy's error page, and an answer of another shape, are no silence", () => {
  const { error } = z.string().safeParse(1);
  assert.ok(error !== undefined);

  assert.deepEqual(faultOf(failed("unexpected")), { kind: "unreadable" });
  assert.deepEqual(faultOf(error), { kind: "unreadable" });
});

test("a node that cannot be reached or is too slow does not answer", () => {
  assert.deepEqual(faultOf(failed("unreachable")), { kind: "unreachable" });
  assert.deepEqual(faultOf(failed("slow")), { kind: "unreachable" });
});

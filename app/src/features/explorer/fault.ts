import { ReadError } from "../../data/read-error.ts";
import { NodeRefusal } from "../../data/rpc.ts";

export type Fault = { kind: "refused"; detail: string } | { kind: "unreadable" } | { kind: "unreachable" };

/** What kept a chain's node from telling: it said no, it said something else than was asked for, or nothing. */
export const faultOf = (error: Error): Fault => {
  if (error instanceof NodeRefusal) return { kind: "refused", detail: error.detail };
  const isOfAnotherShape = error.name === "ZodError" || error.name === "$ZodError";
  const isUnexpected = error instanceof ReadError && error.kind === "unexpected";
  return isOfAnotherShape || isUnexpected ? { kind: "unreadable" } : { kind: "unreachable" };
};

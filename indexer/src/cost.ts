// What an answer may cost: rows × fields as openreader estimates them from limits and cardinalities, before any SQL.
import { ResponseSizeLimit } from "@subsquid/openreader/lib/util/limit.js";
import type { GraphQLError } from "graphql";
import type { Refuse } from "./refusals.ts";

/** Also remembers that it was passed: no part of such a request is read. */
export type CostLimit = ResponseSizeLimit & { passed(): GraphQLError | undefined };

export const createCostLimit = (maxCost: number, refuse: Refuse): CostLimit => {
  let [cost, fault]: [number, GraphQLError | undefined] = [0, undefined];
  const limit = new ResponseSizeLimit(maxCost);
  return Object.assign(limit, {
    passed: () => fault,
    check(estimate: (most: number) => number) {
      cost += estimate(maxCost);
      if (cost <= maxCost) return;
      const message = Number.isFinite(cost)
        ? `The answer may have ${cost} values; at most ${maxCost} are allowed. Ask for fewer rows or fields.`
        : `A list without \`limit\` may have any number of rows, and an answer at most ${maxCost} values. Give \`limit\`.`;
      fault ??= refuse("TOO_COSTLY", message);
      throw fault;
    },
  });
};

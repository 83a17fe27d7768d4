// What one owner did at one vault, by the indexer.
import * as z from "zod/mini";
import type { Request } from "../../data/graphql.ts";
import { bigInt, int } from "../../data/scalars.ts";

export const OWN_LIMIT = 500; // of each kind; more are not added up

const event = { id: z.string(), block: int, timestamp: bigInt, tx: z.string() };
const cashSchema = z.object({ ...event, assets: bigInt, shares: bigInt });
const requestSchema = z.object({
  ...event,
  number: int,
  shares: bigInt,
  pending: bigInt,
  assets: bigInt,
  state: z.enum(["pending", "settled", "cancelled"]),
});
const inKindSchema = z.object({ ...event, shares: bigInt, amounts: z.array(bigInt) });

const ownSchema = z.object({
  deposits: z.array(cashSchema),
  withdrawals: z.array(cashSchema),
  settlements: z.array(cashSchema),
  requests: z.array(requestSchema),
  inKind: z.array(inKindSchema),
  holder: z.nullable(z.object({ shares: bigInt })),
});

export type Own = z.infer<typeof ownSchema>;
export type OwnRequest = Own["requests"][number];

export const ownRequest = (vault: string, owner: string): Request<Own> => {
  const mine = "where: { vault: { id_eq: $vault }, owner_eq: $owner }";
  const newest = `${mine}, orderBy: [block_DESC, id_DESC], limit: $limit`;
  const cash = "id block timestamp tx assets shares";
  return {
    query: `query Own($vault: String!, $owner: String!, $holder: String!, $limit: Int!) {
      deposits(${newest}) { ${cash} }
      withdrawals(${newest}) { ${cash} }
      settlements: exitSettlements(${newest}) { ${cash} }
      requests: exitRequests(${newest}) { id block timestamp tx number shares pending assets state }
      inKind: inKindExits(${newest}) { id block timestamp tx shares amounts }
      holder: holderById(id: $holder) { shares }
    }`,
    variables: { vault, owner, holder: `${vault}-${owner}`, limit: OWN_LIMIT },
    schema: ownSchema,
  };
};

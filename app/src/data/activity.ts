// Everything that happened to a vault, newest first, in pages cut between blocks.
import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, int } from "./scalars.ts";

const event = { id: z.string(), block: int, timestamp: bigInt, tx: z.string() };
const position = z.object({ index: int });

const fillSchema = z.object({
  ...event,
  filler: z.string(),
  tokenDelta: bigInt,
  baseDelta: bigInt,
  price: bigInt,
  offBps: int,
  auction: z.object({ id: z.string(), round: int }),
  position,
});
const auctionSchema = z.object({
  ...event,
  round: int,
  amount: bigInt,
  remaining: bigInt,
  targetWeightBps: int,
  weightBps: int,
  price: bigInt,
  position,
});
const depositSchema = z.object({ ...event, owner: z.string(), assets: bigInt, shares: bigInt });
const exitSchema = z.object({ ...event, owner: z.string(), shares: bigInt, amounts: z.array(bigInt) });
const requestSchema = z.object({ ...event, owner: z.string(), shares: bigInt });
const changeSchema = z.object({ ...event, field: z.string(), position: z.nullable(int), value: z.string() });

/** One kind of row: the list it comes from, and how it is read. */
const kinds = {
  fill: {
    list: "fills",
    fields: "filler tokenDelta baseDelta price offBps auction { id round } position { index }",
    schema: fillSchema,
  },
  auction: {
    list: "auctions",
    fields: "round amount remaining targetWeightBps weightBps price position { index }",
    schema: auctionSchema,
  },
  deposit: { list: "deposits", fields: "owner assets shares", schema: depositSchema },
  withdrawal: { list: "withdrawals", fields: "owner assets shares", schema: depositSchema },
  exit: { list: "inKindExits", fields: "owner shares amounts", schema: exitSchema },
  exitRequest: { list: "exitRequests", fields: "owner shares", schema: requestSchema },
  settlement: { list: "exitSettlements", fields: "owner assets shares", schema: depositSchema },
  change: { list: "mandateChanges", fields: "field position value", schema: changeSchema },
} as const;

export type ActivityKind = keyof typeof kinds;

export type ActivityItem = {
  [K in ActivityKind]: { kind: K } & z.infer<(typeof kinds)[K]["schema"]>;
}[ActivityKind];

/** Newest first, one list a kind that was asked for. */
export type ActivityLists = Partial<Record<ActivityKind, ActivityItem[]>>;

export type ActivityParams = {
  vault: string; // ids
  mandate: string;
  kinds: readonly ActivityKind[];
  from: number; // blocks, both included
  to: number;
  limit: number; // rows a kind
};

const listOf = (kind: ActivityKind): string => {
  const owner = kind === "change" ? "mandate: { id_eq: $mandate }" : "vault: { id_eq: $vault }";
  return `${kind}: ${kinds[kind].list}(
      where: { ${owner}, block_gte: $from, block_lte: $to }, orderBy: [block_DESC, id_DESC], limit: $limit
    ) { id block timestamp tx ${kinds[kind].fields} }`;
};

const rowsOf = (kind: ActivityKind) =>
  z.optional(
    z.array(
      z.pipe(
        kinds[kind].schema,
        z.transform((row) => ({ kind, ...row }) as ActivityItem),
      ),
    ),
  );

const schema = z.object({
  fill: rowsOf("fill"),
  auction: rowsOf("auction"),
  deposit: rowsOf("deposit"),
  withdrawal: rowsOf("withdrawal"),
  exit: rowsOf("exit"),
  exitRequest: rowsOf("exitRequest"),
  settlement: rowsOf("settlement"),
  change: rowsOf("change"),
}) as unknown as z.ZodMiniType<ActivityLists>;

export const activityRequest = ({ kinds: asked, vault, mandate, ...range }: ActivityParams): Request<ActivityLists> => {
  const ids = {
    ...(asked.some((kind) => kind !== "change") ? { vault } : {}),
    ...(asked.includes("change") ? { mandate } : {}),
  };
  const declared = Object.keys(ids).map((name) => `$${name}: String!, `);
  return {
    query: `query Activity(${declared.join("")}$from: Int!, $to: Int!, $limit: Int!) {
    ${asked.map(listOf).join("\n    ")}
  }`,
    variables: { ...ids, ...range },
    schema,
  };
};

import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, hex, int } from "./scalars.ts";

const vault = z.object({
  address: hex,
  name: z.string(),
  symbol: z.string(),
  baseSymbol: z.string(),
  baseDecimals: int,
  shareDecimals: int,
});

const event = { id: z.string(), block: int, timestamp: bigInt, tx: hex, vault };
const moved = z.object({ ...event, assets: bigInt, shares: bigInt });
const left = z.object({ ...event, shares: bigInt });
const fill = z.object({
  ...event,
  tokenDelta: bigInt,
  baseDelta: bigInt,
  position: z.object({ symbol: z.string(), decimals: int }),
});

const activitySchema = z.object({
  holdings: z.array(z.object({ shares: bigInt, vault })),
  deposits: z.array(moved),
  withdrawals: z.array(moved),
  exits: z.array(left),
  requests: z.array(left),
  fills: z.array(fill),
});

export type AddressActivity = z.infer<typeof activitySchema>;
export type ActedVault = z.infer<typeof vault>;

const VAULT = "vault { address name symbol baseSymbol baseDecimals shareDecimals }";
const EVENT = `id block timestamp tx ${VAULT}`;

/** What the indexer knows of an address: its shares, and what it did last with each vault. */
export const addressActivityRequest = (chain: number, address: string, limit: number): Request<AddressActivity> => {
  const newest = (who: string) =>
    `where: { chain_eq: $chain, ${who}_eq: $address }, orderBy: [block_DESC, id_DESC], limit: $limit`;
  return {
    query: `query AddressActivity($chain: Int!, $address: String!, $limit: Int!) {
      holdings: holders(where: { chain_eq: $chain, address_eq: $address }, orderBy: id_ASC, limit: $limit) { shares ${VAULT} }
      deposits(${newest("owner")}) { ${EVENT} assets shares }
      withdrawals(${newest("owner")}) { ${EVENT} assets shares }
      exits: inKindExits(${newest("owner")}) { ${EVENT} shares }
      requests: exitRequests(${newest("owner")}) { ${EVENT} shares }
      fills(${newest("filler")}) { ${EVENT} tokenDelta baseDelta position { symbol decimals } }
    }`,
    variables: { chain, address: address.toLowerCase(), limit },
    schema: activitySchema,
  };
};

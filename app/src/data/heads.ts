import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, int } from "./scalars.ts";

const headSchema = z.object({ chain: int, height: int, hash: z.string(), timestamp: bigInt });

/** The last block of a chain whose data the indexer has committed. */
export type Head = z.infer<typeof headSchema>;

export const headsSubscription: Request<{ heads: Head[] }> = {
  query: "subscription Heads { heads(limit: 16) { chain height hash timestamp } }",
  schema: z.object({ heads: z.array(headSchema) }),
};

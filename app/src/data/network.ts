import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { bigInt, hex, int } from "./scalars.ts";

const sourceSchema = z.object({
  address: hex,
  kind: z.string(), // signed, chainlink, other
  isCandleSource: z.boolean(),
  price: z.nullable(bigInt),
  priceAt: z.nullable(bigInt),
  deviationBps: z.nullable(int),
  isAgreeing: z.nullable(z.boolean()),
});

const marketSchema = z.object({
  id: z.string(),
  chain: int,
  market: z.string(),
  period: int,
  minSources: int,
  bandBps: int,
  sourceMaxAge: bigInt,
  price: bigInt,
  priceAt: bigInt,
  halted: z.string(),
  haltedAt: z.nullable(bigInt),
  candleCount: int,
  closedAt: bigInt,
  gap: bigInt,
  sources: z.array(sourceSchema),
});

const event = { block: int, timestamp: bigInt, tx: hex };

const signerSetSchema = z.object({
  id: z.string(),
  chain: int,
  address: hex,
  signers: z.array(hex),
  quorum: int,
  ...event,
});

const fillerSchema = z.object({
  id: z.string(),
  chain: int,
  address: hex,
  fills: int,
  volume: bigInt,
  discount: bigInt,
  ...event,
  vault: z.object({ address: hex, symbol: z.string(), baseSymbol: z.string(), baseDecimals: int }),
});

const publicationSchema = z.object({ chain: int, tx: hex, timestamp: bigInt });

const networkSchema = z.object({
  markets: z.array(marketSchema),
  signerSets: z.array(signerSetSchema),
  fillers: z.array(fillerSchema),
  rounds: z.array(publicationSchema),
  fills: z.array(publicationSchema),
});

export type Source = z.infer<typeof sourceSchema>;
export type Market = z.infer<typeof marketSchema>;
export type SignerSet = z.infer<typeof signerSetSchema>;
export type Filler = z.infer<typeof fillerSchema>;
export type Publication = z.infer<typeof publicationSchema>;
export type Network = z.infer<typeof networkSchema>;

/** How many of the newest rounds and fills are looked at for who sent them. */
export const NEWEST = 12;

export const networkRequest: Request<Network> = {
  query: `query Network($newest: Int!) {
    markets(orderBy: id_ASC, limit: 50) {
      id chain market period minSources bandBps sourceMaxAge price priceAt halted haltedAt candleCount closedAt gap
      sources: sourceStates(orderBy: index_ASC, limit: 8) {
        address kind isCandleSource price priceAt deviationBps isAgreeing
      }
    }
    signerSets(orderBy: id_ASC, limit: 20) { id chain address signers quorum block timestamp tx }
    fillers(orderBy: [fills_DESC, id_ASC], limit: 50) {
      id chain address fills volume discount block timestamp tx
      vault { address symbol baseSymbol baseDecimals }
    }
    rounds(orderBy: [block_DESC, id_DESC], limit: $newest) { chain tx timestamp }
    fills(orderBy: [block_DESC, id_DESC], limit: $newest) { chain tx timestamp }
  }`,
  variables: { newest: NEWEST },
  schema: networkSchema,
};

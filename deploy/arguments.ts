// Parameters as the contracts take them: the modules send them, verify.ts compares them with what is stored.
import { alphaQ32 } from "@aibot/kit/features";
import type { Hex } from "viem";
import type { Params } from "./params.ts";

/** Contracts take signers strictly ascending, people list them in any order. */
export const sortedSigners = ({ signers }: Params): Hex[] =>
  signers.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

export const marketArguments = <Source>({ market }: Params, signedSource: Source) => ({
  sources: [signedSource],
  candleSource: signedSource,
  minSources: market.minSources,
  bandBps: market.bandBps,
  sourceMaxAge: market.sourceMaxAge,
  period: market.period,
  maxGap: market.maxGap,
  periodsPerYear: market.periodsPerYear,
  featureSet: market.featureSet,
  alphasQ32: market.halfLives.map((halfLife) => Number(alphaQ32(Math.round(halfLife * 1000)))),
});

export const mandateArguments = ({ mandate: { capBps, shareBps, ...limits } }: Params) => ({
  limits,
  allocations: [{ capBps, shareBps }],
});

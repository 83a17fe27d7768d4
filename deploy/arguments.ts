// Parameters as the contracts take them: the modules send them, verify.ts compares them with what is stored.
import { alphaQ32 } from "@aibot/kit/features";
import { type Hex, maxUint128, parseUnits } from "viem";
import type { Params } from "./params.ts";

/** Contracts take signers strictly ascending, people list them in any order. */
export const sortedSigners = ({ signers }: Params): Hex[] =>
  signers.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

/** Where a market's prices come from: the oracle network, and Chainlink where the parameters name an aggregator. */
export type Sources<Signed, Chainlink> = { signedSource: Signed; chainlinkSource?: Chainlink | undefined };

export const marketArguments = <Signed, Chainlink>(
  { market }: Params,
  { signedSource, chainlinkSource }: Sources<Signed, Chainlink>,
) => ({
  sources: chainlinkSource === undefined ? [signedSource] : [signedSource, chainlinkSource],
  candleSource: signedSource,
  minSources: market.minSources,
  bandBps: market.bandBps,
  deviationBps: market.deviationBps,
  sourceMaxAge: market.sourceMaxAge,
  period: market.period,
  maxGap: market.maxGap,
  periodsPerYear: market.periodsPerYear,
  featureSet: market.featureSet,
  alphasQ32: market.halfLives.map((halfLife) => Number(alphaQ32(Math.round(halfLife * 1000)))),
});

export const mandateArguments = ({ mandate, terms, vault }: Params) => {
  const { capBps, shareBps, ...limits } = mandate;
  const { depositCap, feeRecipient, ...costs } = terms;
  return {
    limits,
    terms: {
      ...costs,
      depositCap: depositCap === undefined ? maxUint128 : parseUnits(depositCap, vault.base.decimals),
      entryPausedUntil: 0, // only a guardian pauses
    },
    feeRecipient,
    allocations: [{ capBps, shareBps }],
  };
};

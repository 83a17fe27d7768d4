// What the sources of a market said last, who signs for them, and whether they agree.
import type { Deployment } from "@aibot/kit/deployment";
import { idText } from "@aibot/kit/ids";
import type { Draft } from "../draft.ts";
import type { Origin, SignedSourceEvent } from "../events.ts";
import type { RowTypes } from "../generated/rows.ts";

type Market = RowTypes["Market"];
type Source = RowTypes["Source"];

const largestInt = 2n ** 31n - 1n;
const bps = 10_000n;

const sourceId = (market: string, address: string): string => `${market}-${address}`;

const kindOf = ({ signedSource, chainlinkSource }: Deployment["contracts"], address: string): string => {
  if (address === signedSource.toLowerCase()) return "signed";
  return address === chainlinkSource?.toLowerCase() ? "chainlink" : "other";
};

export type AddSourcesParams = { draft: Draft; market: Market; candleSource: string; deployment: Deployment };

export const addSources = ({ draft, market, candleSource, deployment }: AddSourcesParams): void =>
  market.sources.forEach((address, index) => {
    draft.put("Source", {
      id: sourceId(market.id, address),
      chain: market.chain,
      market: market.id,
      address,
      index,
      kind: kindOf(deployment.contracts, address),
      isCandleSource: address === candleSource.toLowerCase(),
      price: null,
      priceAt: null,
      deviationBps: null,
      isAgreeing: null,
    });
  });

/** As the contract compares a source with the median: the limit itself still agrees. */
const compare = (source: Source, { price: median, bandBps }: Market): Source => {
  if (source.price === null || median === 0n) return source;
  const distance = source.price > median ? source.price - median : median - source.price;
  const deviation = (distance * bps) / median;
  return {
    ...source,
    deviationBps: Number(deviation < largestInt ? deviation : largestInt),
    isAgreeing: distance * bps <= median * BigInt(bandBps),
  };
};

/** Compares every source of a market with its new median. */
export const compareSources = (draft: Draft, market: Market): void => {
  for (const address of market.sources) {
    draft.put("Source", compare(draft.get("Source", sourceId(market.id, address)), market));
  }
};

/** A source signs reports of any market; one that no market here uses changes nothing. */
export const applySignedSource = (
  draft: Draft,
  origin: Origin,
  event: { address: string } & SignedSourceEvent,
): void => {
  const { address } = event;
  switch (event.eventName) {
    case "SignersChanged": {
      const signers = event.args.signers.map((signer) => signer.toLowerCase());
      const { quorum } = event.args;
      draft.put("SignerSet", { id: `${origin.chain}-${address}`, address, signers, quorum, ...origin });
      break;
    }
    case "PriceReported": {
      const market = draft.find("Market", `${origin.chain}-${idText(event.args.market)}`);
      const source = market && draft.find("Source", sourceId(market.id, address));
      if (source === undefined) return;
      const { price, observedAt } = event.args;
      draft.put("Source", compare({ ...source, price, priceAt: BigInt(observedAt) }, market as Market));
      break;
    }
  }
};

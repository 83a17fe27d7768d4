// What an operator must know before anything else, worst first.

import type { Market } from "../../data/network.ts";
import type { Service } from "../../data/services.ts";
import type { ChainState } from "./chain-model.ts";
import type { SourceView } from "./market-model.ts";
import { type Advice, adviceFor } from "./service-model.ts";

export type Attention = { id: string } & (
  | { kind: "halted"; market: string; reason: string; at: bigint | null; chain: number }
  | { kind: "deviating"; market: string; source: SourceView["kind"]; bps: bigint }
  | { kind: "gap"; market: string; seconds: bigint }
  | { kind: "chain"; chain: number; state: Exclude<ChainState, "well"> }
  | { kind: "service"; name: string; status: Service["status"]; advice: Advice; reasons: readonly string[] }
);

export type MarketView = { market: Market; sources: readonly SourceView[] };
export type ChainView = { id: number; state: ChainState };

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** The place of the sentence that says what to do. */
export const attentionId = (...parts: (string | number)[]): string => `todo-${parts.map(String).map(slug).join("-")}`;

const ofMarket = ({ market, sources }: MarketView): Attention[] => {
  const { id, market: name, halted, haltedAt, gap, chain } = market;
  const deviating = sources.filter(({ state }) => state === "deviating");
  return [
    ...(halted === "None"
      ? []
      : [
          { id: attentionId("halted", id), kind: "halted" as const, market: name, reason: halted, at: haltedAt, chain },
        ]),
    ...(gap === 0n ? [] : [{ id: attentionId("gap", id), kind: "gap" as const, market: name, seconds: gap }]),
    ...deviating.map(({ address, kind, deviationBps }) => ({
      ...{ id: attentionId("source", id, address), kind: "deviating" as const },
      ...{ market: name, source: kind, bps: deviationBps ?? 0n },
    })),
  ];
};

const ofChain = ({ id, state }: ChainView): Attention[] =>
  state === "well" ? [] : [{ id: attentionId("chain", id), kind: "chain", chain: id, state }];

const ofService = (service: Service): Attention[] => {
  const advice = adviceFor(service);
  const { name, status, reasons } = service;
  return advice === undefined
    ? []
    : [{ id: attentionId("service", name), kind: "service", name, status, advice, reasons }];
};

export type AttentionParams = {
  markets: readonly MarketView[];
  chains: readonly ChainView[];
  services: readonly Service[];
};

export const attentionOf = ({ markets, chains, services }: AttentionParams): Attention[] => [
  ...chains.flatMap(ofChain),
  ...markets.flatMap(ofMarket),
  ...services.flatMap(ofService),
];

import type { Market, Source } from "../../data/network.ts";
import type { Observation } from "../../data/observations.ts";

const BPS = 10_000n;

/** agreeing and deviating are of a price that counts; old: too old to count; silent: has never said one. */
export type SourceState = "agreeing" | "deviating" | "old" | "silent";

export type SourceView = {
  address: `0x${string}`;
  kind: "signed" | "chainlink" | "other";
  isCandleSource: boolean;
  state: SourceState;
  price: bigint | undefined;
  priceAt: bigint | undefined;
  deviationBps: bigint | undefined;
};

type Median = Pick<Market, "price" | "bandBps" | "sourceMaxAge">;

const kindOf = (kind: string): SourceView["kind"] => (kind === "signed" || kind === "chainlink" ? kind : "other");

/** As PriceBook compares: down, and the limit itself still agrees. */
const deviation = (price: bigint, { price: median, bandBps }: Median) => {
  const distance = price > median ? price - median : median - price;
  return { bps: (distance * BPS) / median, isAgreeing: distance * BPS <= median * BigInt(bandBps) };
};

/** `said` is what the source answered itself, for those whose reports the indexer does not see. */
export const sourceView = (
  source: Source,
  market: Median,
  { said, now }: { said: Observation | undefined; now: bigint | undefined },
): SourceView => {
  const { address, isCandleSource } = source;
  const price = source.price ?? said?.price;
  const priceAt = source.priceAt ?? said?.observedAt;
  const view = { address, kind: kindOf(source.kind), isCandleSource, price, priceAt };
  if (price === undefined || priceAt === undefined) return { ...view, state: "silent", deviationBps: undefined };
  const compared = market.price === 0n ? undefined : deviation(price, market);
  const isOld = now !== undefined && now - priceAt > market.sourceMaxAge;
  const state = isOld ? "old" : (compared?.isAgreeing ?? true) ? "agreeing" : "deviating";
  return { ...view, state, deviationBps: compared?.bps };
};

/** What stands behind a candle: nobody but the nodes who signed it, or `others` sources of other origin. */
export type Confirmation = { kind: "alone" } | { kind: "confirmed"; others: SourceView["kind"][]; needed: number };

export const confirmationOf = (sources: readonly SourceView[], minSources: number): Confirmation => {
  const others = sources.filter(({ isCandleSource }) => !isCandleSource).map(({ kind }) => kind);
  return others.length === 0 ? { kind: "alone" } : { kind: "confirmed", others, needed: Math.max(0, minSources - 1) };
};

/** When the next candle can close at the earliest; sessions skip days that no calendar here knows. */
export type NextClose = { kind: "none" } | { kind: "ahead" | "waiting"; at: bigint };

export const nextClose = (
  { candleCount, closedAt, period }: Pick<Market, "candleCount" | "closedAt" | "period">,
  now: bigint,
): NextClose => {
  if (candleCount === 0) return { kind: "none" };
  const at = closedAt + BigInt(period);
  return { kind: at > now ? "ahead" : "waiting", at };
};

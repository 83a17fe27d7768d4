// Events as the contracts would emit them: topics and data made by viem from the ABIs of kit.
import {
  mandateAbi,
  modelRegistryAbi,
  priceBookAbi,
  signalFeedAbi,
  signedSourceAbi,
  vaultAbi,
} from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { type Abi, type AbiEvent, encodeAbiParameters, encodeEventTopics, type Hex } from "viem";
import { addresses } from "./deployment.ts";

export type Emission = { address: Hex; topics: Hex[]; data: Hex };

const market = marketId("SPX/USD");
const feed = feedId("SPX/USD vol");
export const modelId: Hex = `0x${"5a".repeat(32)}`;
export const features: Hex = `0x${"01".repeat(32)}`;
export const zero: Hex = `0x${"0".repeat(40)}`;

const emission = (address: Hex, abi: Abi, eventName: string, args: Record<string, unknown>): Emission => {
  const event = abi.find((item): item is AbiEvent => item.type === "event" && item.name === eventName);
  if (event === undefined) throw new Error(`no event ${eventName}`);
  const inData = event.inputs.filter(({ indexed }) => !indexed);
  return {
    address,
    topics: encodeEventTopics({ abi: [event], eventName, args } as never) as Hex[],
    data: encodeAbiParameters(
      inData,
      inData.map(({ name }) => args[name as string]),
    ),
  };
};

const onVault = (eventName: string, args: Record<string, unknown>) =>
  emission(addresses.vault, vaultAbi, eventName, args);
const onMandate = (eventName: string, args: Record<string, unknown>) =>
  emission(addresses.mandate, mandateAbi, eventName, args);
const onBook = (eventName: string, args: Record<string, unknown>) =>
  emission(addresses.priceBook, priceBookAbi, eventName, { market, ...args });

const params = {
  sources: [addresses.signedSource],
  candleSource: addresses.signedSource,
  minSources: 1,
  bandBps: 200,
  deviationBps: 50,
  sourceMaxAge: 3_600,
  period: 86_400,
  maxGap: 691_200,
  periodsPerYear: 252,
  featureSet: 1,
  alphasQ32: [1, 2, 3, 4, 5, 6],
};

export type CandlePrices = { index: number; end: number; open: bigint; high: bigint; low: bigint; close: bigint };

const candle = ({ end, ...rest }: CandlePrices) => ({ ...rest, start: end - 86_400, end });

export const emit = {
  marketCreated: () => onBook("MarketCreated", { params }),
  priceUpdated: (price: bigint, observedAt: number) => onBook("PriceUpdated", { price, observedAt }),
  gapFound: (index: number, gap: number) => onBook("GapFound", { index, gap }),
  gapAcknowledged: (index: number) => onBook("GapAcknowledged", { index }),
  priceReported: (price: bigint, observedAt: number) =>
    emission(addresses.signedSource, signedSourceAbi, "PriceReported", { market, price, observedAt }),
  signersChanged: (signers: Hex[], quorum: number) =>
    emission(addresses.signedSource, signedSourceAbi, "SignersChanged", { signers, quorum }),
  marketHalted: (reason: number) => onBook("MarketHalted", { reason }),
  marketResumed: () => onBook("MarketResumed", {}),
  candleSeeded: (prices: CandlePrices) => onBook("CandleSeeded", candle(prices)),
  candleClosed: (prices: CandlePrices) => onBook("CandleClosed", candle(prices)),
  modelRegistered: (horizon: number) =>
    emission(addresses.modelRegistry, modelRegistryAbi, "ModelRegistered", {
      modelId,
      author: addresses.alice,
      blob: addresses.bob,
      kind: 1,
      horizon,
    }),
  feedCreated: (horizon: number) =>
    emission(addresses.signalFeed, signalFeedAbi, "FeedCreated", { feed, market, model: modelId, horizon }),
  modelSwitched: (model: Hex) => emission(addresses.signalFeed, signalFeedAbi, "ModelSwitched", { feed, model }),
  signalPublished: (round: number, value: bigint, closedAt: number) =>
    emission(addresses.signalFeed, signalFeedAbi, "SignalPublished", {
      feed,
      round,
      model: modelId,
      value,
      level: 1,
      closedAt,
      features,
    }),
  positionAdded: () => onVault("PositionAdded", { position: 0n, token: addresses.spx, market, feed }),
  transfer: (from: Hex, to: Hex, value: bigint) => onVault("Transfer", { from, to, value }),
  deposit: (owner: Hex, assets: bigint, shares: bigint) => onVault("Deposit", { sender: owner, owner, assets, shares }),
  withdraw: (owner: Hex, assets: bigint, shares: bigint) =>
    onVault("Withdraw", { sender: owner, receiver: owner, owner, assets, shares }),
  exitedInKind: (owner: Hex, shares: bigint, amounts: bigint[]) =>
    onVault("ExitedInKind", { caller: owner, receiver: owner, owner, shares, amounts }),
  claimAdded: (owner: Hex, token: Hex, amount: bigint) => onVault("ClaimAdded", { owner, token, amount }),
  claimed: (owner: Hex, token: Hex, amount: bigint) => onVault("Claimed", { owner, token, amount }),
  skimmed: (token: Hex, amount: bigint) => onVault("Skimmed", { token, amount }),
  auctionOpened: (round: number, amount: bigint, price: bigint) =>
    onVault("AuctionOpened", { position: 0n, round, amount, targetWeightBps: 6_000, weightBps: 0, price }),
  auctionFilled: (round: number, tokenDelta: bigint, baseDelta: bigint, price: bigint) =>
    onVault("AuctionFilled", {
      position: 0n,
      round,
      filler: addresses.keeper,
      tokenDelta,
      baseDelta,
      price,
      offBps: -12,
    }),
  exitRequested: (id: bigint, owner: Hex, shares: bigint) => onVault("ExitRequested", { id, owner, shares }),
  exitCancelled: (id: bigint, owner: Hex, shares: bigint) => onVault("ExitCancelled", { id, owner, shares }),
  exitSettled: (id: bigint, owner: Hex, shares: bigint, assets: bigint) =>
    onVault("ExitSettled", { id, owner, shares, assets }),
  feesAccrued: (managementShares: bigint, performanceShares: bigint, mark: bigint) =>
    onVault("FeesAccrued", { managementShares, performanceShares, mark }),
  feesMinted: (feeRecipient: Hex, shares: bigint) => onVault("FeesMinted", { feeRecipient, shares }),
  limitChanged: (limit: number, value: number) => onMandate("LimitChanged", { limit, value }),
  capChanged: (position: bigint, capBps: number) => onMandate("CapChanged", { position, capBps }),
  bandChanged: (bandBps: number) => onMandate("BandChanged", { bandBps }),
  depositCapChanged: (depositCap: bigint) => onMandate("DepositCapChanged", { depositCap }),
  feeRecipientChanged: (feeRecipient: Hex) => onMandate("FeeRecipientChanged", { feeRecipient }),
  entryPaused: (until: number) => onMandate("EntryPaused", { until }),
  entryResumed: () => onMandate("EntryResumed", {}),
};

/** What a mandate's constructor emits: 1 %/yr and 10 % of gains. */
export const mandateCreated = (): Emission[] => [
  emit.bandChanged(1_000),
  emit.depositCapChanged(10n ** 15n),
  emit.feeRecipientChanged(addresses.keeper),
  ...[1_000, 518_400, 4_000, 100, 20_000, 100, 1_000].map((value, limit) => emit.limitChanged(limit, value)),
  emit.capChanged(0n, 9_500),
];

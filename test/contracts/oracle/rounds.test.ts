// The oracle side end to end on real S&P 500 sessions of autumn 2008: quorum reports, candles, features, model, signal,
// each against the TypeScript reference in kit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Candle, parseCandlesCsv } from "@aibot/kit/candles";
import { alphaQ32, emptyFeatureState, featureLanes, packLanes, packWords, stepFeatures } from "@aibot/kit/features";
import { feedId, marketId } from "@aibot/kit/ids";
import { encodeModel, evaluate, type LinearModel, modelId } from "@aibot/kit/models";
import { annualised } from "@aibot/kit/signals";
import { candleReportTypes, packSignatures, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import { expect } from "chai";
import type { BaseContract, ContractTransactionReceipt, ContractTransactionResponse, Wallet } from "ethers";
import { network } from "hardhat";

const SEEDED = 200;
const LIVE = 30;
const PERIOD = 86_400;
const PERIODS_PER_YEAR = 252;
const QUORUM = 3;
const MARKET = marketId("SPX/USD");
const FEED = feedId("SPX/USD vol");
const ALPHAS = [1_500, 4_000, 12_000, 40_000, 2_000, 10_000].map(alphaQ32);

// Whole transactions in the default build; the production build spends less.
const PUBLISH_GAS = 83_000;
const REPORT_GAS = 134_000;

const MODEL: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: PERIOD,
  horizon: 5,
  minCandles: 160,
  closeToRange: 123_456_789n,
  bias: -987_654_321n,
  weights: [1_200_000n, 900_000n, 1_500_000n, 400_000n, -150_000n, -90_000n],
};

const csv = join(import.meta.dirname, "../../../node_modules/vega-datasets/data/sp500-2000.csv");
const sessions = parseCandlesCsv({ text: readFileSync(csv, "utf8"), name: "sp500-2000.csv", period: PERIOD });
const firstLive = sessions.findIndex(({ start }) => start >= Date.UTC(2008, 8, 8) / 1000);
const seeded = sessions.slice(firstLive - SEEDED, firstLive);
const live = sessions.slice(firstLive, firstLive + LIVE);

const { ethers, networkHelpers } = await network.create({
  network: "simulated",
  override: { initialDate: new Date(Number(seeded.at(-1)?.end) * 1000).toISOString() },
});

type Send = (...args: unknown[]) => Promise<ContractTransactionResponse>;

const call = (contract: BaseContract, name: string): Send => contract.getFunction(name) as unknown as Send;

const send = async (contract: BaseContract, name: string, ...args: unknown[]): Promise<ContractTransactionReceipt> => {
  const receipt = await (await call(contract, name)(...args)).wait();
  if (receipt === null) throw new Error(`${name} was not mined`);
  return receipt;
};

const nodes = Array.from({ length: 4 }, (_, k) => new ethers.Wallet(ethers.id(`oracle node ${k}`))).toSorted((a, b) =>
  BigInt(a.address) < BigInt(b.address) ? -1 : 1,
);

/** The whole oracle side with one market, seeded, and one feed; the deployer governs. */
const deploy = async () => {
  const [deployer] = await ethers.getSigners();
  const manager = await ethers.deployContract("AccessManager", [deployer]);
  const addresses = nodes.map(({ address }) => address);
  const source = await ethers.deployContract("SignedSource", [manager, addresses, QUORUM]);
  const book = await ethers.deployContract("PriceBook", [manager]);
  const registry = await ethers.deployContract("ModelRegistry");
  const feed = await ethers.deployContract("SignalFeed", [manager, book, registry]);

  await send(book, "createMarket", MARKET, {
    sources: [source],
    candleSource: source,
    minSources: 1,
    bandBps: 100,
    sourceMaxAge: 600,
    period: PERIOD,
    maxGap: 8 * PERIOD,
    periodsPerYear: PERIODS_PER_YEAR,
    featureSet: 1,
    alphasQ32: ALPHAS,
  });
  await send(book, "seed", MARKET, seeded);
  await send(registry, "register", encodeModel(MODEL));
  await send(feed, "createFeed", FEED, MARKET, modelId(encodeModel(MODEL)));
  return { source, book, registry, feed };
};

type Deployed = Awaited<ReturnType<typeof deploy>>;

const quorumOf = async (
  source: BaseContract,
  types: object,
  message: Record<string, unknown>,
  count: number,
): Promise<string> => {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = signedSourceDomain(Number(chainId), (await source.getAddress()) as `0x${string}`);
  const sign = async (node: Wallet) => ({
    signer: node.address as `0x${string}`,
    signature: (await node.signTypedData(domain, types as never, message)) as `0x${string}`,
  });
  return packSignatures(await Promise.all(nodes.slice(0, count).map((node) => sign(node as Wallet))));
};

const candleCall = async (source: BaseContract, candle: Candle, count = QUORUM): Promise<string> => {
  const signatures = await quorumOf(source, candleReportTypes, { market: MARKET, ...candle }, count);
  return source.interface.encodeFunctionData("submitCandle", [MARKET, candle, signatures]);
};

const priceCall = async (source: BaseContract, price: bigint, observedAt: bigint, count = QUORUM): Promise<string> => {
  const signatures = await quorumOf(source, priceReportTypes, { market: MARKET, price, observedAt }, count);
  return source.interface.encodeFunctionData("submitPrice", [MARKET, price, observedAt, signatures]);
};

/** What four nodes send at the end of a session: its price and its candle in one transaction. */
const report = async ({ source }: Deployed, candle: Candle): Promise<ContractTransactionReceipt> => {
  await networkHelpers.time.increaseTo(candle.end);
  const calls = [await priceCall(source, candle.close, candle.end), await candleCall(source, candle)];
  return send(source, "multicall", calls);
};

const published = (feed: BaseContract, receipt: ContractTransactionReceipt) => {
  const logs = receipt.logs.map((log) => feed.interface.parseLog(log));
  const found = logs.find((log) => log?.name === "SignalPublished");
  if (!found) throw new Error("no SignalPublished");
  return found.args;
};

describe("rounds of a market on real sessions", () => {
  it("SIG-1: every signal, feature word and lane equals the reference, seed included", async () => {
    const deployed = await networkHelpers.loadFixture(deploy);
    const { book, feed } = deployed;
    let state = seeded.reduce((previous, candle) => stepFeatures(previous, candle, ALPHAS), emptyFeatureState());
    expect([...(await book.getFunction("featureState")(MARKET))]).to.deep.equal(packWords(state.words));

    for (const candle of live) {
      await report(deployed, candle);
      const signal = published(feed, await send(feed, "publish", FEED));

      state = stepFeatures(state, candle, ALPHAS);
      const lanes = featureLanes(state);
      expect([...(await book.getFunction("featureState")(MARKET))]).to.deep.equal(packWords(state.words));
      expect(signal.features).to.equal(packLanes(lanes));
      expect(signal.value).to.equal(annualised(evaluate(MODEL, lanes), MODEL, PERIODS_PER_YEAR));
      expect(signal.round).to.equal(BigInt(state.index));
      expect(signal.model).to.equal(modelId(encodeModel(MODEL)));
      expect(signal.closedAt).to.equal(candle.end);
    }
  });

  it("PRC-1: the reported price becomes the stored price", async () => {
    const deployed = await networkHelpers.loadFixture(deploy);
    const [candle] = live;
    if (candle === undefined) throw new Error("no session");

    await report(deployed, candle);
    await send(deployed.book, "update", MARKET);

    const [price, observedAt] = await deployed.book.getFunction("price")(MARKET, 60);
    expect(price).to.equal(candle.close);
    expect(observedAt).to.equal(candle.end);
  });

  it("O1: a report does not count on a second chain with the same contract address", async () => {
    const { source } = await networkHelpers.loadFixture(deploy);
    const [candle] = live;
    if (candle === undefined) throw new Error("no session");
    const foreign = signedSourceDomain(1, (await source.getAddress()) as `0x${string}`);
    const message = { market: MARKET, price: candle.close, observedAt: candle.end };
    const signatures = await Promise.all(
      nodes.map(async (node) => ({
        signer: node.address as `0x${string}`,
        signature: (await node.signTypedData(foreign, { ...priceReportTypes } as never, message)) as `0x${string}`,
      })),
    );

    await networkHelpers.time.increaseTo(candle.end);

    await expect(call(source, "submitPrice")(MARKET, candle.close, candle.end, packSignatures(signatures))).to.revert(
      ethers,
    );
  });

  it("spends no more gas than it did", async () => {
    const deployed = await networkHelpers.loadFixture(deploy);
    const { source, feed } = deployed;
    const batch = await ethers.deployContract("Batch");
    const lap = 2 * (MODEL.horizon + 1); // two laps of the ring: no slot is new any more
    const gas = { publish: 0n, fourSignersAndPublish: 0n };

    for (const candle of live.slice(0, lap)) {
      await report(deployed, candle);
      gas.publish = (await send(feed, "publish", FEED)).gasUsed;
    }
    for (const candle of live.slice(lap, lap + 2)) {
      await networkHelpers.time.increaseTo(candle.end);
      const calls = [
        { target: source, data: await candleCall(source, candle, 4) },
        { target: feed, data: feed.interface.encodeFunctionData("publish", [FEED]) },
      ];
      gas.fourSignersAndPublish = (await send(batch, "run", calls)).gasUsed;
    }

    expect(Number(gas.publish), "close and publish").to.be.at.most(PUBLISH_GAS);
    expect(Number(gas.fourSignersAndPublish), "four-signer candle, close and publish").to.be.at.most(REPORT_GAS);
  });
});

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

// Whole transactions, except the last: a second reading within one.
const GAS = {
  publish: 75_000, // close and publish, no signatures
  round: 130_000, // four-signer candle, close and publish
  core: 60_000, // features, model and signal alone, with their storage
  priceReport: 56_000, // four signers
  furtherSigner: 5_200,
  warmLatest: 5_000,
};

const packedAlphas = ALPHAS.reduce((packed, alpha) => (packed << 32n) | BigInt(alpha), 0n);

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

const sendRaw = async (to: BaseContract, data: string): Promise<ContractTransactionReceipt> => {
  const [sender] = await ethers.getSigners();
  if (sender === undefined) throw new Error("no account");
  const receipt = await (await sender.sendTransaction({ to: await to.getAddress(), data })).wait();
  if (receipt === null) throw new Error("the transaction was not mined");
  return receipt as ContractTransactionReceipt;
};

const gasOf = ({ gasUsed }: ContractTransactionReceipt): number => Number(gasUsed);

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
    deviationBps: 50,
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

  it("spends no more gas than promised", async () => {
    const deployed = await networkHelpers.loadFixture(deploy);
    const { source, feed } = deployed;
    const batch = await ethers.deployContract("Batch");
    const core = await ethers.deployContract("SignalCore", [encodeModel(MODEL), packedAlphas]);
    const reader = await ethers.deployContract("WarmReader");
    const lap = 2 * (MODEL.horizon + 1); // two laps of the ring: no slot is new any more
    const gas = { publish: 0, round: 0, core: 0, priceReport: 0, furtherSigner: 0, warmLatest: 0 };

    for (const candle of live.slice(0, lap)) {
      await report(deployed, candle);
      gas.publish = gasOf(await send(feed, "publish", FEED));
      gas.core = gasOf(await send(core, "run", candle));
    }
    for (const candle of live.slice(lap, lap + 2)) {
      await networkHelpers.time.increaseTo(candle.end);
      const calls = [
        { target: source, data: await candleCall(source, candle, 4) },
        { target: feed, data: feed.interface.encodeFunctionData("publish", [FEED]) },
      ];
      gas.round = gasOf(await send(batch, "run", calls));
    }
    const reports = [];
    for (const signers of [3, 4]) {
      const { timestamp } = (await ethers.provider.getBlock("latest")) ?? { timestamp: 0 };
      const data = await priceCall(source, 1_000n * 10n ** 8n, BigInt(timestamp), signers);
      reports.push(gasOf(await sendRaw(source, data)));
    }
    const [three = 0, four = 0] = reports;
    gas.priceReport = four;
    gas.furtherSigner = four - three;
    gas.warmLatest = Number(await reader.getFunction("gasOfLatest")(feed, FEED));

    for (const [name, most] of Object.entries(GAS)) {
      expect(gas[name as keyof typeof GAS], name).to.be.within(1, most);
    }
  });
});

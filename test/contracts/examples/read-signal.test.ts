// examples/read-signal against the real oracle contracts.
import { feedId, marketId } from "@aibot/kit/ids";
import { encodeModel, modelId } from "@aibot/kit/models";
import { expect } from "chai";
import { network } from "hardhat";
import { createPublicClient, custom, type Hex } from "viem";
import { readSignal } from "../../../examples/read-signal/read-signal.ts";

const PERIOD = 86_400;
const FIRST_START = 1_167_782_400; // 2007-01-03
const MARKET = marketId("SPX/USD");
const FEED = "SPX/USD vol";
const HALF_LOG2_OF_252 = 17_131_078_191n; // log2(252) / 2, Q32, rounded down
const QUARTER = -2n << 32n; // log2 of 25 %/yr

const { ethers, networkHelpers, provider } = await network.create({
  network: "simulated",
  override: { initialDate: new Date((FIRST_START + 3 * PERIOD) * 1000).toISOString() },
});

const deploy = async () => {
  const [deployer] = await ethers.getSigners();
  const manager = await ethers.deployContract("AccessManager", [deployer]);
  const source = await ethers.deployContract("SignedSource", [manager, [deployer], 1]);
  const book = await ethers.deployContract("PriceBook", [manager]);
  const registry = await ethers.deployContract("ModelRegistry");
  const feed = await ethers.deployContract("SignalFeed", [manager, book, registry]);
  const blob = encodeModel({
    kind: "linear",
    featureSet: 1,
    period: PERIOD,
    horizon: 5,
    minCandles: 3,
    closeToRange: 0n,
    bias: QUARTER - HALF_LOG2_OF_252,
    weights: [0n, 0n, 0n, 0n, 0n, 0n],
  });

  await book.getFunction("createMarket")(MARKET, {
    sources: [source],
    candleSource: source,
    minSources: 1,
    bandBps: 100,
    deviationBps: 50,
    sourceMaxAge: 600,
    period: PERIOD,
    maxGap: 8 * PERIOD,
    periodsPerYear: 252,
    featureSet: 1,
    alphasQ32: [1, 1, 1, 1, 1, 1],
  });
  const [open, high, low, close] = [1400n, 1414n, 1386n, 1400n].map((price) => price * 10n ** 8n);
  const candles = [0, 1, 2].map((n) => FIRST_START + n * PERIOD);
  await book.getFunction("seed")(
    MARKET,
    candles.map((start) => ({ start, end: start + PERIOD, open, high, low, close })),
  );
  await registry.getFunction("register")(blob);
  await feed.getFunction("createFeed")(feedId(FEED), MARKET, modelId(blob));
  await feed.getFunction("publish")(feedId(FEED));
  const lender = await ethers.deployContract("ReadSignal", [feed, feedId(FEED)]);
  return { feed, lender };
};

describe("examples/read-signal", () => {
  it("reads the newest signal in TypeScript", async () => {
    const { feed } = await networkHelpers.loadFixture(deploy);
    const client = createPublicClient({ transport: custom(provider) });

    const signal = await readSignal({ client, signalFeed: (await feed.getAddress()) as Hex, feed: FEED });

    expect(signal).to.deep.equal({ round: 3, volatilityBps: 2_500n });
  });

  it("lends 0.8 less half the volatility expected", async () => {
    const { lender } = await networkHelpers.loadFixture(deploy);

    expect(await lender.getFunction("maxLtvWad")()).to.equal(675n * 10n ** 15n);
  });

  it("lends least when the signal is older than six days", async () => {
    const { lender } = await networkHelpers.loadFixture(deploy);

    await networkHelpers.time.increaseTo(FIRST_START + 9 * PERIOD + 1);

    expect(await lender.getFunction("maxLtvWad")()).to.equal(4n * 10n ** 17n);
  });
});

// PoolFiller between the real vault, fed by the real oracle contracts, and a real Uniswap v3 pool.
import { createRequire } from "node:module";
import { alphaQ32 } from "@aibot/kit/features";
import { feedId, marketId } from "@aibot/kit/ids";
import { encodeModel } from "@aibot/kit/models";
import { expect } from "chai";
import type { Contract, ContractRunner } from "ethers";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();
const require = createRequire(import.meta.url);

const DAY = 86_400;
const MARKET = marketId("SPX/USD");
const FEED = feedId("SPX/USD vol");
const PRICE = 2000n * 10n ** 8n;
const FEE = 500; // millionths: 5 bp
const FULL_RANGE = 887_270;
const usd = (amount: bigint) => amount * 10n ** 6n;
const spx = (amount: bigint) => amount * 10n ** 18n;

const params = {
  targetVolBps: 1000,
  bandBps: 500,
  cashFloorBps: 500,
  levels: 1,
  maxSignalAge: 6 * DAY,
  unwindDelay: DAY,
  maxPriceAge: DAY,
  entryMaxAge: 600,
  fillMaxAge: 1200,
  auctionLife: 600,
  premiumBps: 20,
  slippageBps: 60,
  venueFeeBps: 5,
  maxDrawdownBps: 4000,
  lossBudgetBps: 100,
  turnoverBudgetBps: 20_000,
  budgetWindow: 5 * DAY,
};
const terms = {
  depositCap: 2n ** 128n - 1n,
  entryPausedUntil: 0,
  entrySpreadBps: 20,
  exitSpreadBps: 40,
  managementFeeBps: 0,
  performanceFeeBps: 0,
};
const TARGET_VOL = 0; // IMandate.Limit

// Without weights the forecast is the bias: 2^-2, or 25 %/yr, for which the vault holds 10/25 of NAV.
const model = encodeModel({
  kind: "linear",
  featureSet: 1,
  period: DAY,
  horizon: 5,
  minCandles: 1,
  closeToRange: 0n,
  bias: -2n << 32n,
  weights: Array<bigint>(6).fill(0n),
});

const invoke = (contract: Contract, name: string, ...args: unknown[]) => contract.getFunction(name)(...args);
const as = (contract: Contract, runner: ContractRunner) => contract.connect(runner) as Contract;

const deployArtifact = async (path: string, ...args: unknown[]): Promise<Contract> => {
  const { abi, bytecode } = require(path);
  const [deployer] = await ethers.getSigners();
  return (await new ethers.ContractFactory(abi, bytecode, deployer).deploy(...args)) as Contract;
};
const deploy = async (name: string, ...args: unknown[]): Promise<Contract> =>
  (await ethers.deployContract(name, args)) as unknown as Contract;

const deployOracle = async () => {
  const [, signer] = await ethers.getSigners();
  const manager = await deployArtifact("@openzeppelin/contracts/build/contracts/AccessManager.json", await governor());
  const source = await deploy("SignedSource", manager, [signer], 1);
  const book = await deploy("PriceBook", manager);
  const registry = await deploy("ModelRegistry");
  const feed = await deploy("SignalFeed", manager, book, registry);

  const market = {
    sources: [source],
    candleSource: source,
    minSources: 1,
    bandBps: 200,
    deviationBps: 50,
    sourceMaxAge: DAY,
    period: DAY,
    maxGap: DAY,
    periodsPerYear: 1, // an annualised forecast is the model's output
    featureSet: 1,
    alphasQ32: [1500, 4000, 12_000, 40_000, 2000, 10_000].map(alphaQ32),
  };
  await invoke(book, "createMarket", MARKET, market);
  await invoke(registry, "register", model);
  await invoke(feed, "createFeed", FEED, MARKET, ethers.keccak256(model));
  const end = (await networkHelpers.time.latest()) - DAY;
  await invoke(book, "seed", MARKET, [candleEnding(end)]);
  return { manager, source, book, feed, end };
};

const governor = async () => (await ethers.getSigners())[0];

const candleEnding = (end: number) => ({
  start: end - DAY,
  end,
  open: PRICE,
  high: PRICE + 10n ** 8n,
  low: PRICE - 10n ** 8n,
  close: PRICE,
});

const deployPool = async (base: Contract, token: Contract) => {
  const [lender] = await ethers.getSigners();
  const factory = await deployArtifact(
    "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json",
  );
  const manager = await deployArtifact(
    "@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json",
    factory,
    ethers.ZeroAddress,
    ethers.ZeroAddress,
  );
  // One dollar has 10^6 units and one token 10^18: both amounts are worth 2 billion dollars.
  const depth = [
    { contract: base, amount: usd(2_000_000_000n) },
    { contract: token, amount: spx(1_000_000n) },
  ];
  for (const { contract, amount } of depth) {
    await invoke(contract, "mint", lender, amount);
    await invoke(contract, "approve", manager, amount);
  }

  const addressOf = ({ contract }: { contract: Contract }) => BigInt(String(contract.target));
  const [first, second] = depth.sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
  if (first === undefined || second === undefined) throw new Error("a pool has two tokens");
  const pair = [first.contract, second.contract, FEE];
  await invoke(manager, "createAndInitializePoolIfNecessary", ...pair, sqrtX96(second.amount, first.amount));
  const range = [-FULL_RANGE, FULL_RANGE, first.amount, second.amount, 0, 0, lender, 2n ** 40n];
  await invoke(manager, "mint", [...pair, ...range]);
  const { abi } = require("@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json");
  const pool = new ethers.Contract(await invoke(factory, "getPool", ...pair), abi, lender);
  return { pool, isBaseFirst: first.contract === base };
};

/** √(amount1 / amount0), 96 fraction bits. */
const sqrtX96 = (amount1: bigint, amount0: bigint): bigint => {
  const square = (amount1 << 192n) / amount0;
  let root = 1n << 160n; // above the root; Newton's method falls to it
  for (let next = (root + square / root) >> 1n; next < root; next = (root + square / root) >> 1n) root = next;
  return root;
};

const deployVault = async () => {
  const [deployer] = await ethers.getSigners();
  const oracle = await deployOracle();
  const base = await deploy("DemoToken", "US dollar", "USD", 6, 0);
  const token = await deploy("DemoToken", "S&P 500", "SPX", 18, 0);
  const mandate = await deploy("Mandate", oracle.manager, params, terms, deployer, [
    { capBps: 9500, shareBps: 10_000 },
  ]);
  const vault = await deploy("Vault", {
    asset: base,
    name: "Calm SPX",
    symbol: "cSPX",
    priceBook: oracle.book,
    signalFeed: oracle.feed,
    mandate,
    positions: [{ token, market: MARKET, feed: FEED }],
  });
  const { pool, isBaseFirst } = await deployPool(base, token);
  const filler = await deploy("PoolFiller", deployer);

  await reportPrice(oracle);
  await invoke(base, "mint", deployer, usd(1_000_000n));
  await invoke(base, "approve", vault, usd(1_000_000n));
  await invoke(vault, "deposit(uint256,address)", usd(1_000_000n), deployer);
  return { ...oracle, base, token, mandate, vault, pool, isBaseFirst, filler };
};

type Vault = Awaited<ReturnType<typeof deployVault>>;

const reportPrice = async ({ source, book }: Pick<Vault, "source" | "book">) => {
  const report = { market: MARKET, price: PRICE, observedAt: await networkHelpers.time.latest() };
  const fields = [
    { name: "market", type: "bytes32" },
    { name: "price", type: "uint128" },
    { name: "observedAt", type: "uint48" },
  ];
  const signature = await sign(source, { PriceReport: fields }, report);
  await invoke(source, "submitPrice", MARKET, report.price, report.observedAt, signature);
  await invoke(book, "update", MARKET);
};

const reportCandle = async ({ source }: Vault, candle: ReturnType<typeof candleEnding>) => {
  const times = ["start", "end"].map((name) => ({ name, type: "uint48" }));
  const prices = ["open", "high", "low", "close"].map((name) => ({ name, type: "uint128" }));
  const fields = [{ name: "market", type: "bytes32" }, ...times, ...prices];
  const signature = await sign(source, { CandleReport: fields }, { market: MARKET, ...candle });
  await invoke(source, "submitCandle", MARKET, candle, signature);
};

const sign = async (source: Contract, types: Record<string, { name: string; type: string }[]>, value: object) => {
  const [, signer] = await ethers.getSigners();
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "AIBOT IYI SignedSource", version: "1", chainId, verifyingContract: String(source.target) };
  return signer?.signTypedData(domain, types, value);
};

/** The vault wants to buy 40 % of NAV; after 500 s it pays 46 bp above the oracle price. */
const purchase = async () => {
  const all = await deployVault();
  await invoke(all.feed, "publish", FEED);
  await invoke(all.vault, "open", 0);
  return { ...all, amount: BigInt((await invoke(all.vault, "openAuction", 0)).remaining) };
};

const profitablePurchase = async () => {
  const all = await purchase();
  await networkHelpers.time.increase(500);
  return all;
};

/** The vault wants to sell down from 40 % to 8 % of NAV. */
const profitableSale = async () => {
  const all = await profitablePurchase();
  await invoke(all.filler, "fill", all.vault, 0, all.amount, 0, all.pool, 0);
  await invoke(all.mandate, "tighten", TARGET_VOL, 200);
  await reportCandle(all, candleEnding(all.end + DAY));
  await reportPrice(all);
  await invoke(all.feed, "publish", FEED);
  await invoke(all.vault, "open", 0);
  await networkHelpers.time.increase(500);
  const remaining = BigInt((await invoke(all.vault, "openAuction", 0)).remaining);
  return { ...all, amount: -remaining };
};

const balance = async (token: Contract, owner: Contract): Promise<bigint> => invoke(token, "balanceOf", owner);

describe("PoolFiller", () => {
  it("fills a purchase out of the pool, without stock, and keeps the difference in base asset", async () => {
    const { vault, pool, filler, base, token, amount } = await networkHelpers.loadFixture(profitablePurchase);
    const cash = await balance(base, vault);
    const poolCash = await balance(base, pool);

    await invoke(filler, "fill", vault, 0, amount, 0, pool, usd(1500n));

    const paid = cash - (await balance(base, vault));
    const spent = (await balance(base, pool)) - poolCash;
    expect(await balance(token, vault)).to.equal(amount);
    expect(await balance(base, filler)).to.equal(paid - spent);
    expect(await balance(token, filler)).to.equal(0n);
    // 397,614.31 at the oracle price, 46 bp above it, less 5 bp of fee and 2 of impact
    expect(paid - spent).to.be.within(usd(1500n), usd(1650n));
    expect((await invoke(vault, "openAuction", 0)).round).to.equal(0n);
  });

  it("fills a sale into the pool, without stock, and keeps the difference in base asset", async () => {
    const { vault, pool, filler, base, token, amount } = await networkHelpers.loadFixture(profitableSale);
    const profit = await balance(base, filler);
    const cash = await balance(base, vault);
    const poolCash = await balance(base, pool);

    await invoke(filler, "fill", vault, 0, amount, ethers.MaxUint256, pool, usd(1000n));

    const cost = (await balance(base, vault)) - cash;
    const received = poolCash - (await balance(base, pool));
    expect((await balance(base, filler)) - profit).to.equal(received - cost);
    expect(await balance(token, filler)).to.equal(0n);
    expect(received - cost).to.be.within(usd(1000n), usd(1450n)); // 118.8… tokens, 46 bp below, less fee and impact
    expect(await invoke(vault, "weightBps", 0)).to.be.within(790n, 810n);
  });

  it("answers what it earned", async () => {
    const { vault, pool, filler, base, amount } = await networkHelpers.loadFixture(profitablePurchase);
    const time = (await networkHelpers.time.latest()) + 1;
    await networkHelpers.time.setNextBlockTimestamp(time);
    const quoted = await filler.getFunction("fill").staticCall(vault, 0, amount, 0, pool, 0, { blockTag: "pending" });

    await networkHelpers.time.setNextBlockTimestamp(time);
    await invoke(filler, "fill", vault, 0, amount, 0, pool, 0);

    expect(await balance(base, filler)).to.equal(quoted);
  });

  it("refuses a fill that earns less than the minimum, or loses stock", async () => {
    const { vault, pool, filler, base, amount } = await networkHelpers.loadFixture(purchase);
    await invoke(base, "mint", filler, usd(1_000_000n));

    // 20 bp of premium, 5 of fee and 2 of impact on 397,614.31
    const isLoss = (profit: bigint) => profit > usd(-1200n) && profit < usd(-900n);
    await expect(invoke(filler, "fill", vault, 0, amount, 0, pool, 0))
      .to.be.revertedWithCustomError(filler, "ProfitBelowMin")
      .withArgs(isLoss, 0n);

    await networkHelpers.time.increase(500);
    const isProfit = (profit: bigint) => profit > usd(1500n) && profit < usd(1650n);
    await expect(invoke(filler, "fill", vault, 0, amount, 0, pool, usd(2000n)))
      .to.be.revertedWithCustomError(filler, "ProfitBelowMin")
      .withArgs(isProfit, usd(2000n));
  });

  it("passes the limit on to the vault", async () => {
    const { vault, pool, filler, amount } = await networkHelpers.loadFixture(profitablePurchase);

    await expect(invoke(filler, "fill", vault, 0, amount, ethers.MaxUint256, pool, 0)).to.be.revertedWithCustomError(
      vault,
      "LimitExceeded",
    );
  });

  it("refuses callbacks that it has not asked for", async () => {
    const { filler, base, token } = await networkHelpers.loadFixture(deployVault);
    const [owner] = await ethers.getSigners();
    await invoke(base, "mint", filler, usd(1n));

    await expect(invoke(filler, "onFill", base, 0, token, 0, "0x"))
      .to.be.revertedWithCustomError(filler, "CallbackUnexpected")
      .withArgs(owner?.address);
    await expect(invoke(filler, "uniswapV3SwapCallback", usd(1n), 0, "0x"))
      .to.be.revertedWithCustomError(filler, "CallbackUnexpected")
      .withArgs(owner?.address);
  });

  it("forgets vault and pool after each call", async () => {
    const { vault, pool, filler, base, amount } = await networkHelpers.loadFixture(profitablePurchase);
    await invoke(filler, "fill", vault, 0, amount, 0, pool, 0);

    for (const caller of [vault, pool]) {
      await networkHelpers.impersonateAccount(String(caller.target));
      await networkHelpers.setBalance(String(caller.target), 10n ** 18n);
      const impersonated = as(filler, await ethers.getSigner(String(caller.target)));
      await expect(invoke(impersonated, "onFill", base, 0, base, 0, "0x"))
        .to.be.revertedWithCustomError(filler, "CallbackUnexpected")
        .withArgs(caller.target);
      await expect(invoke(impersonated, "uniswapV3SwapCallback", 1, 0, "0x"))
        .to.be.revertedWithCustomError(filler, "CallbackUnexpected")
        .withArgs(caller.target);
    }
  });

  it("arbitrages the pool to a price limit from its own stock", async () => {
    const { pool, filler, base, token, isBaseFirst } = await networkHelpers.loadFixture(deployVault);
    await invoke(base, "mint", filler, usd(1_000_000_000n));
    const [start] = await invoke(pool, "slot0");
    const limit = isBaseFirst ? (start * 999n) / 1000n : (start * 1001n) / 1000n;

    await invoke(filler, "arbitrage", pool, isBaseFirst, usd(1_000_000_000n), limit);

    const [reached] = await invoke(pool, "slot0");
    const spent = usd(1_000_000_000n) - (await balance(base, filler));
    expect(reached).to.equal(limit);
    // Full range: 0.1 % of the root of the price takes 0.1 % of the depth, and the fee.
    expect(spent).to.be.within(usd(2_000_000n), usd(2_004_000n));
    expect(await balance(token, filler)).to.be.within(spx(998n), spx(1000n));
  });

  it("gives its stock to its owner and obeys nobody else", async () => {
    const { vault, pool, filler, base } = await networkHelpers.loadFixture(deployVault);
    const [owner, stranger] = await ethers.getSigners();
    if (owner === undefined || stranger === undefined) throw new Error("the chain has accounts");
    await invoke(base, "mint", filler, usd(7n));
    const before = await invoke(base, "balanceOf", owner);

    const strangers = as(filler, stranger);
    const attempts = [
      invoke(strangers, "fill", vault, 0, 1, 0, pool, 0),
      invoke(strangers, "arbitrage", pool, true, 1, 1),
      invoke(strangers, "withdraw", base),
    ];
    for (const attempt of attempts)
      await expect(attempt)
        .to.be.revertedWithCustomError(filler, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);

    await invoke(filler, "withdraw", base);
    expect((await invoke(base, "balanceOf", owner)) - before).to.equal(usd(7n));
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Candle } from "@aibot/kit/candles";
import type { Deployment } from "@aibot/kit/deployment";
import { chainlinkSourceAbi, priceBookAbi, signalFeedAbi, signedSourceAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { encodeModel, modelId } from "@aibot/kit/models";
import { type Anvil, startAnvil } from "@aibot/kit/node/anvil";
import { packSignatures, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import { expect } from "chai";
import { type Abi, erc20Abi, type Hex, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { connect, transact } from "../../../deploy/connection.ts";
import { deploy } from "../../../deploy/deploy.ts";
import { fundVault } from "../../../deploy/fund-vault.ts";
import { handOver } from "../../../deploy/hand-over.ts";
import { localAccounts } from "../../../deploy/local-accounts.ts";
import { localParams } from "../../../deploy/local-params.ts";
import { seedMarket } from "../../../deploy/seed-market.ts";
import { readTrust } from "../../../deploy/trust-on-chain.ts";

const DAY = 86_400;
const GENESIS = 1_167_609_600; // 2007-01-01
const PRICE = "1418.3";
const MARKET = "SPX/USD";

const accounts = localAccounts();
const model = encodeModel({
  kind: "linear",
  featureSet: 1,
  period: DAY,
  horizon: 5,
  minCandles: 160,
  closeToRange: 0n,
  bias: 0n,
  weights: [0n, 0n, 4_194_304n, 0n, 0n, 0n],
});
const market = { symbol: "SPX", label: "S&P 500", origin: "a file", period: DAY, calendar: "sessions" } as const;
const params = localParams({ chainId: 31_337, market, price: PRICE });
const silent = () => undefined;

// Sessions that end when the chain begins, up and down by one per cent.
const candles = Array.from({ length: 900 }, (_, day): Candle => {
  const end = BigInt(GENESIS - (899 - day) * DAY);
  const close = day % 2 === 0 ? 141_830_000_000n : 143_248_300_000n;
  return { start: end - BigInt(DAY), end, open: close, high: close + close / 100n, low: close - close / 100n, close };
});

const message = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (error) {
    expect(error).to.have.property("name", "InputError");
    return (error as Error).message;
  }
  return "accepted";
};

describe("deployment", () => {
  let anvil: Anvil;
  let dir: string;
  let deployment: Deployment;

  const run = (overrides: Partial<Parameters<typeof deploy>[0]> = {}) =>
    deploy({
      rpc: anvil.rpc,
      deployerKey: accounts.deployer.privateKey,
      params,
      model,
      deploymentDir: dir,
      log: silent,
      ...overrides,
    });
  const connectAs = (key: Hex) => connect({ rpc: anvil.rpc, key, chainId: 31_337 });
  const seed = (rows: Candle[]) =>
    seedMarket({
      rpc: anvil.rpc,
      governorKey: accounts.deployer.privateKey,
      deployment,
      market: MARKET,
      candles: rows,
      log: silent,
    });
  const fund = () =>
    fundVault({
      rpc: anvil.rpc,
      depositorKey: accounts.treasury.privateKey,
      deployment,
      assets: 1_000_000_000_000n,
      log: silent,
    });

  before(async () => {
    anvil = await startAnvil(["--timestamp", String(GENESIS)]);
    dir = mkdtempSync(join(tmpdir(), "deployment-"));
    deployment = await run();
  });

  after(async () => {
    await anvil.stop();
    rmSync(dir, { recursive: true });
  });

  it("answers what it writes to deployment.json", () => {
    expect(JSON.parse(readFileSync(join(dir, "deployment.json"), "utf8"))).to.deep.equal(deployment);
    expect(deployment.markets).to.deep.equal([
      {
        id: MARKET,
        label: "S&P 500",
        symbol: "SPX",
        period: DAY,
        feed: "SPX/USD vol",
        origins: ["a file"],
      },
    ]);
    expect(deployment.startBlock).to.equal(0);
  });

  it("sends nothing and answers the same when it runs again", async () => {
    const head = await anvil.client.getBlockNumber();

    const second = await run();

    expect(second).to.deep.equal(deployment);
    expect(await anvil.client.getBlockNumber()).to.equal(head);
  });

  it("grants exactly the roles of the trust table", async () => {
    const client = await connectAs(accounts.deployer.privateKey);

    const trust = await readTrust(client, deployment);

    const { deployer, curator } = accounts;
    expect(trust.holders).to.deep.equal([
      { role: "admin", account: deployer.address, delay: 0 },
      { role: "governor", account: deployer.address, delay: 0 },
      { role: "guardian", account: deployer.address, delay: 0 },
      { role: "curator", account: curator.address, delay: 0 },
      { role: "loosener", account: curator.address, delay: 3 * DAY },
    ]);
    expect(trust.guarded).to.deep.equal(["governor", "loosener"]);
    const byRole = Object.groupBy(trust.openings, ({ role }) => role);
    const names = Object.entries(byRole).map(([role, list]) => [role, list?.map(({ name }) => name).sort()]);
    expect(Object.fromEntries(names)).to.deep.equal({
      governor: ["acknowledgeGap", "createFeed", "createMarket", "seed", "setModel", "setSigners"],
      guardian: ["pauseEntry", "resumeEntry"],
      curator: ["lowerCap", "lowerDepositCap", "tighten"],
      loosener: ["loosen", "raiseCap", "raiseDepositCap", "setBand", "setFeeRecipient"],
    });
  });

  it("creates the feed with its model", async () => {
    const feed = await anvil.client.readContract({
      address: deployment.contracts.signalFeed,
      abi: signalFeedAbi,
      functionName: "feedInfo",
      args: [feedId("SPX/USD vol")],
    });

    expect(feed.model).to.equal(modelId(model));
    expect(feed.market).to.equal(marketId(MARKET));
  });

  it("refuses other parameters in the same folder in one sentence", async () => {
    const narrower = { ...params, market: { ...params.market, bandBps: 100 } };

    const refusal = await message(run({ params: narrower }));

    expect(refusal).to.match(
      /^\S+ holds another deployment \(.*createMarket: Argument at index 1 .*\): bring back its contracts, .*\.$/,
    );
    expect(refusal).not.to.include("\n");
  });

  it("refuses a chain with another id", async () => {
    const other = localParams({ chainId: 31_338, market, price: PRICE });

    expect(await message(run({ params: other }))).to.match(/^The chain at http\S+ has id 31337, expected 31338: /);
  });

  it("refuses a chain that does not answer", async () => {
    expect(await message(run({ rpc: "http://127.0.0.1:1" }))).to.match(/^The chain at http\S+ does not answer \(/);
  });

  it("adds Chainlink as a second source where the parameters name an aggregator", async () => {
    const fresh = await startAnvil(["--timestamp", String(GENESIS)]);
    const folder = mkdtempSync(join(tmpdir(), "deployment-"));
    const aggregator: Hex = "0x00000000000000000000000000000000000000c1";
    await fresh.client.setCode({ address: aggregator, bytecode: "0x600860005260206000f3" }); // answers 8 decimals
    const chainlink = { aggregator };

    const confirmed = { ...params, market: { ...params.market, chainlink } };
    const { contracts, startBlock } = await run({ rpc: fresh.rpc, params: confirmed, deploymentDir: folder });

    const { signedSource, chainlinkSource = "0x", priceBook } = contracts;
    const id = marketId(MARKET);
    const read = <T>(address: Hex, abi: Abi, functionName: string) =>
      fresh.client.readContract({ address, abi, functionName, args: [id] }) as Promise<T>;
    const { sources } = await read<{ sources: Hex[] }>(priceBook, priceBookAbi, "marketParams");
    const named = await read<Hex>(chainlinkSource, chainlinkSourceAbi, "aggregatorOf");
    const client = await connect({ rpc: fresh.rpc, key: accounts.deployer.privateKey, chainId: 31_337 });
    const { openings } = await readTrust(client, { ...deployment, contracts, startBlock });
    await fresh.stop();
    rmSync(folder, { recursive: true });

    expect(sources).to.deep.equal([signedSource, chainlinkSource]);
    expect(named.toLowerCase()).to.equal(aggregator);
    expect(openings).to.deep.include({ target: "chainlinkSource", name: "setAggregator", role: "governor" });
  });

  it("refuses a chain that has forgotten the deployment", async () => {
    const fresh = await startAnvil();

    const refusal = await message(run({ rpc: fresh.rpc }));
    await fresh.stop();

    expect(refusal).to.match(
      /^Chain 31337 is not the one deployed to .* it has no accessManager, .*: start anew in an empty folder\.$/,
    );
  });

  describe("the pool", () => {
    const poolAbi = parseAbi([
      "function slot0() view returns (uint160 sqrtPriceX96, int24, uint16, uint16, uint16, uint8, bool)",
      "function token0() view returns (address)",
    ]);
    const read = async () => {
      const pool = deployment.uniswap?.pools[0];
      if (pool === undefined) throw new Error("there is no pool");
      const address = pool.pool;
      const [slot, token0] = await Promise.all([
        anvil.client.readContract({ address, abi: poolAbi, functionName: "slot0" }),
        anvil.client.readContract({ address, abi: poolAbi, functionName: "token0" }),
      ]);
      const isPositionFirst = BigInt(token0) === BigInt(pool.token);
      const ratio = (Number(slot[0]) / 2 ** 96) ** 2; // native units of token1 per token0
      const price = (isPositionFirst ? ratio : 1 / ratio) * 10 ** 12; // 18 and 6 decimals
      return { address, isPositionFirst, price };
    };
    const trade = async (amountIn: bigint, buy: boolean, limit?: number) => {
      const { address, isPositionFirst } = await read();
      const zeroForOne = buy !== isPositionFirst;
      const target = limit === undefined ? (zeroForOne ? 1e-15 : 1e15) : limit / 10 ** 12;
      const root = Math.sqrt(limit === undefined || isPositionFirst ? target : 1 / target);
      const keeper = await connectAs(accounts.keeper.privateKey);
      await transact(keeper, {
        address: deployment.uniswap?.poolFiller ?? "0x",
        abi: parseAbi(["function arbitrage(address, bool, uint256, uint160) returns (uint256, uint256)"]),
        functionName: "arbitrage",
        args: [address, zeroForOne, amountIn, BigInt(Math.round(root * 2 ** 48)) << 48n],
      });
    };

    it("starts at the price of the parameters", async () => {
      expect(Math.round((await read()).price * 1e4)).to.equal(14_183_000);
    });

    it("moves by three basis points at most when 300,000 are traded", async () => {
      const { price } = await read();

      await trade(300_000_000_000n, true);

      const movedBps = ((await read()).price / price - 1) * 1e4;
      expect(movedBps > 0 && movedBps <= 3, `moved by ${movedBps} bps`).to.equal(true);
    });

    it("can be moved to 3,500 and to 600 from the filler's stock", async () => {
      const all = 10n ** 30n;

      await trade(all, true, 3_500);
      expect(Math.round((await read()).price)).to.equal(3_500);

      await trade(all, false, 600);
      expect(Math.round((await read()).price)).to.equal(600);
    });
  });

  describe("seeding", () => {
    const index = async () => {
      const args = [marketId(MARKET)] as const;
      const { priceBook: address } = deployment.contracts;
      const state = { address, abi: priceBookAbi, functionName: "candleState", args } as const;
      return (await anvil.client.readContract(state)).index;
    };

    it("goes on where it stopped and does nothing twice", async () => {
      await seed(candles.slice(0, 300));
      expect(await index()).to.equal(300);

      await seed(candles);
      expect(await index()).to.equal(900);

      const head = await anvil.client.getBlockNumber();
      await seed(candles);
      expect(await anvil.client.getBlockNumber()).to.equal(head);
    });

    it("refuses other candles than those it began with", async () => {
      const shifted = candles.map((candle) => ({ ...candle, end: candle.end + 1n }));

      expect(await message(seed(shifted))).to.match(/^Market SPX\/USD was seeded with other candles \(number 900/);
    });

    it("keeps each transaction below 2^24 gas", async () => {
      const logs = await anvil.client.getContractEvents({
        address: deployment.contracts.priceBook,
        abi: priceBookAbi,
        eventName: "CandleSeeded",
        fromBlock: 0n,
      });
      const hashes = [...new Set(logs.map(({ transactionHash }) => transactionHash))];
      const receipts = await Promise.all(hashes.map((hash) => anvil.client.getTransactionReceipt({ hash })));

      const perCandle = Number(receipts[0]?.gasUsed ?? 0n) / 300;
      expect(perCandle * 800).to.be.below(2 ** 24);
    });
  });

  describe("the first deposit", () => {
    const reportPrice = async () => {
      const { timestamp } = await anvil.client.getBlock();
      const { signedSource, priceBook } = deployment.contracts;
      const report = { market: marketId(MARKET), price: 141_830_000_000n, observedAt: Number(timestamp) };
      const typed = {
        domain: signedSourceDomain(31_337, signedSource),
        types: priceReportTypes,
        primaryType: "PriceReport",
        message: report,
      } as const;
      const signatures = await Promise.all(
        accounts.signers.slice(0, 3).map(async ({ address, privateKey }) => {
          return { signer: address, signature: await privateKeyToAccount(privateKey).signTypedData(typed) };
        }),
      );
      const client = await connectAs(accounts.aiNode.privateKey);
      await transact(client, {
        address: signedSource,
        abi: signedSourceAbi,
        functionName: "submitPrice",
        args: [report.market, report.price, report.observedAt, packSignatures(signatures)],
      });
      const update = { abi: priceBookAbi, functionName: "update", args: [report.market] };
      await transact(client, { address: priceBook, ...update });
    };

    it("waits for a price", async () => {
      expect(await message(fund())).to.match(/^S&P 500 at 10 % volatility does not take 1000000 USD now: wait until /);
    });

    it("happens once", async () => {
      await reportPrice();
      await fund();
      await fund();

      const [vault] = deployment.vaults;
      const assets = { address: vault?.address ?? "0x", abi: vaultAbi, functionName: "totalAssets" } as const;
      expect(await anvil.client.readContract(assets)).to.equal(1_000_000_000_000n);
    });

    it("leaves the demo wallet its money", async () => {
      const address = deployment.vaults[0]?.base.token ?? "0x";
      const args = [accounts.wallet.address] as const;

      const balance = await anvil.client.readContract({ address, abi: erc20Abi, functionName: "balanceOf", args });

      expect(balance).to.equal(100_000_000_000n);
    });
  });

  describe("handing over", () => {
    const governor = { account: "0x00000000000000000000000000000000000000aa" as Hex, delay: 2 * DAY };
    const operated = { ...params, roles: { ...params.roles, governor } };
    const give = () =>
      handOver({
        rpc: anvil.rpc,
        deployerKey: accounts.deployer.privateKey,
        deployment,
        params: operated,
        log: silent,
      });

    it("leaves the deployer nothing and gives the governor its delay, once", async () => {
      await give();
      const head = await anvil.client.getBlockNumber();
      await give();

      expect(await anvil.client.getBlockNumber()).to.equal(head);
      const client = await connectAs(accounts.deployer.privateKey);
      const { holders } = await readTrust(client, deployment);
      expect(holders.slice(0, 2).map(({ role, account, delay }) => [role, account.toLowerCase(), delay])).to.deep.equal(
        [
          ["admin", governor.account, 2 * DAY],
          ["governor", governor.account, 2 * DAY],
        ],
      );
    });
  });
});

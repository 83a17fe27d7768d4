import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Candle } from "@aibot/kit/candles";
import type { Deployment } from "@aibot/kit/deployment";
import { priceBookAbi, signalFeedAbi, signedSourceAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { encodeModel } from "@aibot/kit/models";
import { type Anvil, startAnvil } from "@aibot/kit/node/anvil";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { createTransactions, readJournal } from "@aibot/kit/node/transactions";
import { candleReportTypes, packSignatures, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import {
  encodeFunctionData,
  type Hex,
  parseAbi,
  parseEventLogs,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { connect, transact } from "../../deploy/connection.ts";
import { deploy } from "../../deploy/deploy.ts";
import { fundVault } from "../../deploy/fund-vault.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { localParams } from "../../deploy/local-params.ts";
import { seedMarket } from "../../deploy/seed-market.ts";
import type { Config } from "./config.ts";
import { startEngine } from "./engine.ts";
import { poolAbi, sqrtPriceX96, type Venue } from "./pool.ts";
import { createStrategies } from "./strategies.ts";

const DAY = 86_400;
const GENESIS = 1_167_609_600; // 2007-01-01
const [MARKET, FEED] = [marketId("SPX/USD"), feedId("SPX/USD vol")];
const SEEDED = 200;
const FIRST_PRICE = 1_418_30000000n;

const multicallAbi = parseAbi(["function multicall(bytes[] calls) returns (bytes[])"]);
const accounts = localAccounts();
const silent = () => undefined;
const market = { symbol: "SPX", label: "S&P 500", origin: "a file", period: DAY, calendar: "sessions" } as const;
const model = encodeModel({
  kind: "linear",
  featureSet: 1,
  period: DAY,
  horizon: 5,
  minCandles: 160,
  closeToRange: 0n,
  bias: 0n,
  weights: [0n, 0n, 4_194_304n, 0n, 0n, 0n], // the forecast is the third range volatility
});

/** A session that ends `end` and closes at `close`, with a range of one per cent. */
const session = (end: number, close: bigint): Candle => {
  const [high, low] = [close + close / 200n, close - close / 200n];
  return { start: BigInt(end - DAY), end: BigInt(end), open: close, high, low, close };
};

let anvil: Anvil;
let folder: string;
let deployment: Deployment;
let chain: Chain;
let now = GENESIS;

const settings = () => ({ id: 31_337, rpc: anvil.rpc, ws: anvil.ws, deployment: join(folder, "deployment.json") });
const book = () => ({ address: deployment.contracts.priceBook, abi: priceBookAbi, args: [MARKET] }) as const;
const feed = () => ({ address: deployment.contracts.signalFeed, abi: signalFeedAbi, args: [FEED] }) as const;
const vault = () => ({ address: deployment.vaults[0]?.address as Hex, abi: vaultAbi }) as const;

/** One transaction of what a quorum has signed: the price and the session, as the oracle network sends it. */
const report = async (close: bigint, withCandle = true): Promise<void> => {
  const candle = session(now, close);
  const signedSource = deployment.contracts.signedSource;
  const domain = signedSourceDomain(31_337, signedSource);
  const signers = accounts.signers.slice(0, 3).map(({ privateKey }) => privateKeyToAccount(privateKey));
  const price = { market: MARKET, price: close, observedAt: now };
  const times = { ...candle, start: Number(candle.start), end: Number(candle.end) };
  const sign = async (types: object, primaryType: string, message: object) =>
    packSignatures(
      await Promise.all(
        signers.map(async (signer) => ({
          signer: signer.address,
          signature: await signer.signTypedData({ domain, types, primaryType, message } as never),
        })),
      ),
    );
  const abi = signedSourceAbi;
  const [priceSignatures, candleSignatures] = await Promise.all([
    sign(priceReportTypes, "PriceReport", price),
    sign(candleReportTypes, "CandleReport", { market: MARKET, ...times }),
  ]);
  const calls = [
    encodeFunctionData({ abi, functionName: "submitPrice", args: [MARKET, close, now, priceSignatures] }),
    encodeFunctionData({ abi, functionName: "submitCandle", args: [MARKET, times, candleSignatures] }),
  ];
  const node = await connect({ rpc: anvil.rpc, key: accounts.signers[0]?.privateKey as Hex, chainId: 31_337 });
  const args = [withCandle ? calls : calls.slice(0, 1)] as const;
  const hash = await node.writeContract({
    address: signedSource,
    abi: multicallAbi,
    functionName: "multicall",
    args,
  } as never);
  await node.waitForTransactionReceipt({ hash });
};

const closeSession = async (close: bigint): Promise<void> => {
  now += DAY;
  await anvil.client.setNextBlockTimestamp({ timestamp: BigInt(now) });
  await anvil.client.mine({ blocks: 1 });
  await report(close);
};

const until = async (condition: () => Promise<boolean>, what: string): Promise<void> => {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return;
    await sleep(20);
  }
  assert.fail(`${what} did not happen`);
};

const round = async () => (await chain.client.readContract({ ...feed(), functionName: "feedInfo" })).lastRound;
const index = async () => (await chain.client.readContract({ ...book(), functionName: "candleState" })).index;
const isPublished = async (expected: number) => (await round()) === expected && (await index()) === expected;
const storedPrice = async () => (await chain.client.readContract({ ...book(), functionName: "peek" }))[0];
const isDue = () => chain.client.readContract({ ...vault(), functionName: "isDue", args: [0n] });
const lot = () => chain.client.readContract({ ...vault(), functionName: "openAuction", args: [0n] });

const holding = () => chain.client.readContract({ ...vault(), functionName: "holding", args: [0n] });
const pendingShares = async () => (await chain.client.readContract({ ...vault(), functionName: "exitQueue" }))[2];

/** What the first depositor may fetch of requested exits. */
const claimed = () => {
  const args = [accounts.treasury.address, deployment.vaults[0]?.base.token as Hex] as const;
  return chain.client.readContract({ ...vault(), functionName: "claimOf", args });
};

/** Requests the exit of one part of `parts` of what the first depositor holds. */
const requestExit = async (parts: bigint): Promise<bigint> => {
  const { address, privateKey } = accounts.treasury;
  const client = await connect({ rpc: anvil.rpc, key: privateKey, chainId: 31_337 });
  const shares = (await client.readContract({ ...vault(), functionName: "balanceOf", args: [address] })) / parts;
  await transact(client, { ...vault(), functionName: "requestExit", args: [shares, address] });
  return shares;
};

/** Lets an auction's price fall, 30 seconds a look, until `isReached` or its end. */
const stepUntil = async (isReached: () => Promise<boolean>): Promise<void> => {
  for (let step = 0; step < 25 && !(await isReached()); step++) {
    const { timestamp } = await anvil.client.getBlock();
    await anvil.client.setNextBlockTimestamp({ timestamp: timestamp + 30n });
    await anvil.client.mine({ blocks: 1 });
    await sleep(100);
  }
};

const venue = (): Venue => {
  const [pool] = deployment.uniswap?.pools ?? [];
  assert.ok(pool !== undefined);
  const tokenIsToken0 = BigInt(pool.token) < BigInt(pool.base);
  return { pool: pool.pool, feePips: BigInt(pool.fee), tokenIsToken0, tokenDecimals: 18, baseDecimals: 6 };
};

/** Pool price over stored price, in parts of one. */
const poolDeviation = async (price: bigint): Promise<number> => {
  const [actual] = await chain.client.readContract({ address: venue().pool, abi: poolAbi, functionName: "slot0" });
  return Math.abs((Number(actual) / Number(sqrtPriceX96(price, venue()))) ** 2 - 1);
};

const startKeeper = async (key: Hex, name: string, accrueAfter = 52 * 7 * DAY) => {
  const stop = new AbortController();
  const { signal } = stop;
  const log = createLog(name, "silent");
  const account = privateKeyToAccount(key);
  const config = { MIN_PROFIT: "0.01", MAX_PRICE_AGE: 600, ACCRUE_AFTER: accrueAfter } as Config;
  const journalPath = join(folder, `${name}.sqlite`);
  const transactions = await createTransactions({ chain, account, journalPath, log, signal });
  const strategies = await createStrategies({ chain, account: account.address, config, log });
  const engine = startEngine({ chain, strategies, transactions, metrics: createMetrics(), log, signal });
  return { ...engine, journalPath, stop: () => stop.abort() };
};

before(async () => {
  anvil = await startAnvil(["--timestamp", String(GENESIS)]);
  await anvil.client.setBlockTimestampInterval({ interval: 1 });
  folder = mkdtempSync(join(tmpdir(), "keeper-"));
  const params = localParams({ chainId: 31_337, market, price: "1418.3" });
  const deployer = accounts.deployer.privateKey;
  deployment = await deploy({
    rpc: anvil.rpc,
    deployerKey: deployer,
    params,
    model,
    deploymentDir: folder,
    log: silent,
  });
  const candles = Array.from({ length: SEEDED }, (_, i) => {
    const close = i % 2 === 0 ? FIRST_PRICE : (FIRST_PRICE * 101n) / 100n;
    return session(GENESIS - (SEEDED - 1 - i) * DAY, close);
  });
  await seedMarket({ rpc: anvil.rpc, governorKey: deployer, deployment, market: "SPX/USD", candles, log: silent });
  [chain] = (await loadChains([settings()])) as [Chain];
});
after(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true });
});

describe("two keepers on a chain with the real contracts", () => {
  let owner: Awaited<ReturnType<typeof startKeeper>>;
  let rival: Awaited<ReturnType<typeof startKeeper>>;
  before(async () => {
    [owner, rival] = await Promise.all([
      startKeeper(accounts.keeper.privateKey, "owner"),
      startKeeper(accounts.curator.privateKey, "rival"),
    ]);
  });
  after(() => {
    owner.stop();
    rival.stop();
  });

  let reorganisedRound: number | undefined;

  /**
   * Rounds published by transactions in the journals of both. A transaction says what it has published in its receipt
   * alone: one that was sent for a round may land after the next candle and then publishes that. One that the chain
   * does not have has published nothing, though its journal calls it a success until its keeper sees the
   * reorganisation that took it.
   */
  const receiptOf = async (hash: Hex): Promise<TransactionReceipt[]> => {
    try {
      return [await anvil.client.getTransactionReceipt({ hash })];
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) return [];
      throw error;
    }
  };
  const published = async (): Promise<number[]> => {
    const hashes = [owner, rival]
      .flatMap(({ journalPath }) => readJournal(journalPath))
      .filter(({ key, status }) => key.startsWith("publish ") && status === "success")
      .map(({ hash }) => hash);
    const receipts = await Promise.all(hashes.map(receiptOf));
    return receipts
      .flat()
      .flatMap(({ logs }) => parseEventLogs({ abi: signalFeedAbi, eventName: "SignalPublished", logs }))
      .map(({ args }) => args.round);
  };

  it("store the price and publish the round of a new session, once", async () => {
    await closeSession(FIRST_PRICE);
    await until(() => isPublished(SEEDED + 1), "the first round");

    // Price and round are transactions of their own, in either order.
    await until(async () => (await storedPrice()) === FIRST_PRICE, "the update of the price");
    // The chain has the round before its sender has read the receipt.
    await until(async () => (await published()).includes(SEEDED + 1), "the receipt of the first round");
    assert.equal((await published()).filter((each) => each === SEEDED + 1).length, 1);
  });

  it("open the auction that a deposit makes due at the next round, and fill it from the pool", async () => {
    const depositorKey = accounts.treasury.privateKey;
    await fundVault({ rpc: anvil.rpc, depositorKey, deployment, assets: 1_000_000_000_000n, log: silent });
    await closeSession(FIRST_PRICE);
    await until(() => isPublished(SEEDED + 2), "the second round");
    await until(async () => (await lot()).remaining !== 0n || !(await isDue()), "the auction's opening");
    assert.ok((await lot()).remaining > 0n);

    await stepUntil(async () => (await lot()).remaining === 0n);

    assert.equal((await lot()).remaining, 0n);
    assert.ok((await holding()) > 0n);
  });

  it("move the pool to the fee edge of each new price, up and down", async () => {
    for (const [i, price] of [(FIRST_PRICE * 104n) / 100n, (FIRST_PRICE * 97n) / 100n].entries()) {
      await closeSession(price);
      await until(() => isPublished(SEEDED + 3 + i), "the round");
      await until(async () => (await poolDeviation(price)) < 0.000501, "the arbitrage");
    }
    assert.deepEqual([owner.status().alarms, rival.status().alarms], [[], []]);
    assert.deepEqual(owner.status().reasons, []);
  });

  it("pay a requested exit out of idle cash at the next price, without waiting for a fill", async () => {
    const shares = await requestExit(100n); // a hundredth
    assert.equal(await pendingShares(), shares);

    now += 3_600;
    await anvil.client.setNextBlockTimestamp({ timestamp: BigInt(now) });
    await anvil.client.mine({ blocks: 1 });
    await report((FIRST_PRICE * 97n) / 100n, false);
    await until(async () => (await pendingShares()) === 0n, "the settlement");
    now -= 3_600;

    assert.ok((await claimed()) > 0n);
  });

  it("sell for a requested exit at the next session, whatever the weight says, and pay it", async () => {
    const before = await claimed();
    const held = await holding();
    await requestExit(2n); // half: more than idle cash
    const expected = (await index()) + 1;
    await closeSession((FIRST_PRICE * 97n) / 100n);
    await until(() => isPublished(expected), "the round");
    await until(async () => (await lot()).remaining < 0n, "the auction's opening");

    await stepUntil(async () => (await pendingShares()) === 0n);

    assert.equal(await pendingShares(), 0n);
    assert.ok((await claimed()) > 40n * before, "half of the vault is fifty times a hundredth");
    assert.ok((await holding()) < held);
    assert.deepEqual([owner.status().alarms, rival.status().alarms], [[], []]);
  });

  it("store a price between sessions without closing anything", async () => {
    const candles = await index();
    now += 3_600;
    await anvil.client.setNextBlockTimestamp({ timestamp: BigInt(now) });
    await anvil.client.mine({ blocks: 1 });
    await report(FIRST_PRICE, false);
    await until(async () => (await storedPrice()) === FIRST_PRICE, "the update");

    assert.equal(await index(), candles);
    now -= 3_600; // the next session ends a day after the last
  });

  it("K6 publish a round again whose blocks, and those of the report behind it, a reorganisation has taken", async () => {
    const expected = (await round()) + 1;
    reorganisedRound = expected;
    const { number: before } = await anvil.client.getBlock();
    await closeSession(FIRST_PRICE);
    await until(() => isPublished(expected), "the round");
    await until(async () => [owner, rival].every(({ status }) => status().transactions.pending === 0), "every receipt");
    const { number: after } = await anvil.client.getBlock();

    await anvil.client.request({ method: "anvil_reorg", params: [Number(after - before), []] } as never);
    assert.equal(await round(), expected - 1);
    await until(
      async () => [owner, rival].every(({ status }) => status().transactions.pending === 0),
      "the revived ones' end",
    );
    await anvil.client.setNextBlockTimestamp({ timestamp: BigInt(now) });
    await anvil.client.mine({ blocks: 1 });
    await report(FIRST_PRICE);

    await until(() => isPublished(expected), "the round, again");
    await until(async () => (await published()).includes(expected), "its receipt");
  });

  it("K8 publish no round twice, whoever was second; the loser of a race pays once for a need", async () => {
    const rounds = Array.from({ length: (await round()) - SEEDED }, (_, i) => SEEDED + 1 + i);
    const later = async () => (await published()).filter((each) => each > SEEDED).toSorted((a, b) => a - b);
    await until(async () => (await later()).length >= rounds.length, "every receipt");
    assert.deepEqual(await later(), rounds);
    for (const { journalPath } of [owner, rival]) {
      const reverted = readJournal(journalPath).flatMap(({ key, status }) => (status === "reverted" ? [key] : []));
      for (const key of new Set(reverted)) {
        // Its bytes came in once more after the reorganisation, before there was anything to publish again.
        const most = key.endsWith(` ${reorganisedRound}`) ? 2 : 1;
        assert.ok(reverted.filter((each) => each === key).length <= most, `${key} reverted in ${reverted}`);
      }
    }
  });
});

describe("fee shares that wait", () => {
  it("are minted by a keeper, once", async () => {
    const minted = async () => {
      const filter = { address: vault().address, abi: vaultAbi, eventName: "FeesMinted", fromBlock: 0n } as const;
      return (await anvil.client.getContractEvents(filter)).length;
    };
    const before = await minted();
    const keeper = await startKeeper(accounts.keeper.privateKey, "accruing", DAY);
    now += 3 * DAY;
    await closeSession(FIRST_PRICE);

    await until(async () => (await minted()) > before, "the accrual");
    await until(async () => keeper.status().transactions.pending === 0, "every receipt");
    keeper.stop();

    assert.equal(await minted(), before + 1);
  });
});

describe("the keeper process", () => {
  const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) child.kill("SIGKILL");
  });
  const start = (env: Record<string, string>): { child: ChildProcess; ended: Promise<[number | null, string]> } => {
    const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "ignore", "pipe"] });
    children.push(child);
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    return { child, ended: new Promise((resolve) => child.once("close", (code) => resolve([code, stderr]))) };
  };
  const env = () => ({
    CHAINS: JSON.stringify([settings()]),
    STATE_DIR: join(folder, "state"),
    PRIVATE_KEY: accounts.keeper.privateKey,
  });

  it("continues after a kill, from what the chain needs", async () => {
    const candles = await index();
    const first = start(env());
    await closeSession(FIRST_PRICE);
    await until(() => isPublished(candles + 1), "a round by the first process");
    first.child.kill("SIGKILL");
    await first.ended;

    await closeSession((FIRST_PRICE * 101n) / 100n);
    const second = start(env());
    await until(() => isPublished(candles + 2), "a round by the second process");
    second.child.kill("SIGTERM");

    assert.deepEqual(await second.ended, [0, ""]);
  });

  it("says in one sentence what is wrong, with exit code 1", async () => {
    const wrongId = { ...env(), CHAINS: JSON.stringify([{ ...settings(), id: 1 }]) };
    const [missing, wrong] = await Promise.all([start({}).ended, start(wrongId).ended]);

    assert.equal(missing[0], 1);
    assert.match(missing[1], /^keeper: CHAINS is not set: .* See --help\.\n$/);
    assert.equal(wrong[0], 1);
    assert.match(wrong[1], /^keeper: .*31337.*\n$/);
  });
});

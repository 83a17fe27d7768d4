// docs/runbooks/switch-a-feed.md, rehearsed on a chain that is governed with a delay.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Candle } from "@aibot/kit/candles";
import type { Deployment } from "@aibot/kit/deployment";
import { modelRegistryAbi, signalFeedAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { encodeModel, type LinearModel, modelId } from "@aibot/kit/models";
import { type Anvil, startAnvil } from "@aibot/kit/node/anvil";
import { candleReportTypes, packSignatures, signedSourceDomain } from "@aibot/kit/typed-data";
import { expect } from "chai";
import { BaseError, ContractFunctionRevertedError, encodeFunctionData, type Hex, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Call, connect, transact } from "../../../deploy/connection.ts";
import { deploy } from "../../../deploy/deploy.ts";
import { handOver } from "../../../deploy/hand-over.ts";
import { localAccounts } from "../../../deploy/local-accounts.ts";
import { localParams } from "../../../deploy/local-params.ts";
import { seedMarket } from "../../../deploy/seed-market.ts";

const DAY = 86_400;
const DELAY = 2 * DAY;
const GENESIS = 1_167_609_600; // 2007-01-01
const CHAIN = 31_337;
const MARKET = "SPX/USD";
const FEED = feedId("SPX/USD vol");
const SEEDED = 160;

const accounts = localAccounts();
const governor = accounts.wallet;
const guardian = accounts.deployer;
const stranger = accounts.keeper;

const linear = (bias: bigint): LinearModel => ({
  kind: "linear",
  featureSet: 1,
  period: DAY,
  horizon: 5,
  minCandles: SEEDED,
  closeToRange: 0n,
  bias,
  weights: [0n, 0n, 4_194_304n, 0n, 0n, 0n],
});
const oldModel = encodeModel(linear(0n));
const newModel = encodeModel(linear(1n << 30n));

const market = { symbol: "SPX", label: "S&P 500", origin: "a file", period: DAY, calendar: "sessions" } as const;
const local = localParams({ chainId: CHAIN, market, price: "1418.3" });
const params = { ...local, roles: { ...local.roles, governor: { account: governor.address, delay: DELAY } } };

/** The session that ends `day` days after the chain begins. */
const session = (day: number): Candle => {
  const end = BigInt(GENESIS + day * DAY);
  const close = 141_830_000_000n;
  return { start: end - BigInt(DAY), end, open: close, high: close + close / 100n, low: close - close / 100n, close };
};

const managerAbi = parseAbi([
  "error AccessManagerNotReady(bytes32 operationId)",
  "error AccessManagerNotScheduled(bytes32 operationId)",
  "error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)",
  "error AccessManagerExpired(bytes32 operationId)",
  "function schedule(address target, bytes data, uint48 when) returns (bytes32 operationId, uint32 nonce)",
  "function execute(address target, bytes data) payable returns (uint32)",
  "function cancel(address caller, address target, bytes data) returns (uint32)",
]);

/** The name of the error that `promise` ends with. */
const errorOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (error) {
    const revert = error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (revert instanceof ContractFunctionRevertedError) return revert.data?.errorName ?? revert.message;
    throw error;
  }
  return "none";
};

describe("switching a feed to another model", () => {
  let anvil: Anvil;
  let dir: string;
  let deployment: Deployment;

  const send = async (key: Hex, call: Call) => transact(await connect({ rpc: anvil.rpc, key, chainId: CHAIN }), call);
  const setModel = (model: Hex) =>
    encodeFunctionData({ abi: signalFeedAbi, functionName: "setModel", args: [FEED, modelId(model)] });
  const manage = (key: Hex, functionName: string, args: unknown[]) =>
    send(key, { address: deployment.contracts.accessManager, abi: managerAbi, functionName, args });
  const schedule = (key: Hex) => manage(key, "schedule", [deployment.contracts.signalFeed, setModel(newModel), 0]);
  const execute = (key: Hex) => manage(key, "execute", [deployment.contracts.signalFeed, setModel(newModel)]);
  const cancel = (key: Hex) =>
    manage(key, "cancel", [governor.address, deployment.contracts.signalFeed, setModel(newModel)]);
  const skip = async (seconds: number) => {
    await anvil.client.increaseTime({ seconds });
    await anvil.client.mine({ blocks: 1 });
  };

  /** Reports the session of this day and publishes its round. */
  const publish = async (day: number) => {
    const { signedSource, signalFeed } = deployment.contracts;
    const { start, end, ...prices } = session(day);
    const candle = { start: Number(start), end: Number(end), ...prices };
    const typed = {
      domain: signedSourceDomain(CHAIN, signedSource),
      types: candleReportTypes,
      primaryType: "CandleReport",
      message: { market: marketId(MARKET), ...candle },
    } as const;
    const signatures = await Promise.all(
      accounts.signers.slice(0, 3).map(async ({ address, privateKey }) => {
        return { signer: address, signature: await privateKeyToAccount(privateKey).signTypedData(typed) };
      }),
    );
    await send(stranger.privateKey, {
      address: signedSource,
      abi: signedSourceAbi,
      functionName: "submitCandle",
      args: [marketId(MARKET), candle, packSignatures(signatures)],
    });
    const published = { address: signalFeed, abi: signalFeedAbi, functionName: "publish", args: [FEED] };
    await send(stranger.privateKey, published);
  };

  /** The rounds published so far, each with its model. */
  const rounds = async () => {
    const { signalFeed: address } = deployment.contracts;
    const event = { address, abi: signalFeedAbi, eventName: "SignalPublished", fromBlock: 0n, strict: true } as const;
    const logs = await anvil.client.getContractEvents(event);
    return logs.map(({ args: { round, model } }) => ({ round, model }));
  };

  before(async () => {
    anvil = await startAnvil(["--timestamp", String(GENESIS)]);
    dir = mkdtempSync(join(tmpdir(), "deployment-"));
    const { rpc } = anvil;
    const deployer = accounts.deployer.privateKey;
    deployment = await deploy({
      rpc,
      deployerKey: deployer,
      params,
      model: oldModel,
      deploymentDir: dir,
      log: () => undefined,
    });
    const candles = Array.from({ length: SEEDED }, (_, k) => session(k + 1 - SEEDED));
    await seedMarket({ rpc, governorKey: deployer, deployment, market: MARKET, candles, log: () => undefined });
    await handOver({ rpc, deployerKey: deployer, deployment, params, log: () => undefined });
    const register = { abi: modelRegistryAbi, functionName: "register", args: [newModel] };
    await send(stranger.privateKey, { address: deployment.contracts.modelRegistry, ...register });
    await skip(DAY);
    await publish(1);
  });

  after(async () => {
    await anvil.stop();
    rmSync(dir, { recursive: true });
  });

  it("is not done by the governor at once", async () => {
    const abi = [...signalFeedAbi, ...managerAbi]; // the feed asks the manager, whose error comes back
    const call = { abi, functionName: "setModel", args: [FEED, modelId(newModel)] };
    const atOnce = send(governor.privateKey, { address: deployment.contracts.signalFeed, ...call });

    expect(await errorOf(atOnce)).to.equal("AccessManagerNotScheduled");
    expect(await errorOf(execute(governor.privateKey))).to.equal("AccessManagerNotScheduled");
  });

  it("is announced by nobody but the governor", async () => {
    expect(await errorOf(schedule(stranger.privateKey))).to.equal("AccessManagerUnauthorizedCall");
  });

  it("can be cancelled by the guardian while it waits", async () => {
    await schedule(governor.privateKey);
    await cancel(guardian.privateKey);
    await skip(DELAY);

    expect(await errorOf(execute(governor.privateKey))).to.equal("AccessManagerNotScheduled");
  });

  it("waits for the whole delay", async () => {
    await schedule(governor.privateKey);
    await skip(DELAY - 60);

    expect(await errorOf(execute(governor.privateKey))).to.equal("AccessManagerNotReady");
  });

  it("takes effect with the next round, once the delay is over", async () => {
    await skip(60);
    await execute(governor.privateKey);
    await publish(2);

    const [before, after] = await rounds();
    expect(before).to.include({ round: SEEDED + 1, model: modelId(oldModel) });
    expect(after).to.include({ round: SEEDED + 2, model: modelId(newModel) });
  });

  it("happens once for each announcement", async () => {
    expect(await errorOf(execute(governor.privateKey))).to.equal("AccessManagerNotScheduled");
  });

  it("must be done within a week", async () => {
    await schedule(governor.privateKey);
    await skip(DELAY + 7 * DAY);

    expect(await errorOf(execute(governor.privateKey))).to.equal("AccessManagerExpired");
  });
});

// The protocol's oracle side on a fresh anvil, for tests: real contracts, signed reports, block times of real sessions.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Candle } from "@aibot/kit/candles";
import type { Deployment } from "@aibot/kit/deployment";
import { alphaQ32 } from "@aibot/kit/features";
import { feedId, marketId } from "@aibot/kit/ids";
import { type Anvil, startAnvil } from "@aibot/kit/node/anvil";
import { candleReportTypes, packSignatures, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import { type Abi, type Address, createWalletClient, encodeFunctionData, type Hex, http, keccak256, toHex } from "viem";
import { mnemonicToAccount, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

export const FEED = "SPX/USD vol";
export const ALPHAS_Q32 = [1_500, 4_000, 12_000, 40_000, 2_000, 10_000].map(alphaQ32);
export const PERIODS_PER_YEAR = 252;

const MARKET = "SPX/USD";
const CHAIN_ID = 31_337;
const DAY = 86_400;
const QUORUM = 3;

export const deployer = mnemonicToAccount("test test test test test test test test test test test junk");

type Contract = { abi: Abi; bytecode: Hex };

const contractOf = (path: string): Contract => {
  const file = new URL(`../../artifacts/${path}.sol/${path.split("/").at(-1)}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(file), "utf8"));
};

/** Sends as the deployer, who is the governor too; every call is mined when it returns. */
const createSender = ({ rpc, client }: Anvil) => {
  const wallet = createWalletClient({ account: deployer, transport: http(rpc) });
  const chain = null; // the node knows its own id

  const mined = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 5 });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    return receipt.contractAddress ?? "0x";
  };
  const deploy = async (path: string, args: unknown[]): Promise<Address> =>
    mined(await wallet.deployContract({ ...contractOf(path), args, chain }));
  const call = async (to: Address, path: string, functionName: string, args: unknown[]): Promise<void> => {
    const data = encodeFunctionData({ abi: contractOf(path).abi, functionName, args });
    await mined(await wallet.sendTransaction({ to, data, chain }));
  };
  return { deploy, call };
};

const paths = {
  signedSource: "contracts/oracle/sources/SignedSource",
  priceBook: "contracts/oracle/PriceBook",
  modelRegistry: "contracts/oracle/ModelRegistry",
  signalFeed: "contracts/oracle/SignalFeed",
};

const marketParams = (signedSource: Address) => ({
  sources: [signedSource],
  candleSource: signedSource,
  minSources: 1,
  bandBps: 200,
  deviationBps: 50,
  sourceMaxAge: 6 * DAY,
  period: DAY,
  maxGap: 8 * DAY,
  periodsPerYear: PERIODS_PER_YEAR,
  featureSet: 1,
  alphasQ32: ALPHAS_Q32.map(Number),
});

const signersNamed = (prefix: string): PrivateKeyAccount[] =>
  ["a", "b", "c", "d"]
    .map((name) => privateKeyToAccount(keccak256(toHex(prefix + name))))
    .sort((x, y) => (BigInt(x.address) < BigInt(y.address) ? -1 : 1));

/** Calldata of both reports of one period, signed by a bare quorum. */
const signedReports = async (candle: Candle, signers: PrivateKeyAccount[], source: Address): Promise<Hex[]> => {
  const { abi } = contractOf(paths.signedSource);
  const domain = signedSourceDomain(CHAIN_ID, source);
  const market = marketId(MARKET);
  const price = { market, price: candle.close, observedAt: Number(candle.end) };
  const report = { ...candle, start: Number(candle.start), end: Number(candle.end) };
  const quorum = signers.slice(-QUORUM);

  const sign = async (signer: PrivateKeyAccount) => {
    const { signTypedData } = signer;
    const ofPrice = { domain, types: priceReportTypes, primaryType: "PriceReport", message: price } as const;
    const ofCandle = {
      domain,
      types: candleReportTypes,
      primaryType: "CandleReport",
      message: { market, ...report },
    } as const;
    return { signer: signer.address, price: await signTypedData(ofPrice), candle: await signTypedData(ofCandle) };
  };
  const signed = await Promise.all(quorum.map(sign));
  const packed = (of: "price" | "candle") => packSignatures(signed.map((one) => ({ ...one, signature: one[of] })));
  return [
    encodeFunctionData({ abi, functionName: "submitPrice", args: [...Object.values(price), packed("price")] }),
    encodeFunctionData({ abi, functionName: "submitCandle", args: [market, report, packed("candle")] }),
  ];
};

export type LocalProtocol = {
  anvil: Anvil;
  deployment: Deployment;
  /** Seeds candles before the first live one. */
  seed: (candles: Candle[]) => Promise<void>;
  createFeed: (modelId: Hex) => Promise<void>;
  /** One period: its candle, signed and reported, then the round. */
  publish: (candle: Candle) => Promise<void>;
  rotateSigners: (prefix: string) => Promise<void>;
};

const deployAll = async ({ deploy, call }: ReturnType<typeof createSender>, signers: PrivateKeyAccount[]) => {
  const manager = await deploy("@openzeppelin/contracts/access/manager/AccessManager", [deployer.address]);
  const signerSet = [signers.map(({ address }) => address), QUORUM];
  const signedSource = await deploy(paths.signedSource, [manager, ...signerSet]);
  const priceBook = await deploy(paths.priceBook, [manager]);
  const modelRegistry = await deploy(paths.modelRegistry, []);
  const signalFeed = await deploy(paths.signalFeed, [manager, priceBook, modelRegistry]);
  await call(priceBook, paths.priceBook, "createMarket", [marketId(MARKET), marketParams(signedSource)]);
  return { accessManager: manager, signedSource, priceBook, modelRegistry, signalFeed };
};

/** Starts anvil at `genesis`, unix seconds, and deploys everything but model and feed. */
export const startLocalProtocol = async (genesis: bigint): Promise<LocalProtocol> => {
  const anvil = await startAnvil(["--timestamp", String(genesis)]);
  const sender = createSender(anvil);
  let signers = signersNamed("first ");
  const contracts = await deployAll(sender, signers);
  const { signedSource, priceBook, signalFeed } = contracts;
  const [market, feed] = [marketId(MARKET), feedId(FEED)];

  return {
    anvil,
    deployment: {
      chainId: CHAIN_ID,
      startBlock: 0,
      contracts,
      markets: [{ id: MARKET, label: "S&P 500", symbol: "SPX", period: DAY, feed: FEED, origins: ["test"] }],
      vaults: [],
    },
    seed: (candles) => sender.call(priceBook, paths.priceBook, "seed", [market, candles]),
    createFeed: (modelId) => sender.call(signalFeed, paths.signalFeed, "createFeed", [feed, market, modelId]),
    publish: async (candle) => {
      const reports = await signedReports(candle, signers, signedSource);
      await anvil.client.setNextBlockTimestamp({ timestamp: candle.end });
      await sender.call(signedSource, paths.signedSource, "multicall", [reports]);
      await sender.call(signalFeed, paths.signalFeed, "publish", [feed]);
    },
    rotateSigners: (prefix) => {
      signers = signersNamed(prefix);
      const addresses = signers.map(({ address }) => address);
      return sender.call(signedSource, paths.signedSource, "setSigners", [addresses, QUORUM]);
    },
  };
};

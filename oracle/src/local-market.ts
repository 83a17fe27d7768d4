// A market on a bare local chain with the real contracts, for tests.
import { readFile } from "node:fs/promises";
import type { Candle } from "@aibot/kit/candles";
import type { Deployment } from "@aibot/kit/deployment";
import { alphaQ32 } from "@aibot/kit/features";
import { priceBookAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Anvil } from "@aibot/kit/node/anvil";
import type { Abi, Address, Hex } from "viem";
import { createWalletClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";

export const MARKET = "SPX/USD";
export const PERIOD = 86_400;

export type LocalMarketParams = { anvil: Anvil; signers: Address[]; quorum: number; seed: Candle };

export type LocalMarket = {
  deployment: Deployment;
  /** Mines a block at `time`: on the chain, what ended by then has ended. */
  advanceTo: (time: bigint) => Promise<void>;
  /** What PriceBook has taken since the start, oldest first, as `CandleClosed` events tell. */
  takenEnds: () => Promise<bigint[]>;
  reported: () => Promise<{ candle: Candle; price: bigint; observedAt: bigint }>;
  /** The transactions that have reported a candle, and those that have reported a price. */
  reportTransactions: () => Promise<{ candle: Hex[]; price: Hex[] }>;
  closeCandle: () => Promise<void>; // as a keeper does
  setSigners: (signers: Address[], quorum: number) => Promise<void>; // as the governor does
};

const root = new URL("../../", import.meta.url);
const ARTIFACTS = {
  AccessManager: "node_modules/@openzeppelin/contracts/build/contracts/AccessManager.json",
  SignedSource: "artifacts/contracts/oracle/sources/SignedSource.sol/SignedSource.json",
  PriceBook: "artifacts/contracts/oracle/PriceBook.sol/PriceBook.json",
};

const readArtifact = async (name: keyof typeof ARTIFACTS): Promise<{ abi: Abi; bytecode: Hex }> =>
  JSON.parse(await readFile(new URL(ARTIFACTS[name], root), "utf8"));

const HALF_LIVES = [1_500, 4_000, 12_000, 40_000, 2_000, 10_000]; // thousandths of a period

export const deployMarket = async ({ anvil, signers, quorum, seed }: LocalMarketParams): Promise<LocalMarket> => {
  const { client } = anvil;
  const governor = mnemonicToAccount("test test test test test test test test test test test junk");
  const wallet = createWalletClient({ account: governor, transport: http(anvil.rpc) });

  const deploy = async (name: keyof typeof ARTIFACTS, args: unknown[]): Promise<Address> => {
    const { abi, bytecode } = await readArtifact(name);
    const hash = await wallet.deployContract({ abi, bytecode, args, chain: null });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash, pollingInterval: 10 });
    if (contractAddress == null) throw new Error(`${name} was not deployed`);
    return contractAddress;
  };
  const sorted = (list: Address[]): Address[] => list.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const accessManager = await deploy("AccessManager", [governor.address]);
  const signedSource = await deploy("SignedSource", [accessManager, sorted(signers), quorum]);
  const priceBook = await deploy("PriceBook", [accessManager]);
  for (const address of signers) await client.setBalance({ address, value: 10n ** 20n });

  const market = marketId(MARKET);
  const book = { address: priceBook, abi: priceBookAbi, chain: null } as const;
  const params = {
    sources: [signedSource],
    candleSource: signedSource,
    minSources: 1,
    bandBps: 200,
    deviationBps: 50,
    sourceMaxAge: 10 * PERIOD,
    period: PERIOD,
    maxGap: 8 * PERIOD,
    periodsPerYear: 252,
    featureSet: 1,
    alphasQ32: HALF_LIVES.map((halfLife) => Number(alphaQ32(halfLife))),
  };
  const times = ({ start, end, ...prices }: Candle) => ({ ...prices, start: Number(start), end: Number(end) });
  await wallet.writeContract({ ...book, functionName: "createMarket", args: [market, params] });
  await wallet.writeContract({ ...book, functionName: "seed", args: [market, [times(seed)]] });

  return {
    deployment: describeDeployment({ chainId: await client.getChainId(), accessManager, signedSource, priceBook }),
    advanceTo: async (time) => {
      await client.setNextBlockTimestamp({ timestamp: time });
      await client.mine({ blocks: 1 });
    },
    takenEnds: async () => {
      const events = await client.getContractEvents({ ...book, eventName: "CandleClosed", fromBlock: 0n });
      return events.map(({ args }) => BigInt(args.end ?? 0));
    },
    reported: async () => {
      const source = { address: signedSource, abi: signedSourceAbi, args: [market] } as const;
      const { start, end, ...prices } = await client.readContract({ ...source, functionName: "candle" });
      const [price, observedAt] = await client.readContract({ ...source, functionName: "observation" });
      const candle = { ...prices, start: BigInt(start), end: BigInt(end) };
      return { candle, price, observedAt: BigInt(observedAt) };
    },
    reportTransactions: async () => {
      const hashesOf = async (eventName: "CandleReported" | "PriceReported"): Promise<Hex[]> => {
        const source = { address: signedSource, abi: signedSourceAbi, fromBlock: 0n } as const;
        const events = await client.getContractEvents({ ...source, eventName });
        return events.map(({ transactionHash }) => transactionHash);
      };
      return { candle: await hashesOf("CandleReported"), price: await hashesOf("PriceReported") };
    },
    closeCandle: async () => {
      await wallet.writeContract({ ...book, functionName: "close", args: [market] });
    },
    setSigners: async (list, newQuorum) => {
      const source = { address: signedSource, abi: signedSourceAbi, chain: null } as const;
      await wallet.writeContract({ ...source, functionName: "setSigners", args: [sorted(list), newQuorum] });
    },
  };
};

type Addresses = { chainId: number; accessManager: Address; signedSource: Address; priceBook: Address };

// Only what an oracle node uses is there; the other contracts borrow an address that has code.
const describeDeployment = ({ chainId, ...contracts }: Addresses): Deployment => ({
  chainId,
  startBlock: 0,
  contracts: { ...contracts, modelRegistry: contracts.priceBook, signalFeed: contracts.priceBook },
  markets: [
    {
      id: MARKET,
      label: "S&P 500",
      symbol: "SPX",
      period: PERIOD,
      feed: `${MARKET} vol`,
      origins: ["local"],
    },
  ],
  vaults: [],
});

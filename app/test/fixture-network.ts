// What the pages about the network and about a chain's facts ask for: a signer set, reports that its accounts have signed,
// transactions with real calldata and logs, services in every state.
import { createHash } from "node:crypto";
import { demoTokenAbi, priceBookAbi, signalFeedAbi, signedSourceAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { packSignatures, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import {
  type Abi,
  type AbiEvent,
  encodeAbiParameters,
  encodeErrorResult,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  numberToHex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Service } from "../src/data/services.ts";
import { CHAIN, marketOf, OWNER, VAULT, type World } from "./fixture-graphql.ts";

const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
export const PRICE_BOOK = address("2");
export const SIGNED_SOURCE = address("3");
export const SIGNAL_FEED = address("5");
export const USD = address("7");
export const SPX = address("8");
export const CHAINLINK = address("c");
export const KEEPER: Hex = "0x976ea74026e726554db657fa54763abd0c3a0aa9";
export const STRANGER = address("9");

const accounts = ["11", "22", "33", "44"]
  .map((byte) => privateKeyToAccount(`0x${byte.repeat(32)}`))
  .toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
export const SIGNERS = accounts.map(({ address: signer }) => signer.toLowerCase() as Hex);

export const hashOf = (text: string): Hex => `0x${createHash("sha256").update(text).digest("hex")}`;

type Log = { address: Hex; topics: Hex[]; data: Hex };
type Transaction = {
  name: string;
  block: number | null; // null: pending
  from: Hex;
  to: Hex | null;
  input: Hex;
  value?: bigint;
  logs?: Log[];
  refusal?: Hex;
};

/** What a test may bend. */
export type NetworkWorld = {
  isNodeDown: boolean;
  isIndexerEmpty: boolean;
  finalized: boolean;
  chainId: number;
  indexedBehind: number; // blocks that the node is ahead of the index
  chainlinkPrice: bigint | undefined; // 1e8; undefined: the market has no such source
  services: Service[];
  transactions: Transaction[];
};

const logOf = (at: Hex, abi: Abi, eventName: string, args: Record<string, unknown>): Log => {
  const event = abi.find((item): item is AbiEvent => item.type === "event" && item.name === eventName);
  if (event === undefined) throw new Error(`no event ${eventName}`);
  const inData = event.inputs.filter(({ indexed }) => !indexed);
  return {
    address: at,
    topics: encodeEventTopics({ abi: [event], eventName, args } as never) as Hex[],
    data: encodeAbiParameters(
      inData,
      inData.map(({ name }) => args[name as string]),
    ),
  };
};

const market = marketId("SPX/USD");
const feed = feedId("SPX/USD vol");

/** A report in a multicall, as oracle nodes send it, signed by `by`. */
const reportBy = async (by: number[], price: bigint, observedAt: number): Promise<Hex> => {
  const domain = signedSourceDomain(CHAIN, SIGNED_SOURCE);
  const message = { market, price, observedAt };
  const signatures = await Promise.all(
    by
      .flatMap((index) => accounts[index] ?? [])
      .map(async (account) => ({
        signer: account.address,
        signature: await account.signTypedData({
          domain,
          types: priceReportTypes,
          primaryType: "PriceReport",
          message,
        }),
      })),
  );
  const args = [market, price, observedAt, packSignatures(signatures)] as const;
  const call = encodeFunctionData({ abi: signedSourceAbi, functionName: "submitPrice", args });
  return encodeFunctionData({ abi: signedSourceAbi, functionName: "multicall", args: [[call]] });
};

const PRICE = 1_300n * 10n ** 8n;

const reportTransactions = (head: number, now: number): Promise<Transaction[]> =>
  // Of the newest four reports node 1 has signed four, node 2 three, node 3 three, node 4 two.
  Promise.all(
    [
      [0, 1, 2],
      [0, 1, 3],
      [0, 2, 3],
      [0, 1, 2],
    ].map(async (by, index) => ({
      name: `report ${index}`,
      block: head - 30 + index,
      from: SIGNERS[0] as Hex,
      to: SIGNED_SOURCE,
      input: await reportBy(by, PRICE, now - 30 + index),
      logs: [
        logOf(SIGNED_SOURCE, signedSourceAbi, "PriceReported", { market, price: PRICE, observedAt: now - 30 + index }),
      ],
    })),
  );

const protocolTransactions = (head: number, round: number): Transaction[] => [
  {
    name: "publish",
    block: head - 9,
    from: KEEPER,
    to: SIGNAL_FEED,
    input: encodeFunctionData({ abi: signalFeedAbi, functionName: "publish", args: [feed] }),
    logs: [
      logOf(SIGNAL_FEED, signalFeedAbi, "SignalPublished", {
        ...{ feed, round, model: hashOf("model"), value: -(1n << 33n), level: 1, closedAt: 86_400 },
        features: `0x${"00".repeat(32)}`,
      }),
    ],
  },
  {
    name: "fill",
    block: head - 8,
    from: KEEPER,
    to: VAULT,
    input: encodeFunctionData({ abi: vaultAbi, functionName: "fill", args: [0n, 10n ** 18n, 1_300_000_000n, "0x"] }),
    logs: [
      logOf(USD, demoTokenAbi, "Transfer", { from: VAULT, to: KEEPER, value: 1_298_700_000n }),
      logOf(VAULT, vaultAbi, "AuctionFilled", {
        ...{ position: 0n, round, filler: KEEPER, tokenDelta: 10n ** 18n, baseDelta: -1_298_700_000n },
        ...{ price: PRICE, offBps: 10 },
      }),
    ],
  },
  {
    name: "deposit",
    block: head - 7,
    from: OWNER as Hex,
    to: VAULT,
    input: encodeFunctionData({
      abi: vaultAbi,
      functionName: "deposit",
      args: [1_000_000_000n, OWNER as Hex, 1n, 4_000_000_000n],
    }),
    logs: [
      logOf(VAULT, vaultAbi, "Deposit", {
        ...{ sender: OWNER, owner: OWNER, assets: 1_000_000_000n, shares: 998_000_000_000_000n },
      }),
    ],
  },
  {
    name: "reverted",
    block: head - 7,
    from: OWNER as Hex,
    to: VAULT,
    input: encodeFunctionData({ abi: vaultAbi, functionName: "redeem", args: [5n, OWNER as Hex, OWNER as Hex] }),
    refusal: encodeErrorResult({ abi: vaultAbi, errorName: "MarketIsHalted", args: [market, 2] }),
  },
  { name: "coin", block: head - 6, from: KEEPER, to: STRANGER, input: "0x", value: 25n * 10n ** 16n },
  {
    name: "unknown call",
    block: head - 6,
    from: KEEPER,
    to: STRANGER,
    input: "0xdeadbeef0000000000000000000000000000000000000000000000000000000000000001",
    logs: [{ address: STRANGER, topics: [hashOf("Strange()")], data: "0x01" }],
  },
  { name: "create", block: head - 5, from: KEEPER, to: null, input: "0x6001600155" },
  {
    name: "pending",
    block: null,
    from: KEEPER,
    to: PRICE_BOOK,
    input: encodeFunctionData({ abi: priceBookAbi, functionName: "update", args: [market] }),
  },
];

const SERVICES: Service[] = [
  ...[0, 1, 2, 3].map(
    (index): Service => ({
      name: `oracle-${index}`,
      kind: "oracle",
      status: "healthy",
      reasons: [],
      figures: { members: 4, quorum: 3, silentPeers: 0, openRounds: 0, sourceLagSeconds: 0 },
    }),
  ),
  {
    name: "ai-node",
    kind: "ai-node",
    status: "healthy",
    reasons: [],
    figures: {
      equalRounds: 620,
      unequalRounds: 0,
      engines: [
        { name: "reference", state: "ready" },
        { name: "wasm-simd", state: "ready" },
        { name: "webgpu", state: "absent", reason: "no adapter" },
      ],
      models: [{ model: "0x5a", one: "wasm-simd", many: "wasm-simd", perSecond: { one: 412_000, many: 2_310_000 } }],
    },
  },
  { name: "keeper", kind: "keeper", status: "healthy", reasons: [], figures: { pending: 0, alarms: 0 } },
  {
    name: `indexer-${CHAIN}`,
    kind: "indexer",
    status: "healthy",
    reasons: [],
    figures: { chain: CHAIN, finality: 64, height: 5141, head: 5141, lagBlocks: 0, lagSeconds: 0 },
  },
  { name: "graphql", kind: "graphql", status: "healthy", reasons: [], figures: {} },
];

export const createNetworkWorld = async (world: World): Promise<NetworkWorld> => {
  const last = world.rounds.at(-1);
  const now = Number(last?.closedAt ?? 0n) + 42;
  return {
    isNodeDown: false,
    isIndexerEmpty: false,
    finalized: true,
    chainId: CHAIN,
    indexedBehind: 0,
    chainlinkPrice: undefined,
    services: structuredClone(SERVICES),
    transactions: [
      ...(await reportTransactions(world.head, now)),
      ...protocolTransactions(world.head, last?.round ?? 0),
    ],
  };
};

/* GRAPHQL */

const eventOf = (name: string, { block }: { block: number | null }, timestamp: bigint) => ({
  block: block ?? 0,
  timestamp: String(timestamp),
  tx: hashOf(name),
});

const sourcesOf = (world: World, { chainlinkPrice }: NetworkWorld) => {
  const last = world.rounds.at(-1);
  const signed = {
    ...{ address: SIGNED_SOURCE, kind: "signed", isCandleSource: true, deviationBps: 0, isAgreeing: true },
    ...{ price: String(last?.price ?? 0n), priceAt: String(last?.closedAt ?? 0n) },
  };
  const chainlink = {
    ...{ address: CHAINLINK, kind: "chainlink", isCandleSource: false, deviationBps: null, isAgreeing: null },
    ...{ price: null, priceAt: null },
  };
  return chainlinkPrice === undefined ? [signed] : [signed, chainlink];
};

const newest = (world: World, network: NetworkWorld, name: string) => {
  const found = network.transactions.find((one) => one.name === name);
  return found === undefined
    ? []
    : [{ chain: CHAIN, ...eventOf(name, found, (world.rounds.at(-1)?.closedAt ?? 0n) + 9n) }];
};

const networkOf = (world: World, network: NetworkWorld) => {
  const last = world.rounds.at(-1);
  if (network.isIndexerEmpty) return { markets: [], signerSets: [], fillers: [], rounds: [], fills: [] };
  return {
    markets: [
      {
        ...marketOf(world),
        ...{ id: `${CHAIN}-SPX/USD`, chain: CHAIN, bandBps: 200, gap: "0" },
        minSources: network.chainlinkPrice === undefined ? 1 : 2,
        sourceMaxAge: "86400",
        sources: sourcesOf(world, network),
      },
    ],
    signerSets: [
      {
        ...{ id: `${CHAIN}-${SIGNED_SOURCE}`, chain: CHAIN, address: SIGNED_SOURCE, signers: SIGNERS, quorum: 3 },
        ...eventOf("signers", { block: 3 }, (last?.closedAt ?? 0n) - 86_400n * 30n),
      },
    ],
    fillers: [
      {
        ...{ id: "1", chain: CHAIN, address: KEEPER, fills: 132, volume: "1298700000000", discount: "1299000000" },
        ...eventOf("fill", { block: world.head - 8 }, (last?.closedAt ?? 0n) + 9n),
        vault: { address: VAULT, symbol: "vtSPX", baseSymbol: "USD", baseDecimals: 6 },
      },
      {
        ...{ id: "2", chain: CHAIN, address: SIGNERS[0], fills: 3, volume: "12000000", discount: "4000" },
        ...eventOf("fill", { block: world.head - 8 }, (last?.closedAt ?? 0n) + 9n),
        vault: { address: VAULT, symbol: "vtSPX", baseSymbol: "USD", baseDecimals: 6 },
      },
    ],
    rounds: newest(world, network, "publish").map(({ chain, tx, timestamp }) => ({ chain, tx, timestamp })),
    fills: newest(world, network, "fill").map(({ chain, tx, timestamp }) => ({ chain, tx, timestamp })),
  };
};

const activityOf = (world: World, subject: string) => {
  const at = (world.rounds.at(-1)?.closedAt ?? 0n) + 9n;
  const vault = {
    address: VAULT,
    name: "Volatility-target SPX",
    symbol: "vtSPX",
    ...{ baseSymbol: "USD", baseDecimals: 6, shareDecimals: 12 },
  };
  const isOwner = subject === OWNER;
  const owned = { vault, owner: OWNER, shares: "998000000000000" };
  return {
    holdings: isOwner ? [{ vault, shares: "998000000000000" }] : [],
    deposits: isOwner
      ? [{ id: "d", ...eventOf("deposit", { block: world.head - 7 }, at), ...owned, assets: "1000000000" }]
      : [],
    withdrawals: [],
    exits: [],
    requests: isOwner ? [{ id: "r", ...eventOf("request", { block: world.head - 20 }, at - 99n), ...owned }] : [],
    fills:
      subject === KEEPER
        ? [
            {
              ...{ id: "f", ...eventOf("fill", { block: world.head - 8 }, at), vault, baseDelta: "-1298700000" },
              ...{ tokenDelta: "1000000000000000000", position: { symbol: "SPX", decimals: 18 } },
            },
          ]
        : [],
  };
};

/** Undefined for queries of other pages. */
export const answerNetworkQuery = (
  world: World,
  network: NetworkWorld,
  query: string,
  variables: { address?: string },
): unknown => {
  switch (/^query (\w+)/.exec(query)?.[1]) {
    case "Network":
      return networkOf(world, network);
    case "Signers":
      return { signerSets: network.isIndexerEmpty ? [] : [{ chain: CHAIN, signers: SIGNERS }] };
    case "AddressActivity":
      return activityOf(world, variables.address ?? "");
    default:
      return undefined;
  }
};

/* RPC */

const blockHash = (height: number): Hex => hashOf(`block ${height}`);
const FEE = 3n * 10n ** 9n;
const GAS_USED = 100_000;

const timeOf = (world: World, height: number): bigint =>
  (world.rounds.at(-1)?.closedAt ?? 0n) + 42n - BigInt(world.head - height) * 12n;

const transactionOf = ({ name, block, from, to, input, value = 0n }: Transaction) => ({
  hash: hashOf(name),
  blockNumber: block === null ? null : numberToHex(block),
  blockHash: block === null ? null : blockHash(block),
  from,
  to,
  input,
  value: numberToHex(value),
  gas: "0x30d40",
  nonce: "0x7",
});

const receiptOf = ({ name, block, from, to, logs = [], refusal }: Transaction) =>
  block === null
    ? null
    : {
        ...{ transactionHash: hashOf(name), blockNumber: numberToHex(block), blockHash: blockHash(block), from, to },
        contractAddress: to === null ? address("d") : null,
        status: refusal === undefined ? "0x1" : "0x0",
        gasUsed: numberToHex(GAS_USED),
        effectiveGasPrice: numberToHex(FEE),
        logs: refusal === undefined ? logs : [],
      };

const blockOf = (world: World, { transactions }: NetworkWorld, height: number, isFull: boolean) => {
  const inside = transactions.filter(({ block }) => block === height);
  return {
    number: numberToHex(height),
    hash: blockHash(height),
    parentHash: blockHash(height - 1),
    timestamp: numberToHex(timeOf(world, height)),
    gasLimit: "0x1c9c380",
    gasUsed: numberToHex(GAS_USED * inside.length),
    baseFeePerGas: "0x1",
    transactions: inside.map((one) => (isFull ? transactionOf(one) : hashOf(one.name))),
  };
};

type Params = readonly unknown[];

const readBlock = (world: World, network: NetworkWorld, [tag, isFull]: Params): unknown => {
  const height = tag === "finalized" ? world.head - 64 : Number(tag);
  if (tag === "finalized" && !network.finalized) throw Object.assign(new Error("no such tag"), { code: -32602 });
  return height > world.head + network.indexedBehind ? null : blockOf(world, network, height, isFull === true);
};

const revertError = (data: Hex) => Object.assign(new Error("execution reverted"), { code: 3, data });

/** Undefined for what the shared chain answers. */
export const answerNetworkRpc = (world: World, network: NetworkWorld, method: string, params: Params): unknown => {
  const byHash = (hash: unknown) => network.transactions.find(({ name }) => hashOf(name) === hash);
  switch (method) {
    case "eth_chainId":
      return numberToHex(network.chainId);
    case "eth_getBlockByNumber":
      if (params[0] !== "latest" || network.indexedBehind > 0 || params[1] === true)
        return readBlock(
          world,
          network,
          params[0] === "latest" ? [numberToHex(world.head + network.indexedBehind)] : params,
        );
      return undefined;
    case "eth_getBlockByHash":
      for (let height = world.head; height > world.head - 100; height -= 1)
        if (blockHash(height) === params[0]) return blockOf(world, network, height, params[1] === true);
      return null;
    case "eth_getTransactionByHash": {
      const found = byHash(params[0]);
      return found === undefined ? undefined : transactionOf(found);
    }
    case "eth_getTransactionReceipt": {
      const found = byHash(params[0]);
      return found === undefined ? undefined : receiptOf(found);
    }
    case "eth_getLogs":
      if ((params[0] as { address: Hex }).address !== SIGNED_SOURCE) return undefined;
      return network.transactions
        .filter(({ to }) => to === SIGNED_SOURCE)
        .flatMap(({ name, logs = [] }) => logs.map((log) => ({ ...log, transactionHash: hashOf(name) })));
    case "eth_getCode":
      return [PRICE_BOOK, SIGNED_SOURCE, SIGNAL_FEED, USD, SPX, VAULT].includes(params[0] as Hex) ? "0x60016002" : "0x";
    case "eth_getBalance":
      return params[0] === KEEPER ? numberToHex(123n * 10n ** 16n) : "0x0";
    case "eth_getTransactionCount":
      return params[0] === KEEPER ? "0x2a" : undefined;
    case "eth_call":
      return answerCall(world, network, params[0] as { to?: Hex; from?: Hex; data?: Hex });
    default:
      return undefined;
  }
};

const answerCall = (world: World, network: NetworkWorld, { to, data = "0x" }: { to?: Hex; data?: Hex }): unknown => {
  const reverted = network.transactions.find(({ refusal, input }) => refusal !== undefined && input === data);
  if (reverted?.refusal !== undefined) throw revertError(reverted.refusal);
  if (to !== CHAINLINK) return undefined;
  const observedAt = world.rounds.at(-1)?.closedAt ?? 0n;
  return encodeAbiParameters(
    [{ type: "uint128" }, { type: "uint48" }],
    [network.chainlinkPrice ?? 0n, Number(observedAt)],
  );
};

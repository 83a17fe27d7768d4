// Just enough of a chain to sign against: a pool, blocks, receipts with real logs, and a vault behind them.
import {
  type Address,
  type Hex,
  keccak256,
  numberToHex,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
  zeroHash,
} from "viem";
import { CHAIN, type World } from "./fixture-graphql.ts";
import { publishReceipt } from "./fixture-signals.ts";
import { type Call, createFixtureVault } from "./fixture-vault.ts";
import { roleGrants } from "./fixture-vault-page.ts";

export type { Ledger } from "./fixture-vault.ts";

type Mined = { hash: Hex; from: Address; nonce: number; to: Address; data: Hex; block: number | undefined };

export const createFixtureChain = (world: World) => {
  const vault = createFixtureVault(world);
  const mempool = { isHeld: false, isReverting: false }; // held: transactions wait for `mine`
  const pool: Mined[] = [];
  const mined: Mined[] = [];
  const receipts = new Map<string, object>();

  const include = async (one: Mined): Promise<void> => {
    world.head += 1;
    one.block = world.head;
    mined.push(one);
    const { functionName, run } = await vault.plan(one);
    const logs = mempool.isReverting ? [] : run();
    if (!mempool.isReverting) vault.ledger.sent.push(functionName);
    receipts.set(one.hash, {
      transactionHash: one.hash,
      blockNumber: numberToHex(world.head),
      blockHash: zeroHash,
      status: mempool.isReverting ? "0x0" : "0x1",
      logs,
      to: one.to,
      from: one.from,
      gasUsed: "0x5208",
      cumulativeGasUsed: "0x5208",
      effectiveGasPrice: "0x1",
      transactionIndex: "0x0",
      type: "0x2",
      logsBloom: `0x${"00".repeat(256)}`,
      contractAddress: null,
    });
  };

  const mine = async (): Promise<void> => {
    for (const one of pool.splice(0)) await include(one);
  };

  const send = async (raw: Hex): Promise<Hex> => {
    const hash = keccak256(raw);
    const { to, data = "0x", nonce = 0 } = parseTransaction(raw);
    const from = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized });
    const replaced = pool.findIndex((one) => one.from === from && one.nonce === nonce);
    if (replaced >= 0) pool.splice(replaced, 1);
    pool.push({ hash, from, nonce, to: to as Address, data, block: undefined });
    if (!mempool.isHeld) await mine();
    return hash;
  };

  const shown = ({ hash, from, nonce, to, data, block }: Mined) => ({
    hash,
    from,
    to,
    nonce: numberToHex(nonce),
    input: data,
    value: "0x0",
    gas: "0x30d40",
    gasPrice: "0x1",
    maxFeePerGas: "0x1",
    maxPriorityFeePerGas: "0x1",
    type: "0x2",
    accessList: [],
    chainId: numberToHex(CHAIN),
    blockNumber: block === undefined ? null : numberToHex(block),
    blockHash: block === undefined ? null : zeroHash,
    transactionIndex: block === undefined ? null : "0x0",
    v: "0x0",
    r: zeroHash,
    s: zeroHash,
  });

  const blockOf = (tag: string) => {
    const number = tag.startsWith("0x") ? Number(tag) : world.head;
    return {
      number: numberToHex(number),
      hash: zeroHash,
      parentHash: zeroHash,
      timestamp: numberToHex(vault.now()),
      baseFeePerGas: "0x1",
      gasLimit: "0x1c9c380",
      gasUsed: "0x0",
      transactions: mined.filter(({ block }) => block === number).map(shown),
    };
  };

  const countOf = (address: string, tag: string): number => {
    const isOwn = ({ from }: Mined) => from.toLowerCase() === address.toLowerCase();
    return mined.filter(isOwn).length + (tag === "pending" ? pool.filter(isOwn).length : 0);
  };

  /** A block that holds transactions of a wallet; undefined for any other question. */
  const answerMined = (method: string, [tag]: readonly unknown[]): unknown => {
    if (method !== "eth_getBlockByNumber") return undefined;
    const block = blockOf(String(tag));
    return block.transactions.length === 0 ? undefined : block;
  };

  const answer = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    switch (method) {
      case "eth_chainId":
        return numberToHex(CHAIN);
      case "eth_blockNumber":
        return numberToHex(world.head);
      case "eth_getBlockByNumber":
        return blockOf(String(params[0]));
      case "eth_getLogs":
        return roleGrants();
      case "eth_call":
        return vault.call(params[0] as Call);
      case "eth_getCode":
        return "0x";
      case "eth_getTransactionCount":
        return numberToHex(countOf(String(params[0]), String(params[1])));
      case "eth_estimateGas":
        return "0x30d40";
      case "eth_gasPrice":
      case "eth_maxPriorityFeePerGas":
        return "0x1";
      case "eth_sendRawTransaction":
        return send(params[0] as Hex);
      case "eth_getTransactionByHash": {
        const found = [...pool, ...mined].find(({ hash }) => hash === params[0]);
        return found === undefined ? null : shown(found);
      }
      case "eth_getTransactionReceipt":
        return receipts.get(params[0] as string) ?? publishReceipt(world, params[0] as string);
      default:
        throw Object.assign(new Error(`The fixture's chain has no ${method}.`), { code: -32601 });
    }
  };

  return { ledger: vault.ledger, settle: vault.settle, mempool, mine, answer, answerMined };
};

export type FixtureChain = ReturnType<typeof createFixtureChain>;

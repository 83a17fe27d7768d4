import type { Hex } from "viem";
import { hexToString, keccak256, type LocalAccount, stringToHex } from "viem";
import type { Head } from "../heads.ts";
import type { Mined } from "../transaction-state.ts";
import type { Random } from "./random.ts";

/** A transaction of the one account that a simulated chain has. */
export type Sent = {
  hash: Hex;
  raw: Hex;
  nonce: number;
  data: Hex;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
};

export type Block = {
  head: Head;
  parent: Block | undefined;
  sent: { transaction: Sent; status: Mined["status"] }[];
  count: number; // the account's next nonce
};

/** Signs by writing down: what the manager does with bytes does not depend on their cryptography, and a schedule is quick. */
export const scribe = (address: Hex): LocalAccount => {
  const signTransaction = async (fields: Record<string, unknown>) => {
    const { nonce, data, maxFeePerGas, maxPriorityFeePerGas } = fields;
    return stringToHex(JSON.stringify([nonce, data, String(maxFeePerGas), String(maxPriorityFeePerGas)]));
  };
  return { address, signTransaction } as unknown as LocalAccount;
};

export const parseSent = (raw: Hex): Sent => {
  const [nonce, data, maxFee, maxTip] = JSON.parse(hexToString(raw)) as [number, Hex, string, string];
  const fees = { maxFeePerGas: BigInt(maxFee), maxPriorityFeePerGas: BigInt(maxTip) };
  return { hash: keccak256(raw), raw, nonce, data, ...fees };
};

export type SimulatedChain = {
  head: () => Block;
  /** The head some blocks ago, perhaps on a fork that is gone. */
  formerHead: (ago: number) => Block;
  pool: Map<number, Sent>; // by nonce
  setBaseFee: (wei: bigint) => void;
  mine: (params: { most: number }) => Block;
  /** Takes the newest blocks away; their transactions go back to the pool or are lost. */
  orphan: (depth: number, isKept: (sent: Sent) => boolean) => void;
};

export type ChainParams = { random: Random; statusOf: (sent: Sent) => Mined["status"] };

const GENESIS_TIME = 1_700_000_000n;

export const createSimulatedChain = ({ random, statusOf }: ChainParams): SimulatedChain => {
  const pool = new Map<number, Sent>();
  let baseFeePerGas = 10n ** 9n;
  let made = 0;

  const makeBlock = (parent: Block | undefined): Block => {
    made += 1;
    const number = parent === undefined ? 100n : parent.head.number + 1n;
    const hash: Hex = `0x${made.toString(16).padStart(64, "0")}`;
    const parentHash = parent?.head.hash ?? "0x";
    const head = { number, hash, parentHash, timestamp: GENESIS_TIME + number, baseFeePerGas };
    return { head, parent, sent: [], count: parent?.count ?? 0 };
  };

  let head = makeBlock(undefined);
  const heads = [head];
  const moveTo = (block: Block) => {
    head = block;
    heads.push(block);
  };

  return {
    head: () => head,
    formerHead: (ago) => heads[Math.max(0, heads.length - 1 - ago)] as Block,
    pool,
    setBaseFee: (wei) => {
      baseFeePerGas = wei;
    },
    mine: ({ most }) => {
      const block = makeBlock(head);
      for (
        let next = pool.get(block.count);
        next !== undefined && block.sent.length < most;
        next = pool.get(block.count)
      ) {
        if (next.maxFeePerGas < baseFeePerGas) break;
        block.sent.push({ transaction: next, status: statusOf(next) });
        block.count += 1;
      }
      for (const nonce of pool.keys()) if (nonce < block.count) pool.delete(nonce);
      moveTo(block);
      return block;
    },
    orphan: (depth, isKept) => {
      let block = head;
      for (let i = 0; i < depth && block.parent !== undefined; i++) {
        for (const { transaction } of block.sent) {
          if (isKept(transaction) && !pool.has(transaction.nonce)) pool.set(transaction.nonce, transaction);
        }
        block = block.parent;
      }
      moveTo(block);
      // A chain is replaced by another one, which may be shorter for a moment.
      for (let i = random.between(0, depth); i > 0; i--) moveTo(makeBlock(head));
    },
  };
};

/** Blocks from `head` down to the first. */
export function* ancestry(head: Block): Generator<Block> {
  for (let block: Block | undefined = head; block !== undefined; block = block.parent) yield block;
}

import type { ChainLook } from "../../data/chain-look.ts";
import type { Head } from "../../data/heads.ts";

type Point = Pick<Head, "height" | "timestamp">;

export type Lag = { blocks: number; seconds: bigint };

/** From the last indexed block to the chain's head; the two are looked at one after the other, so never below zero. */
export const lagOf = (head: Point, indexed: Point): Lag => {
  const blocks = head.height - indexed.height;
  const seconds = head.timestamp - indexed.timestamp;
  return blocks <= 0 ? { blocks: 0, seconds: 0n } : { blocks, seconds: seconds < 0n ? 0n : seconds };
};

/** The newer of the node's head and the index, which may have seen a block after the node was asked. */
export const newestOf = (node: Point, indexed: Point | undefined): Point =>
  indexed !== undefined && indexed.height > node.height ? indexed : node;

const TOLERATED_BLOCKS = 20; // as the runbook's alarm

export type ChainState = "well" | "behind" | "unindexed" | "wrong-chain" | "unreachable";

/** Of `heads`, what the index has, undefined while it has not said so: then nothing is missing yet. */
export const chainState = (
  chain: number,
  look: ChainLook | undefined,
  heads: readonly Head[] | undefined,
): ChainState | undefined => {
  if (look === undefined) return undefined;
  if (look.kind !== "answering") return look.kind;
  if (heads === undefined) return undefined;
  const indexed = heads.find((head) => head.chain === chain);
  if (indexed === undefined) return "unindexed";
  return lagOf(look.head, indexed).blocks > TOLERATED_BLOCKS ? "behind" : "well";
};

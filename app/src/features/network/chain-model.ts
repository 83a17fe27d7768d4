import type { ChainLook } from "../../data/chain-look.ts";
import type { Head } from "../../data/heads.ts";

export type Lag = { blocks: number; seconds: bigint };

/** From the last indexed block to the chain's head; the two are looked at one after the other, so never below zero. */
export const lagOf = (
  head: { height: number; timestamp: bigint },
  indexed: Pick<Head, "height" | "timestamp">,
): Lag => {
  const blocks = head.height - indexed.height;
  const seconds = head.timestamp - indexed.timestamp;
  return blocks <= 0 ? { blocks: 0, seconds: 0n } : { blocks, seconds: seconds < 0n ? 0n : seconds };
};

const TOLERATED_BLOCKS = 20; // as the runbook's alarm

export type ChainState = "well" | "behind" | "unindexed" | "wrong-chain" | "unreachable";

export const chainState = (look: ChainLook, indexed: Head | undefined): ChainState => {
  if (look.kind !== "answering") return look.kind;
  if (indexed === undefined) return "unindexed";
  return lagOf(look.head, indexed).blocks > TOLERATED_BLOCKS ? "behind" : "well";
};

import type { Clock } from "./clock.ts";
import type { Head } from "./heads.ts";
import type { TransactionNode } from "./transaction-node.ts";
import { type Fees, marketFees } from "./transaction-state.ts";

const TIP_MAX_AGE_MS = 60_000;

export type FeeWatch = {
  onHead: (head: Head) => void;
  market: () => Fees;
  /** Whether a block costs more than the cap now. */
  isCapped: () => boolean;
  cap: bigint;
};

type FeeWatchParams = { node: TransactionNode; clock: Clock; head: Head; tip: bigint; cap: bigint };

/** Fees without a request a transaction: the base fee comes with every head, the tip is asked for once a minute. */
export const createFeeWatch = ({ node, clock, head, tip, cap }: FeeWatchParams): FeeWatch => {
  let baseFee = head.baseFeePerGas;
  let tipAt = clock.now();

  const refreshTip = async () => {
    tipAt = clock.now();
    // Without an answer the last tip stays; a transaction that turns out too cheap is replaced.
    tip = await node.tip().catch(() => tip);
  };

  return {
    onHead: (next) => {
      baseFee = next.baseFeePerGas;
      if (clock.now() - tipAt > TIP_MAX_AGE_MS) void refreshTip();
    },
    market: () => marketFees({ baseFee, tip, cap }),
    isCapped: () => baseFee > cap,
    cap,
  };
};

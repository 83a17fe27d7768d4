import { type Address, formatEther } from "viem";
import type { Clock } from "./clock.ts";
import type { Logger } from "./log.ts";
import type { FeeWatch } from "./transaction-fees.ts";
import type { TransactionNode } from "./transaction-node.ts";

const MAX_AGE_MS = 30_000;
const TYPICAL_GAS = 300_000n; // limit of one transaction

export type BalanceStatus = {
  balance: bigint; // wei
  /** A sentence when the account can soon not pay any more. */
  lowBalance: string | undefined;
};

export type BalanceWatch = { onHead: () => void; status: () => BalanceStatus };

export type BalanceWatchParams = {
  node: TransactionNode;
  clock: Clock;
  fees: FeeWatch;
  account: Address;
  balance: bigint; // at start
  reserveTransactions: bigint; // that it should always be able to pay for
  log: Logger;
};

/** What `transactions` of typical gas may cost at most at these fees. */
const reserveFor = (transactions: bigint, maxFeePerGas: bigint): bigint => transactions * TYPICAL_GAS * maxFeePerGas;

/** Reads the balance now and then, so that an account is filled up before it fails. */
export const createBalanceWatch = (params: BalanceWatchParams): BalanceWatch => {
  const { node, clock, fees, account, reserveTransactions, log } = params;
  let { balance } = params;
  let readAt = clock.now();
  let wasLow = false;

  const lowBalance = (): string | undefined => {
    const reserve = reserveFor(reserveTransactions, fees.market().maxFeePerGas);
    if (balance >= reserve) return undefined;
    const amounts = `${formatEther(balance)}, less than the ${formatEther(reserve)} that ${reserveTransactions} transactions may cost`;
    return `The account ${account} has ${amounts} at present fees; send it some.`;
  };

  const tell = (): void => {
    const sentence = lowBalance();
    if (sentence !== undefined && !wasLow) log.error({ balance, alarm: sentence }, "alarm: the balance is low");
    wasLow = sentence !== undefined;
  };

  const read = async (): Promise<void> => {
    readAt = clock.now();
    // Without an answer the last balance stays.
    balance = await node.balance().catch(() => balance);
    tell();
  };

  tell();
  return {
    onHead: () => {
      if (clock.now() - readAt > MAX_AGE_MS) void read();
    },
    status: () => ({ balance, lowBalance: lowBalance() }),
  };
};

// What every service that sends transactions checks before it starts. A fault is an `InputError` that says what to do.
import { type Address, formatEther } from "viem";
import { InputError } from "../errors.ts";
import type { Chain } from "./chain.ts";

const LEAST_TRANSACTIONS = 10n;

export type BalanceParams = {
  chain: Pick<Chain, "id" | "client">;
  account: Address;
  gas: bigint; // of the dearest transaction that the service sends
  transactions?: bigint; // so many of them must be paid for
};

/** Wei that `transactions` cost at a gas price. */
const leastBalance = ({ gas, transactions = LEAST_TRANSACTIONS }: BalanceParams, gasPrice: bigint): bigint =>
  gas * transactions * gasPrice;

/** Throws unless the account can pay for some transactions at the present gas price. */
export const checkBalance = async (params: BalanceParams): Promise<void> => {
  const { chain, account, transactions = LEAST_TRANSACTIONS } = params;
  const [balance, gasPrice] = await Promise.all([
    chain.client.getBalance({ address: account }),
    chain.client.getGasPrice(),
  ]);
  const least = leastBalance(params, gasPrice);
  if (balance >= least) return;
  throw new InputError(
    `The account ${account} has ${formatEther(balance)} of chain ${chain.id}'s coin; ${transactions} transactions may ` +
      `cost ${formatEther(least)} at the present gas price: send it at least ${formatEther(least - balance)}.`,
  );
};

// A chain as the steps of a deployment see it: reads, and transactions of one account, each awaited.
import { InputError, rootMessage } from "@aibot/kit/errors";
import { type Abi, createWalletClient, type Hex, http, publicActions, type TransactionReceipt } from "viem";
import { privateKeyToAccount } from "viem/accounts";

export type ConnectParams = { rpc: string; key: Hex; chainId: number };
export type Connection = Awaited<ReturnType<typeof connect>>;

export const connect = async ({ rpc, key, chainId }: ConnectParams) => {
  const client = createWalletClient({
    account: privateKeyToAccount(key),
    transport: http(rpc, { batch: true }),
    pollingInterval: 50, // a local chain answers at once; a public one is asked a few dozen times in all
    cacheTime: 0,
  }).extend(publicActions);

  const actual = await client.getChainId().catch((error: unknown) => {
    throw new InputError(
      `The chain at ${rpc} does not answer (${rootMessage(error)}): start it or correct the address.`,
    );
  });
  if (actual !== chainId)
    throw new InputError(
      `The chain at ${rpc} has id ${actual}, expected ${chainId}: correct the address or the parameters.`,
    );
  return client;
};

export type Call = { address: Hex; abi: Abi; functionName: string; args: unknown[] };

/**
 * A quarter more gas than estimated: what runs a second later may need more. The first trade or liquidity of a new
 * second, for one, makes a Uniswap pool write an observation.
 */
export const withHeadroom = (gas: bigint): bigint => (gas * 5n) / 4n;

/** Tries `call`, sends it and waits until it is mined. Throws what the contract reverts with. */
export const transact = async (client: Connection, call: Call): Promise<TransactionReceipt> => {
  const gas = withHeadroom(await client.estimateContractGas({ ...call, account: client.account }));
  const hash = await client.writeContract({ ...call, gas, chain: null });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status === "reverted") throw new Error(`${call.functionName} was mined but reverted in ${hash}`);
  return receipt;
};

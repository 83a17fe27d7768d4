// `register`: puts a model's blob into the registry of every chain, once.
import { join } from "node:path";
import { InputError, RetryableError } from "@aibot/kit/errors";
import { modelRegistryAbi } from "@aibot/kit/generated/abis";
import { decodeModel, modelId } from "@aibot/kit/models";
import type { Chain } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import { createTransactions } from "@aibot/kit/node/transactions";
import { BaseError, ContractFunctionRevertedError, encodeFunctionData, type Hex, type LocalAccount } from "viem";

export type RegisterParams = {
  chain: Chain;
  account: LocalAccount;
  blob: Hex;
  stateDir: string;
  log: Logger;
  signal: AbortSignal;
};

/** Rejections that say nothing about the model. */
const PASSING = ["FeesCapped", "NonceUsed", "NonceForeign"];

/** Registers `blob` unless the chain has it; returns the model id. */
export const register = async ({ chain, account, blob, stateDir, log, signal }: RegisterParams): Promise<Hex> => {
  const id = modelId(blob);
  const to = chain.deployment.contracts.modelRegistry;
  if (await isRegistered(chain, id)) {
    log.info({ chain: chain.id, modelId: id }, "model is registered already");
    return id;
  }

  const journalPath = join(stateDir, `ai-node-register-${chain.id}.sqlite`);
  const transactions = await createTransactions({ chain, account, journalPath, log, signal });
  const data = encodeFunctionData({ abi: modelRegistryAbi, functionName: "register", args: [blob] });
  const result = await transactions.send({ key: `register ${id}`, to, data });
  transactions.close();

  if (result.kind === "rejected") {
    if (PASSING.includes(result.error ?? "")) {
      throw new RetryableError(`The model was not registered on chain ${chain.id}: ${result.reason}; try again.`);
    }
    throw new InputError(`The registry of chain ${chain.id} refuses the model (${result.reason}): train another one.`);
  }
  if (result.kind === "mined" && result.status === "reverted") {
    throw new InputError(`Registering reverted on chain ${chain.id} in ${result.hash}: try again.`);
  }
  log.info({ chain: chain.id, modelId: id, hash: result.hash, model: decodeModel(blob) }, "model registered");
  return id;
};

const isRegistered = async ({ client, deployment }: Chain, id: Hex): Promise<boolean> => {
  const address = deployment.contracts.modelRegistry;
  try {
    await client.readContract({ address, abi: modelRegistryAbi, functionName: "model", args: [id] });
    return true;
  } catch (error) {
    const isRevert =
      error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (isRevert) return false; // ModelUnknown
    throw error;
  }
};

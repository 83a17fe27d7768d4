// Runs Ignition modules on a chain that is named at run time, with the journal in a folder of the caller's choice.
import { join } from "node:path";
import { InputError, rootMessage } from "@aibot/kit/errors";
import type { IgnitionModule, IgnitionModuleResult } from "@nomicfoundation/ignition-core";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { NetworkHooks } from "hardhat/types/hooks";
import { type Hex, numberToHex } from "viem";
import hardhatConfig from "../hardhat.config.ts";
import { withHeadroom } from "./connection.ts";
import { isLocalChain } from "./local-accounts.ts";
import type { Params } from "./params.ts";
import { deployedAddresses, planLines } from "./plan.ts";

const deploymentId = "ignition";

export type IgnitionParams = {
  rpc: string;
  deployerKey: Hex;
  params: Params;
  dir: string;
  log: (line: string) => void;
};

/** Addresses of a module's contracts by the names it gives them. */
export type Addresses<Results> = { [Name in keyof Results]: Hex };

export type Ignition = Awaited<ReturnType<typeof createIgnition>>;

export const createIgnition = async ({ rpc, deployerKey, params, dir, log }: IgnitionParams) => {
  const config = {
    ...hardhatConfig,
    networks: { target: { type: "http" as const, url: rpc, accounts: [deployerKey] } },
    paths: { ...hardhatConfig.paths, ignition: dir },
  };
  const hardhat = await createHardhatRuntimeEnvironment(config, {}, join(import.meta.dirname, ".."));
  hardhat.hooks.registerHandlers("network", { onRequest: withGasHeadroom });
  const connection = await hardhat.network.create("target");
  const pace = {
    requiredConfirmations: params.confirmations,
    blockPollingInterval: isLocalChain(params.chainId) ? 10 : 1_000,
  };

  /** Deploys what `module` still lacks, having said what that is. */
  const run = async <Results extends IgnitionModuleResult<string>>(
    module: IgnitionModule<string, string, Results>,
  ): Promise<Addresses<Results>> => {
    for (const line of planLines(module, deployedAddresses(join(dir, "deployments", deploymentId)))) log(line);

    const contracts = await connection.ignition.deploy(module, { deploymentId, config: pace }).catch((cause) => {
      throw new InputError(explain(rootMessage(cause), dir), { cause });
    });
    const entries = Object.entries(contracts).map(async ([name, contract]) => [name, await contract.getAddress()]);
    return Object.fromEntries(await Promise.all(entries));
  };

  return { run, close: () => connection.close() };
};

// Ignition itself gives a transaction exactly the gas of its estimate.
const withGasHeadroom: NetworkHooks["onRequest"] = async (context, connection, request, next) => {
  const response = await next(context, connection, request);
  if (request.method !== "eth_estimateGas" || !("result" in response)) return response;
  return { ...response, result: numberToHex(withHeadroom(BigInt(String(response.result)))) };
};

// Ignition explains itself over several lines, behind the code and the name of its error.
const explain = (message: string, dir: string): string => {
  const [, reason = ""] =
    /^(?:HHE\d+: )?(?:Hardhat Ignition deployment error: )?(.*)$/.exec(message.replaceAll(/\s+/g, " ")) ?? [];
  const [, difference] = /reconciliation errors: \*? ?(.*)$/.exec(reason) ?? [];
  if (difference === undefined) return `The deployment in ${dir} stopped: ${reason}`;
  return `${dir} holds another deployment (${difference}): bring back its contracts, parameters and model, or start anew in an empty folder.`;
};

// The last step on a public chain: the governor of the parameters takes over, the deployer keeps nothing.
import type { Deployment } from "@aibot/kit/deployment";
import { type Hex, isAddressEqual } from "viem";
import { type Connection, connect, transact } from "./connection.ts";
import type { Params } from "./params.ts";
import { accessManagerAbi, roles } from "./trust.ts";
import { verify } from "./verify.ts";

export type HandOverParams = {
  rpc: string;
  deployerKey: Hex;
  deployment: Deployment;
  params: Params;
  log: (line: string) => void;
};

export const handOver = async ({ rpc, deployerKey, deployment, params, log }: HandOverParams): Promise<void> => {
  const client = await connect({ rpc, key: deployerKey, chainId: deployment.chainId });
  const { governor } = params.roles;
  const deployer = client.account.address;
  if (!isAddressEqual(governor.account, deployer)) {
    // The administrator goes last, because it makes the other changes.
    for (const role of [roles.governor, roles.admin]) await moveRole(client, deployment, role, governor);
  }

  await verify({ client, deployment, params, log });
};

const moveRole = async (client: Connection, deployment: Deployment, role: bigint, to: Params["roles"]["governor"]) => {
  const manager = { address: deployment.contracts.accessManager, abi: accessManagerAbi } as const;
  const from = client.account.address;
  const [isHeld] = await client.readContract({ ...manager, functionName: "hasRole", args: [role, from] });
  if (!isHeld) return;

  await transact(client, { ...manager, functionName: "grantRole", args: [role, to.account, to.delay] });
  await transact(client, { ...manager, functionName: "renounceRole", args: [role, from] });
};

// The first deposit into a vault, so that there is something to manage. Needs a fresh price; does nothing twice.
import type { Deployment } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";
import { vaultAbi } from "@aibot/kit/generated/abis";
import { erc20Abi, formatUnits, type Hex } from "viem";
import { connect, transact } from "./connection.ts";

export type FundVaultParams = {
  rpc: string;
  depositorKey: Hex;
  deployment: Deployment;
  assets: bigint; // native units of the base asset
  log: (line: string) => void;
};

export const fundVault = async ({ rpc, depositorKey, deployment, assets, log }: FundVaultParams): Promise<void> => {
  const client = await connect({ rpc, key: depositorKey, chainId: deployment.chainId });
  const { address: owner } = client.account;
  for (const { address, name, base } of deployment.vaults) {
    const vault = { address, abi: vaultAbi } as const;
    const shares = await client.readContract({ ...vault, functionName: "balanceOf", args: [owner] });
    if (shares > 0n) continue;

    const amount = `${formatUnits(assets, base.decimals)} ${base.symbol}`;
    const most = await client.readContract({ ...vault, functionName: "maxDeposit", args: [owner] });
    if (most < assets)
      throw new InputError(`${name} does not take ${amount} now: wait until its market has a fresh price.`);
    await transact(client, { address: base.token, abi: erc20Abi, functionName: "approve", args: [address, assets] });
    await transact(client, { ...vault, functionName: "deposit", args: [assets, owner] });
    log(`${name}: deposited ${amount}`);
  }
};

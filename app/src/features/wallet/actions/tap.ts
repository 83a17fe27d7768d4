// Play money from the demo token, as much as it gives at once.
import { demoTokenAbi } from "@aibot/kit/generated/abis";
import { readContract, simulateContract, writeContract } from "wagmi/actions";
import type { Step } from "../../flow/flow.ts";
import type { Context } from "./shared.ts";

export const tapStep = ({ wallets, found, owner }: Context): Step => ({
  kind: "transaction",
  name: "tap",
  prepare: async () => {
    const token = { address: found.vault.base.token, abi: demoTokenAbi, chainId: found.chain.id } as const;
    const amount = await readContract(wallets, { ...token, functionName: "faucetCap" });
    const { request } = await simulateContract(wallets, {
      ...token,
      account: owner,
      functionName: "faucet",
      args: [amount],
    });
    return () => writeContract(wallets, request);
  },
});

import { vaultAbi } from "@aibot/kit/generated/abis";
import { useQuery } from "@tanstack/react-query";
import { erc20Abi } from "viem";
import { readContract } from "wagmi/actions";
import { LIVE, OWN } from "../../data/live.ts";
import { assetsOf, type Balances, type Context, vaultCall } from "./actions/shared.ts";

const readBalances = async (context: Context): Promise<Balances> => {
  const { wallets, found, owner } = context;
  const token = { address: found.vault.base.token, abi: erc20Abi, chainId: found.chain.id } as const;
  const ask = (functionName: "balanceOf" | "maxRedeem" | "maxWithdraw" | "maxDeposit") =>
    readContract(wallets, { ...vaultCall(context), abi: vaultAbi, functionName, args: [owner] });
  const [cash, shares, payable, payableCash, room, claims] = await Promise.all([
    readContract(wallets, { ...token, functionName: "balanceOf", args: [owner] }),
    ask("balanceOf"),
    ask("maxRedeem"),
    ask("maxWithdraw"),
    ask("maxDeposit"),
    Promise.all(
      assetsOf(context).map((asset) =>
        readContract(wallets, { ...vaultCall(context), functionName: "claimOf", args: [owner, asset.token] }),
      ),
    ),
  ]);
  return { cash, shares, payable, payableCash, room, claims };
};

/** Balances by RPC: they must be the chain's own, and they move with its head. */
export const useBalances = (context: Context): Balances | undefined => {
  const { found, owner } = context;
  const { data } = useQuery({
    queryKey: [LIVE, OWN, "balances", found.chain.id, found.vault.address, owner],
    queryFn: () => readBalances(context),
    meta: { isStored: false },
  });
  return data;
};

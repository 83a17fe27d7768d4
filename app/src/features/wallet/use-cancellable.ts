import { vaultAbi } from "@aibot/kit/generated/abis";
import { useQuery } from "@tanstack/react-query";
import { decodeErrorResult } from "viem";
import { simulateContract } from "wagmi/actions";
import { LIVE, OWN } from "../../data/live.ts";
import { type Context, vaultCall } from "./actions/shared.ts";
import { revertData } from "./failures.ts";

export type Cancellable = { kind: "now" } | { kind: "from"; at: bigint } | { kind: "unknown" };

const refusedUntil = (error: unknown): Cancellable => {
  const data = revertData(error);
  if (data === undefined) return { kind: "unknown" };
  try {
    const { errorName, args } = decodeErrorResult({ abi: vaultAbi, data });
    return errorName === "ExitNotCancellable" ? { kind: "from", at: args[1] } : { kind: "unknown" };
  } catch {
    return { kind: "unknown" };
  }
};

/** Whether the contract would give a request back now: it is asked, so that no rule is written down twice. */
export const useCancellable = (context: Context, number: number): Cancellable => {
  const { wallets, owner, found } = context;
  const { data } = useQuery({
    queryKey: [LIVE, OWN, "cancellable", found.chain.id, found.vault.address, owner, number],
    meta: { isStored: false },
    queryFn: async (): Promise<Cancellable> => {
      try {
        const call = { ...vaultCall(context), functionName: "cancelExit", args: [BigInt(number)] } as const;
        await simulateContract(wallets, { ...call, account: owner });
        return { kind: "now" };
      } catch (error) {
        return refusedUntil(error);
      }
    },
  });
  return data ?? { kind: "unknown" };
};

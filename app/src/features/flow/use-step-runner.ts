import { useMemo } from "react";
import type { Address } from "viem";
import { getBlockNumber, getTransactionCount } from "viem/actions";
import { useConfig } from "wagmi";
import { getClient } from "wagmi/actions";
import { useWalletText } from "../../messages/wallet-text.ts";
import { isRejection, isUnreachable, sentenceOf } from "../wallet/refusals.ts";
import { follow } from "./follow.ts";
import type { StepRunner } from "./run-steps.ts";

/** The connected wallet's way of sending, waiting for and explaining a transaction. */
export const useStepRunner = (chainId: number, owner: Address): StepRunner => {
  const wallets = useConfig();
  const { w, f } = useWalletText();
  return useMemo(() => {
    const client = getClient(wallets, { chainId });
    if (client === undefined) throw new Error(`The wallet knows no chain ${chainId}.`);
    return {
      attempt: async () => {
        const [nonce, block] = await Promise.all([
          getTransactionCount(client, { address: owner, blockTag: "pending" }),
          getBlockNumber(client, { cacheTime: 0 }),
        ]);
        return { from: owner, nonce, block };
      },
      follow: (params) => follow({ client, ...params }, isUnreachable),
      isRejection,
      isUnreachable,
      sentenceOf: (error) => sentenceOf(error, w.refusals, f),
      words: w.flow,
    };
  }, [wallets, chainId, owner, w, f]);
};

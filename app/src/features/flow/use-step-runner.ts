import { useMemo } from "react";
import { useConfig } from "wagmi";
import { waitForTransactionReceipt } from "wagmi/actions";
import { isRejection, sentenceOf } from "../wallet/refusals.ts";
import type { StepRunner } from "./run-steps.ts";

/** The connected wallet's way of waiting for and explaining a transaction. */
export const useStepRunner = (): StepRunner => {
  const wallets = useConfig();
  return useMemo(
    () => ({ waitForReceipt: (hash) => waitForTransactionReceipt(wallets, { hash }), isRejection, sentenceOf }),
    [wallets],
  );
};

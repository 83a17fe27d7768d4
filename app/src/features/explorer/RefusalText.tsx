import Skeleton from "@mui/material/Skeleton";
import type { ChainConfig } from "../../config.ts";
import type { Transaction } from "../../data/facts.ts";
import { useText } from "../../messages/text.tsx";
import { refusalText } from "./refusal-text.ts";
import { useDecoder, useRefusal } from "./use-facts.ts";

/** A receipt does not keep the reason: the call is tried again on the block before. */
export const RefusalText = ({ chain, transaction }: { chain: ChainConfig; transaction: Transaction }) => {
  const { m } = useText();
  const decoder = useDecoder();
  const { data: refused } = useRefusal(chain, transaction);
  if (decoder === undefined || refused === undefined) return <Skeleton width={120} sx={{ ml: "auto" }} />;
  return refusalText(refused, decoder.decodeRefusal, m.explorer.transaction);
};

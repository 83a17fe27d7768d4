import Skeleton from "@mui/material/Skeleton";
import type { ChainConfig } from "../../config.ts";
import type { Transaction } from "../../data/facts.ts";
import type { Messages } from "../../messages/text.tsx";
import { useText } from "../../messages/text.tsx";
import type { DecodedRefusal } from "./decode.ts";
import { useDecoder, useRefusal } from "./use-facts.ts";

type Text = Messages["explorer"]["transaction"];

const named = (refusal: DecodedRefusal): string =>
  "text" in refusal
    ? refusal.text
    : `${refusal.name}(${refusal.args.map(({ name, text }) => `${name}: ${text}`).join(", ")})`;

/** `data` of the revert; null: the call is not refused on the block before. */
export const refusalText = (
  refused: { data: string | undefined } | null,
  decode: (data: `0x${string}`) => DecodedRefusal | undefined,
  t: Text,
): string => {
  if (refused === null) return t.noRefusal;
  const { data } = refused;
  if (data === undefined || data === "0x") return t.withoutReason;
  const refusal = decode(data as `0x${string}`);
  return refusal === undefined ? t.unknownRefusal(data.slice(0, 10)) : named(refusal);
};

/** A receipt does not keep the reason: the call is tried again on the block before. */
export const RefusalText = ({ chain, transaction }: { chain: ChainConfig; transaction: Transaction }) => {
  const { m } = useText();
  const decoder = useDecoder();
  const { data: refused } = useRefusal(chain, transaction);
  if (decoder === undefined || refused === undefined) return <Skeleton width={120} sx={{ ml: "auto" }} />;
  return refusalText(refused, decoder.decodeRefusal, m.explorer.transaction);
};

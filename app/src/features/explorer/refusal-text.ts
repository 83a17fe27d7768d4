import type { Messages } from "../../messages/text.tsx";
import type { DecodedRefusal } from "./decode.ts";

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

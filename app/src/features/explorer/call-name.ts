import type { Transaction } from "../../data/facts.ts";
import type { Messages } from "../../messages/text.tsx";
import type { DecodedCall } from "./decode.ts";

/** "multicall: submitPrice, submitCandle"; what is no call is said in words. */
export const callName = (
  { to, input }: Pick<Transaction, "to" | "input">,
  call: DecodedCall | undefined,
  t: Messages["explorer"]["call"],
): string => {
  if (to == null) return t.create;
  if (input === "0x") return t.coin;
  if (call === undefined) return t.unknown(input.slice(0, 10));
  return call.inner.length === 0 ? call.name : `${call.name}: ${call.inner.map(({ name }) => name).join(", ")}`;
};

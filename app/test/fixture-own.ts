// What the indexer would say of one owner, from the ledger of the fixture's vault.
import { createHash } from "node:crypto";
import type { Ledger, LedgerEvent } from "./fixture-vault.ts";

const hash = (text: string): string => `0x${createHash("sha256").update(text).digest("hex")}`;

const rowOf = ({ kind, block, shares, assets, amounts = [] }: LedgerEvent, index: number) => ({
  id: `${kind}-${index}`,
  block,
  timestamp: "1200000000",
  tx: hash(`${kind}${index}`),
  shares: String(shares),
  assets: String(assets),
  amounts: amounts.map(String),
});

export const answerOwn = ({ events, requests, shares }: Ledger) => {
  const of = (kind: string) =>
    events
      .filter((event) => event.kind === kind)
      .map(rowOf)
      .reverse();
  return {
    deposits: of("deposit"),
    withdrawals: of("withdrawal"),
    settlements: of("settlement"),
    inKind: of("inKind"),
    requests: requests.map(({ number, shares: asked, pending, assets, state }) => ({
      ...rowOf({ kind: "request", block: 1, shares: asked, assets }, number),
      number,
      pending: String(pending),
      state,
    })),
    holder: shares === 0n ? null : { shares: String(shares) },
  };
};

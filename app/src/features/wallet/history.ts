// What an owner paid in, took out and gained. Whole numbers of base units throughout.
import { holdingValue } from "@aibot/kit/vault";
import { OWN_LIMIT, type Own } from "./own-data.ts";

export type Entry = { id: string; block: number; timestamp: bigint; tx: string } & (
  | { kind: "deposit" | "withdrawal" | "settlement"; assets: bigint; shares: bigint }
  | { kind: "request" | "cancelled"; shares: bigint }
  | { kind: "inKind"; shares: bigint; amounts: readonly bigint[] }
);

/** Newest first; within a block in the order the ids give. */
export const entriesOf = (own: Own): Entry[] => {
  const entries: Entry[] = [
    ...own.deposits.map((row) => ({ kind: "deposit" as const, ...row })),
    ...own.withdrawals.map((row) => ({ kind: "withdrawal" as const, ...row })),
    ...own.settlements.map((row) => ({ kind: "settlement" as const, ...row })),
    ...own.requests.map((row) => ({
      ...row,
      kind: row.state === "cancelled" ? ("cancelled" as const) : ("request" as const),
    })),
    ...own.inKind.map((row) => ({ kind: "inKind" as const, ...row })),
  ];
  return entries.sort((a, b) => b.block - a.block || (a.id < b.id ? 1 : -1));
};

type Token = { price: bigint; decimals: number }; // price 1e8

export type SumParams = {
  own: Own;
  tokens: readonly Token[]; // of the positions, at today's price
  baseDecimals: number;
  worth: (shares: bigint) => bigint;
};

export type Sums = {
  paidIn: bigint;
  tookOut: bigint; // in cash, settled requests included
  inKindNow: bigint; // what was taken in kind, at today's price
  gain: { kind: "known"; value: bigint } | { kind: "transferred" } | { kind: "cut" };
};

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const sharesIn = (rows: readonly { shares: bigint }[]): bigint => sum(rows.map(({ shares }) => shares));
const assetsIn = (rows: readonly { assets: bigint }[]): bigint => sum(rows.map(({ assets }) => assets));

/** Shares that came or went otherwise than by this vault's own doors leave a difference here. */
const areSharesExplained = ({ deposits, withdrawals, settlements, inKind, requests, holder }: Own): boolean => {
  const left = sharesIn(deposits) - sharesIn(withdrawals) - sharesIn(settlements) - sharesIn(inKind);
  return left === (holder?.shares ?? 0n) + sum(requests.map(({ pending }) => pending));
};

export const sumsOf = ({ own, tokens, baseDecimals, worth }: SumParams): Sums => {
  const paidIn = assetsIn(own.deposits);
  const tookOut = assetsIn(own.withdrawals) + assetsIn(own.settlements);
  const inKindNow = sum(
    own.inKind.map(
      ({ amounts: [base = 0n, ...amounts] }) =>
        base +
        sum(tokens.map((token, index) => holdingValue({ ...token, amount: amounts[index] ?? 0n }, baseDecimals))),
    ),
  );
  const { deposits, withdrawals, settlements, requests, inKind } = own;
  const isCut = [deposits, withdrawals, settlements, requests, inKind].some((rows) => rows.length >= OWN_LIMIT);
  if (isCut) return { paidIn, tookOut, inKindNow, gain: { kind: "cut" } };
  if (!areSharesExplained(own)) return { paidIn, tookOut, inKindNow, gain: { kind: "transferred" } };
  const still = worth((own.holder?.shares ?? 0n) + sum(requests.map(({ pending }) => pending)));
  return { paidIn, tookOut, inKindNow, gain: { kind: "known", value: tookOut + inKindNow + still - paidIn } };
};

// Shares in, cash out, at once from what the vault holds in cash; by shares or by the amount to receive.
import { readContract } from "wagmi/actions";
import type { Action, Request } from "../../flow/flow.ts";
import {
  type Balances,
  type Context,
  deadlineFact,
  eventOf,
  quote,
  toleranceText,
  transaction,
  vaultCall,
  writingOf,
} from "./shared.ts";

const quoteRedeem = (context: Context, shares: bigint) => {
  const { closed, overPayable, tooLittle } = context.w.redeem;
  return quote(context, shares, {
    functions: { most: "maxRedeem", preview: "previewRedeem", convert: "convertToAssets" },
    sentences: { closed, over: (most) => overPayable(writingOf(context).shares(most)), tooLittle },
  });
};

/** The contract redeems shares, with a least amount and a deadline; an amount of cash is turned into them first. */
const sharesOf = async (context: Context, { amount, field }: Request): Promise<bigint> => {
  if (field === "shares") return amount;
  const call = { ...vaultCall(context), functionName: "previewWithdraw", args: [amount] } as const;
  return readContract(context.wallets, call);
};

const review = async (context: Context, request: Request) => {
  const { owner, w } = context;
  const { cashFact, sharesFact } = writingOf(context);
  const shares = await sharesOf(context, request);
  const { expected, fair, least, deadline } = await quoteRedeem(context, shares);
  return {
    facts: [
      sharesFact(w.facts.give, shares),
      cashFact(w.facts.spread, fair - expected),
      { label: w.facts.fee, value: w.facts.noFee },
      cashFact(w.facts.receiveAbout, expected),
      cashFact(w.facts.atLeast(toleranceText(context)), least),
      { label: w.facts.approval, value: w.facts.noApproval },
      deadlineFact(context, deadline),
    ],
    steps: [
      transaction(context, "redeem", () => ({
        ...vaultCall(context),
        functionName: "redeem",
        args: [shares, owner, owner, least, deadline],
      })),
    ],
  };
};

const fieldsOf = (context: Context, { shares: held, payable, payableCash }: Balances) => {
  const { vault, w } = context;
  const { cash, shares } = writingOf(context);
  return [
    {
      name: "shares",
      unit: w.sharesUnit,
      label: w.redeem.shares,
      decimals: vault.shareDecimals,
      most: { label: w.redeem.payable(shares(payable)), amount: payable },
      check: (amount: bigint) => {
        if (amount > held) return w.redeem.overShares(shares(held));
        return payable > 0n && amount > payable ? w.redeem.overPayable(shares(payable)) : undefined;
      },
    },
    {
      name: "cash",
      unit: vault.baseSymbol,
      label: w.redeem.cash,
      decimals: vault.baseDecimals,
      most: { label: w.redeem.payable(cash(payableCash)), amount: payableCash },
      check: (amount: bigint) => {
        if (payableCash === 0n || amount <= payableCash) return undefined;
        return payable === held ? w.redeem.overCash(cash(payableCash)) : w.redeem.overPayable(cash(payableCash));
      },
    },
  ];
};

export const redeemAction = (context: Context, balances: Balances): Action => {
  const { w } = context;
  const { verb, review: reviewWord, confirm, about } = w.redeem;
  const { cash, shares } = writingOf(context);
  return {
    kind: "redeem",
    words: { verb, review: reviewWord, confirm, about },
    fields: fieldsOf(context, balances),
    review: (request) => review(context, request),
    label: (_, { amount, field }) => w.redeem.step(field === "cash" ? cash(amount) : shares(amount)),
    verify: (_, receipt) => w.redeem.result(cash(eventOf(context, "Withdraw", receipt).assets)),
  };
};

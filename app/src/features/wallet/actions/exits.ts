// Leaving at the next price: ask for it, take it back where that is allowed, claim what was settled.
import { readContract } from "wagmi/actions";
import type { Action, Request } from "../../flow/flow.ts";
import { assetsOf, type Balances, type Context, eventOf, transaction, vaultCall, writingOf } from "./shared.ts";

/** Undefined while nothing can be valued, as in a halt: then a review says less. */
const worthOf = (context: Context, shares: bigint): Promise<bigint | undefined> =>
  readContract(context.wallets, { ...vaultCall(context), functionName: "convertToAssets", args: [shares] }).catch(
    () => undefined,
  );

const requestReview = async (context: Context, shares: bigint) => {
  const { owner, w } = context;
  const { cashFact, sharesFact } = writingOf(context);
  const worth = await worthOf(context, shares);
  return {
    facts: [
      sharesFact(w.facts.give, shares),
      ...(worth === undefined ? [] : [cashFact(w.facts.worthNow, worth)]),
      { label: w.facts.receive, value: w.facts.noLeast },
      { label: w.facts.fee, value: w.facts.noFee },
      { label: w.facts.approval, value: w.facts.noApproval },
      { label: w.facts.deadline, value: w.facts.noDeadline },
    ],
    note: w.request.next,
    steps: [
      transaction(context, "request", () => ({
        ...vaultCall(context),
        functionName: "requestExit",
        args: [shares, owner],
      })),
    ],
  };
};

export const requestAction = (context: Context, { shares: held }: Balances): Action => {
  const { vault, w } = context;
  const { verb, review, confirm, about, field, most, step, result } = w.request;
  const { shares } = writingOf(context);
  return {
    kind: "request",
    words: { verb, review, confirm, about },
    fields: [
      {
        name: "shares",
        unit: w.sharesUnit,
        label: field,
        decimals: vault.shareDecimals,
        most: { label: most(shares(held)), amount: held },
        check: (amount) => (amount > held ? w.redeem.overShares(shares(held)) : undefined),
      },
    ],
    review: ({ amount }) => requestReview(context, amount),
    label: (_, { amount }) => step(shares(amount)),
    verify: (_, receipt) => result(shares(eventOf(context, "ExitRequested", receipt).shares)),
  };
};

/** What nothing is entered for and nothing leaves in: what comes back is all there is to review. */
const fixedReview = (context: Context, facts: Awaited<ReturnType<Action["review"]>>["facts"]) => [
  ...facts,
  { label: context.w.facts.fee, value: context.w.facts.noFee },
  { label: context.w.facts.approval, value: context.w.facts.noApproval },
  { label: context.w.facts.deadline, value: context.w.facts.noDeadline },
];

/** `pending` are the shares that still wait under `number`. */
export const cancelAction = (context: Context, { number, pending }: { number: number; pending: bigint }): Action => {
  const { w } = context;
  const { verb, review, confirm, step, result } = w.cancel;
  const { shares, sharesFact } = writingOf(context);
  const call = () => ({ ...vaultCall(context), functionName: "cancelExit", args: [BigInt(number)] });
  return {
    kind: `cancel:${number}`,
    words: { verb, review, confirm },
    fields: [],
    fixed: { amount: pending, field: "shares" },
    review: async ({ amount }: Request) => ({
      facts: fixedReview(context, [sharesFact(w.facts.receive, amount)]),
      steps: [transaction(context, "cancel", call)],
    }),
    label: (_, { amount }) => step(shares(amount)),
    verify: (_, receipt) => result(shares(eventOf(context, "ExitCancelled", receipt).shares)),
  };
};

/** `index` is the asset's place: the base asset, then the positions. */
export const claimAction = (context: Context, index: number, amount: bigint): Action => {
  const { owner, w, f } = context;
  const { verb, review, confirm, step, result } = w.claim;
  const { token, symbol, decimals } = assetsOf(context)[index] ?? { token: owner, symbol: "", decimals: 0 };
  const written = (value: bigint) =>
    index === 0 ? f.money(value, decimals, symbol) : f.amount(value, decimals, symbol);
  const call = () => ({ ...vaultCall(context), functionName: "claim", args: [token, owner] });
  return {
    kind: `claim:${index}`,
    words: { verb, review, confirm },
    fields: [],
    fixed: { amount, field: "claim" },
    review: async (request: Request) => ({
      facts: fixedReview(context, [{ label: w.facts.receive, value: written(request.amount), address: token }]),
      steps: [transaction(context, "claim", call)],
    }),
    label: (_, request) => step(written(request.amount)),
    verify: (_, receipt) => result(written(eventOf(context, "Claimed", receipt).amount)),
  };
};

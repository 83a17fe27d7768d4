// Leaving at the next price: ask for it, take it back where that is allowed, claim what was settled.
import { readContract } from "wagmi/actions";
import type { Action, Request } from "../../flow/flow.ts";
import {
  assetsOf,
  assetText,
  type Balances,
  type Context,
  eventOf,
  heldField,
  plainFacts,
  transaction,
  vaultCall,
  writingOf,
} from "./shared.ts";

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
      ...plainFacts(context),
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
  const { w } = context;
  const { verb, review, confirm, about, field, most, step, result } = w.request;
  const { shares } = writingOf(context);
  return {
    kind: "request",
    words: { verb, review, confirm, about },
    fields: [heldField(context, held, { label: field, most })],
    review: ({ amount }) => requestReview(context, amount),
    label: (_, { amount }) => step(shares(amount)),
    verify: (_, receipt) => result(shares(eventOf(context, "ExitRequested", receipt).shares)),
  };
};

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
      facts: [sharesFact(w.facts.receive, amount), ...plainFacts(context)],
      steps: [transaction(context, "cancel", call)],
    }),
    label: (_, { amount }) => step(shares(amount)),
    verify: (_, receipt) => result(shares(eventOf(context, "ExitCancelled", receipt).shares)),
  };
};

/** `index` is the asset's place: the base asset, then the positions. */
export const claimAction = (context: Context, index: number, amount: bigint): Action => {
  const { owner, w } = context;
  const { verb, review, confirm, step, result } = w.claim;
  const { token } = assetsOf(context)[index] ?? { token: owner };
  const written = (value: bigint) => assetText(context, index, value);
  const call = () => ({ ...vaultCall(context), functionName: "claim", args: [token, owner] });
  return {
    kind: `claim:${index}`,
    words: { verb, review, confirm },
    fields: [],
    fixed: { amount, field: "claim" },
    review: async (request: Request) => ({
      facts: [{ label: w.facts.receive, value: written(request.amount), address: token }, ...plainFacts(context)],
      steps: [transaction(context, "claim", call)],
    }),
    label: (_, request) => step(written(request.amount)),
    verify: (_, receipt) => result(written(eventOf(context, "Claimed", receipt).amount)),
  };
};

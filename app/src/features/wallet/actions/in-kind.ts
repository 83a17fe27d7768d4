// Shares in, the owner's part of each asset out: needs no price and nobody's permission.
import { simulateContract } from "wagmi/actions";
import { exact } from "../../../format.ts";
import type { Action } from "../../flow/flow.ts";
import {
  assetsOf,
  assetText,
  type Balances,
  type Context,
  eventOf,
  eventsOf,
  heldField,
  plainFacts,
  transaction,
  vaultCall,
  writingOf,
} from "./shared.ts";

const exitCall = (context: Context, shares: bigint) =>
  ({
    ...vaultCall(context),
    functionName: "exitInKind",
    args: [shares, context.owner, context.owner],
  }) as const;

/** "12.50 USD, 0.3 SPX"; an asset that gives nothing is left out. */
export const amountsText = (context: Context, amounts: readonly bigint[]): string =>
  assetsOf(context)
    .flatMap((_, index) => {
      const value = amounts[index] ?? 0n;
      return value === 0n ? [] : [assetText(context, index, value)];
    })
    .join(", ");

const review = async (context: Context, shares: bigint) => {
  const { wallets, owner, w } = context;
  const { sharesFact } = writingOf(context);
  const { result: amounts } = await simulateContract(wallets, { ...exitCall(context, shares), account: owner });
  return {
    facts: [
      sharesFact(w.facts.give, shares),
      ...assetsOf(context).map((asset, index) => ({
        label: w.inKind.asset(asset.symbol),
        value: assetText(context, index, amounts[index] ?? 0n),
        exact: exact(amounts[index] ?? 0n, asset.decimals),
        address: asset.token,
      })),
      ...plainFacts(context),
    ],
    note: w.inKind.leftover,
    steps: [transaction(context, "exit", () => exitCall(context, shares))],
  };
};

const verify = (context: Context, receipt: Parameters<Action["verify"]>[1]): string => {
  const { w } = context;
  const { amounts } = eventOf(context, "ExitedInKind", receipt);
  const kept = eventsOf(context, "ClaimAdded", receipt);
  const keptOf = assetsOf(context).map(({ token }) =>
    kept
      .filter((claim) => claim.token.toLowerCase() === token.toLowerCase())
      .reduce((sum, { amount }) => sum + amount, 0n),
  );
  const sent = amountsText(
    context,
    amounts.map((amount, index) => amount - (keptOf[index] ?? 0n)),
  );
  const left = amountsText(context, keptOf);
  const said = [sent === "" ? "" : w.inKind.result(sent), left === "" ? "" : w.inKind.kept(left)].filter(Boolean);
  return said.length === 0 ? w.inKind.nothing : said.join(" ");
};

export const inKindAction = (context: Context, { shares: held }: Balances): Action => {
  const { w } = context;
  const { verb, review: reviewWord, confirm, about, field, most, step } = w.inKind;
  const { shares } = writingOf(context);
  return {
    kind: "inKind",
    words: { verb, review: reviewWord, confirm, about },
    fields: [heldField(context, held, { label: field, most })],
    review: ({ amount }) => review(context, amount),
    label: (_, { amount }) => step(shares(amount)),
    verify: (_, receipt) => verify(context, receipt),
  };
};

// Shares in, the owner's part of each asset out: needs no price and nobody's permission.
import { simulateContract } from "wagmi/actions";
import { exact } from "../../../format.ts";
import type { Action } from "../../flow/flow.ts";
import {
  assetsOf,
  type Balances,
  type Context,
  eventOf,
  eventsOf,
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

const amountText = (
  { f }: Context,
  index: number,
  value: bigint,
  { decimals, symbol }: { decimals: number; symbol: string },
) => (index === 0 ? f.money(value, decimals, symbol) : f.amount(value, decimals, symbol));

/** "12.50 USD, 0.3 SPX"; an asset that gives nothing is left out. */
export const amountsText = (context: Context, amounts: readonly bigint[]): string =>
  assetsOf(context)
    .flatMap((asset, index) => {
      const value = amounts[index] ?? 0n;
      return value === 0n ? [] : [amountText(context, index, value, asset)];
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
        value: amountText(context, index, amounts[index] ?? 0n, asset),
        exact: exact(amounts[index] ?? 0n, asset.decimals),
        address: asset.token,
      })),
      { label: w.facts.fee, value: w.facts.noFee },
      { label: w.facts.approval, value: w.facts.noApproval },
      { label: w.facts.deadline, value: w.facts.noDeadline },
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
  const { vault, w } = context;
  const { verb, review: reviewWord, confirm, about, field, most, step } = w.inKind;
  const { shares } = writingOf(context);
  return {
    kind: "inKind",
    words: { verb, review: reviewWord, confirm, about },
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
    review: ({ amount }) => review(context, amount),
    label: (_, { amount }) => step(shares(amount)),
    verify: (_, receipt) => verify(context, receipt),
  };
};

// Cash in, shares out: with a permit in one transaction where the token has it, else with an exact approval before.
import { type Address, erc20Abi, parseEventLogs, type TransactionReceipt } from "viem";
import { readContract } from "wagmi/actions";
import { exact } from "../../../format.ts";
import { type Action, type Fact, Refusal, type Request, type Step } from "../../flow/flow.ts";
import { partOf } from "../model.ts";
import { type Permit, readPermit, type Signature, signPermit } from "./permit.ts";
import {
  type Balances,
  type Context,
  deadlineFact,
  eventOf,
  type Quoted,
  quote,
  toleranceText,
  transaction,
  vaultCall,
  writingOf,
} from "./shared.ts";

const tokenCall = ({ found }: Context) =>
  ({ address: found.vault.base.token, abi: erc20Abi, chainId: found.chain.id }) as const;

const quoteDeposit = (context: Context, assets: bigint): Promise<Quoted> => {
  const { closed, overRoom, tooLittle } = context.w.deposit;
  return quote(context, assets, {
    functions: { most: "maxDeposit", preview: "previewDeposit", convert: "convertToShares" },
    sentences: { closed, over: (most) => overRoom(writingOf(context).cash(most)), tooLittle },
  });
};

const readAllowance = (context: Context): Promise<bigint> => {
  const args = [context.owner, context.found.vault.address] as const;
  return readContract(context.wallets, { ...tokenCall(context), functionName: "allowance", args });
};

const approvalSteps = (context: Context, assets: bigint, { least, deadline }: Quoted): Step[] => {
  const { found, owner } = context;
  return [
    {
      ...transaction(context, "approve", () => ({
        ...tokenCall(context),
        functionName: "approve",
        args: [found.vault.address, assets],
      })),
      isDone: async () => (await readAllowance(context)) === assets,
    },
    transaction(context, "deposit", () => ({
      ...vaultCall(context),
      functionName: "deposit",
      args: [assets, owner, least, deadline],
    })),
  ];
};

const permitSteps = (context: Context, assets: bigint, { least, deadline }: Quoted, permit: Permit): Step[] => {
  const { wallets, found, owner } = context;
  let signature: Signature | undefined;
  return [
    {
      kind: "signature",
      name: "permit",
      sign: async () => {
        const { token } = found.vault.base;
        const what = { permit, spender: found.vault.address, value: assets, deadline };
        signature = await signPermit({ wallets, chainId: found.chain.id, token, owner, ...what });
      },
    },
    transaction(context, "deposit", () => {
      if (signature === undefined) throw new Error("The permit is signed before it is used.");
      const { v, r, s } = signature;
      return {
        ...vaultCall(context),
        functionName: "depositWithPermit",
        args: [assets, owner, least, deadline, v, r, s],
      };
    }),
  ];
};

/** An exact allowance that is there already, from a flow that was interrupted, is used rather than signed again. */
const stepsOf = async (context: Context, assets: bigint, quoted: Quoted): Promise<Step[]> => {
  const { wallets, found, owner } = context;
  const approved = approvalSteps(context, assets, quoted);
  if ((await readAllowance(context)) === assets) return approved.slice(1);
  const permit = await readPermit({ wallets, chainId: found.chain.id, token: found.vault.base.token, owner });
  return permit === undefined ? approved : permitSteps(context, assets, quoted, permit);
};

const factsOf = (context: Context, assets: bigint, quoted: Quoted): Fact[] => {
  const { found, vault, w, f } = context;
  const { cash, cashFact, sharesFact } = writingOf(context);
  const { managementFeeBps, performanceFeeBps } = vault.mandate;
  return [
    cashFact(w.facts.pay, assets),
    cashFact(w.facts.spread, assets - partOf(assets, quoted.expected, quoted.fair)),
    { label: w.facts.fee, value: w.facts.feeLater(f.percent(managementFeeBps), f.percent(performanceFeeBps)) },
    sharesFact(w.facts.receiveAbout, quoted.expected),
    sharesFact(w.facts.atLeast(toleranceText(context)), quoted.least),
    {
      label: w.facts.approval,
      value: w.facts.approves(cash(assets)),
      exact: exact(assets, vault.baseDecimals),
      address: found.vault.address,
    },
    deadlineFact(context, quoted.deadline),
  ];
};

const verifyApproval = ({ found, owner, w }: Context, receipt: TransactionReceipt): string => {
  const isSame = (one: Address, other: Address) => one.toLowerCase() === other.toLowerCase();
  const logs = receipt.logs.filter(({ address }) => isSame(address, found.vault.base.token));
  const approved = parseEventLogs({ abi: erc20Abi, eventName: "Approval", logs }).some(
    ({ args }) => isSame(args.owner, owner) && isSame(args.spender, found.vault.address),
  );
  if (!approved) throw new Refusal(w.flow.noEvent("Approval"));
  return w.deposit.approved;
};

/** The vault's room is known early only while it has some: a review asks again, at a price held for it. */
const checkOf =
  (context: Context, { cash, room }: Balances) =>
  (assets: bigint) => {
    const { deposit } = context.w;
    const written = writingOf(context).cash;
    if (assets > cash) return deposit.overBalance(written(cash));
    return room > 0n && assets > room ? deposit.overRoom(written(room)) : undefined;
  };

const mostOf = (context: Context, { cash, room }: Balances) => {
  const { w } = context;
  const written = writingOf(context).cash;
  return room > 0n && room < cash
    ? { label: w.deposit.room(written(room)), amount: room }
    : { label: w.deposit.most(written(cash)), amount: cash };
};

export const depositAction = (context: Context, balances: Balances): Action => {
  const { vault, w } = context;
  const { verb, review, confirm, field, steps } = w.deposit;
  const { cash, shares } = writingOf(context);
  return {
    kind: "deposit",
    words: { verb, review, confirm },
    fields: [
      {
        name: "cash",
        unit: vault.baseSymbol,
        label: field,
        decimals: vault.baseDecimals,
        most: mostOf(context, balances),
        check: checkOf(context, balances),
      },
    ],
    review: async ({ amount }) => {
      const quoted = await quoteDeposit(context, amount);
      return { facts: factsOf(context, amount, quoted), steps: await stepsOf(context, amount, quoted) };
    },
    label: (step, { amount }: Request) => {
      const words = step === "approve" ? steps.approve : step === "permit" ? steps.permit : steps.deposit;
      return words(cash(amount));
    },
    verify: (step, receipt) =>
      step === "approve"
        ? verifyApproval(context, receipt)
        : w.deposit.result(shares(eventOf(context, "Deposit", receipt).shares)),
  };
};

// What the actions of a vault have in common: whose they are, how amounts are written, how calls are sent and proved.
import { vaultAbi } from "@aibot/kit/generated/abis";
import {
  type Abi,
  type Address,
  type Hex,
  type ParseEventLogsReturnType,
  parseEventLogs,
  type TransactionReceipt,
} from "viem";
import { getBlock, readContract, simulateContract, writeContract } from "wagmi/actions";
import type { Vault } from "../../../data/vaults.ts";
import { exact, type Format, utcTime } from "../../../format.ts";
import type { FoundVault } from "../../../links.ts";
import type { WalletMessages } from "../../../messages/wallet-text.ts";
import { type Fact, type Field, Refusal, type Step } from "../../flow/flow.ts";
import { leastAccepted, TOLERANCE_BPS } from "../model.ts";
import type { WalletConfig } from "../wagmi-config.ts";

const DEADLINE_SECONDS = 1_200n; // of the chain's time: room for an auction's blocks

export type Context = {
  wallets: WalletConfig;
  found: FoundVault;
  vault: Vault;
  owner: Address;
  w: WalletMessages;
  f: Format;
};

/** What this account has and may move, as the chain says. */
export type Balances = {
  cash: bigint;
  shares: bigint;
  payable: bigint; // shares that the vault's cash pays now
  payableCash: bigint; // the same in cash
  room: bigint; // what the vault still takes
  claims: readonly bigint[]; // base asset, then one per position
};

export type Writing = {
  cash: (value: bigint) => string;
  shares: (value: bigint) => string;
  cashFact: (label: string, value: bigint) => Fact;
  sharesFact: (label: string, value: bigint) => Fact;
};

export const writingOf = ({ vault, w, f }: Pick<Context, "vault" | "w" | "f">): Writing => {
  const cash = (value: bigint) => f.money(value, vault.baseDecimals, vault.baseSymbol);
  const shares = (value: bigint) => w.shares(f.quantity(value, vault.shareDecimals));
  return {
    cash,
    shares,
    cashFact: (label, value) => ({ label, value: cash(value), exact: exact(value, vault.baseDecimals) }),
    sharesFact: (label, value) => ({ label, value: shares(value), exact: exact(value, vault.shareDecimals) }),
  };
};

/** The base asset and each position's token, in the order the vault pays them out. */
export const assetsOf = ({ found, vault }: Pick<Context, "found" | "vault">) => [
  { token: found.vault.base.token, symbol: vault.baseSymbol, decimals: vault.baseDecimals },
  ...found.vault.positions.map(({ token, symbol, decimals }) => ({ token, symbol, decimals })),
];

export const vaultCall = ({ found }: Pick<Context, "found">) =>
  ({ address: found.vault.address, abi: vaultAbi, chainId: found.chain.id }) as const;

export const deadlineOf = async ({ wallets, found }: Context): Promise<bigint> =>
  (await getBlock(wallets, { chainId: found.chain.id })).timestamp + DEADLINE_SECONDS;

export const deadlineFact = ({ w }: Context, deadline: bigint): Fact => ({
  label: w.facts.deadline,
  value: utcTime(deadline),
});

export const toleranceText = ({ f }: Context): string => f.percent(TOLERANCE_BPS);

/** What an action has to say that takes no fee, needs no approval and has no deadline. */
export const plainFacts = ({ w }: Pick<Context, "w">): Fact[] => [
  { label: w.facts.fee, value: w.facts.noFee },
  { label: w.facts.approval, value: w.facts.noApproval },
  { label: w.facts.deadline, value: w.facts.noDeadline },
];

type HeldField = { label: string; most: (amount: string) => string };

/** An amount of shares, up to all that the owner holds. */
export const heldField = (context: Context, held: bigint, { label, most }: HeldField): Field => {
  const { vault, w } = context;
  const { shares } = writingOf(context);
  return {
    name: "shares",
    unit: w.sharesUnit,
    label,
    decimals: vault.shareDecimals,
    most: { label: most(shares(held)), amount: held },
    check: (amount) => (amount > held ? w.redeem.overShares(shares(held)) : undefined),
  };
};

/** An amount of the asset at `index`: money for the base asset, a quantity for a position. */
export const assetText = (context: Context, index: number, value: bigint): string => {
  const { f } = context;
  const { symbol, decimals } = assetsOf(context)[index] ?? { symbol: "", decimals: 0 };
  return index === 0 ? f.money(value, decimals, symbol) : f.amount(value, decimals, symbol);
};

/** `fair` is what the same would give without the spread. */
export type Quoted = { expected: bigint; fair: bigint; least: bigint; deadline: bigint };

type QuoteParams = {
  functions: {
    most: "maxDeposit" | "maxRedeem";
    preview: "previewDeposit" | "previewRedeem";
    convert: "convertToShares" | "convertToAssets";
  };
  sentences: { closed: string; over: (most: bigint) => string; tooLittle: string };
};

/** What the vault would give for `amount` now, or why it gives nothing. */
export const quote = async (context: Context, amount: bigint, params: QuoteParams): Promise<Quoted> => {
  const { functions, sentences } = params;
  const call = vaultCall(context);
  const most = await readContract(context.wallets, { ...call, functionName: functions.most, args: [context.owner] });
  if (most === 0n) throw new Refusal(sentences.closed);
  if (most < amount) throw new Refusal(sentences.over(most));
  const [expected, fair, deadline] = await Promise.all([
    readContract(context.wallets, { ...call, functionName: functions.preview, args: [amount] }),
    readContract(context.wallets, { ...call, functionName: functions.convert, args: [amount] }),
    deadlineOf(context),
  ]);
  if (expected === 0n) throw new Refusal(sentences.tooLittle);
  return { expected, fair, least: leastAccepted(expected), deadline };
};

type Call = { address: Address; abi: Abi | readonly unknown[]; functionName: string; args: readonly unknown[] };

/** One transaction of the owner: simulated before the wallet is asked. */
export const transaction = (
  context: Context,
  name: string,
  call: () => Call,
): Extract<Step, { kind: "transaction" }> => ({
  kind: "transaction",
  name,
  prepare: async () => {
    const { wallets, found, owner } = context;
    const asked = { ...call(), chainId: found.chain.id, account: owner };
    const { request } = await simulateContract(wallets, asked as never);
    return () => writeContract(wallets, request as never) as Promise<Hex>;
  },
});

type EventName = "Deposit" | "Withdraw" | "ExitRequested" | "ExitCancelled" | "Claimed" | "ExitedInKind" | "ClaimAdded";

type EventArgs<Name extends EventName> = ParseEventLogsReturnType<typeof vaultAbi, Name, true>[number]["args"];

export const eventsOf = <Name extends EventName>(
  { found }: Context,
  eventName: Name,
  receipt: TransactionReceipt,
): EventArgs<Name>[] => {
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === found.vault.address.toLowerCase());
  return parseEventLogs({ abi: vaultAbi, eventName, logs }).map(({ args }) => args as EventArgs<Name>);
};

/** The receipt's own proof that the vault did what was reviewed. */
export const eventOf = <Name extends EventName>(context: Context, eventName: Name, receipt: TransactionReceipt) => {
  const [args] = eventsOf(context, eventName, receipt);
  if (args === undefined) throw new Refusal(context.w.flow.noEvent(eventName));
  return args;
};

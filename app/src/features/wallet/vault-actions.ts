// Depositing and redeeming as declarations: what is parsed, shown, sent and verified.
import { demoTokenAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { type Address, erc20Abi, type Hex, parseEventLogs, type TransactionReceipt } from "viem";
import { getBlock, readContract, simulateContract, writeContract } from "wagmi/actions";
import type { Fact } from "../../components/Facts.tsx";
import type { Vault } from "../../data/vaults.ts";
import { exact, fixed, money, parseAmount, quantity, shortHex, utcTime, withUnit } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import type { Action, Parsed, Step } from "../flow/flow.ts";
import { leastAccepted, partOf, TOLERANCE_BPS } from "./model.ts";
import type { WalletConfig } from "./wagmi-config.ts";

const DEADLINE_SECONDS = 1_200n; // of the chain's time: room for an auction's blocks

export type VaultActionParams = { wallets: WalletConfig; found: FoundVault; vault: Vault; owner: Address };
/** `fair` is what the same would be worth without the spread, in the unit of `expected`. */
type Quoted = { expected: bigint; fair: bigint; least: bigint; deadline: bigint };

const deadlineOf = async ({ wallets, found }: VaultActionParams): Promise<bigint> =>
  (await getBlock(wallets, { chainId: found.chain.id })).timestamp + DEADLINE_SECONDS;

const tolerance = `${fixed(BigInt(TOLERANCE_BPS), 2, 1)} %`;

const parse = (text: string, decimals: number, most: bigint, tooMuch: string): Parsed<bigint> => {
  const parsed = parseAmount(text, decimals);
  if (parsed.kind === "invalid") return parsed;
  return parsed.value > most ? { kind: "invalid", reason: tooMuch } : { kind: "request", request: parsed.value };
};

/** The receipt's own proof that the vault did what was reviewed. */
const eventOf = (eventName: "Deposit" | "Withdraw", vault: Address, receipt: TransactionReceipt) => {
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === vault.toLowerCase());
  const [event] = parseEventLogs({ abi: vaultAbi, eventName, logs });
  if (event === undefined)
    throw new Error(
      `The transaction was mined without a ${eventName} event; compare your balances before trying again.`,
    );
  return event.args;
};

/* DEPOSIT */

const approveStep = (params: VaultActionParams, assets: bigint): Step => {
  const { wallets, found, vault, owner } = params;
  const chainId = found.chain.id;
  const token = { address: found.vault.base.token, abi: erc20Abi, chainId } as const;
  return {
    label: `Approve exactly ${money(assets, vault.baseDecimals, vault.baseSymbol)}`,
    isDone: async () =>
      (await readContract(wallets, { ...token, functionName: "allowance", args: [owner, found.vault.address] })) ===
      assets,
    commit: async (): Promise<Hex> => {
      const { request } = await simulateContract(wallets, {
        ...token,
        account: owner,
        functionName: "approve",
        args: [found.vault.address, assets],
      });
      return writeContract(wallets, request);
    },
    verify: () => "Approved.",
  };
};

const depositStep = (params: VaultActionParams, assets: bigint, { least, deadline }: Quoted): Step => {
  const { wallets, found, vault, owner } = params;
  return {
    label: `Deposit ${money(assets, vault.baseDecimals, vault.baseSymbol)}`,
    commit: async () => {
      const { request } = await simulateContract(wallets, {
        address: found.vault.address,
        abi: vaultAbi,
        chainId: found.chain.id,
        account: owner,
        functionName: "deposit",
        args: [assets, owner, least, deadline],
      });
      return writeContract(wallets, request);
    },
    verify: (receipt) => {
      const { shares } = eventOf("Deposit", found.vault.address, receipt);
      return `You received ${withUnit(quantity(shares, vault.shareDecimals), "shares")}.`;
    },
  };
};

const quoteDeposit = async (params: VaultActionParams, assets: bigint): Promise<Quoted> => {
  const { wallets, found, owner } = params;
  const call = { address: found.vault.address, abi: vaultAbi, chainId: found.chain.id } as const;
  const most = await readContract(wallets, { ...call, functionName: "maxDeposit", args: [owner] });
  if (most === 0n)
    throw new Error(
      "The vault takes no deposit now: deposits are paused, it is full, its price is too old or its market is halted. Try again after the next price.",
    );
  if (most < assets)
    throw new Error(
      `The vault takes ${money(most, params.vault.baseDecimals, params.vault.baseSymbol)} more at most; enter no more than that.`,
    );
  const [expected, fair, deadline] = await Promise.all([
    readContract(wallets, { ...call, functionName: "previewDeposit", args: [assets] }),
    readContract(wallets, { ...call, functionName: "convertToShares", args: [assets] }),
    deadlineOf(params),
  ]);
  return { expected, fair, least: leastAccepted(expected), deadline };
};

/** What stays with the other holders, in cash. */
const spreadFact = ({ vault }: VaultActionParams, spread: bigint): Fact => ({
  label: "Spread, to the other holders",
  value: money(spread, vault.baseDecimals, vault.baseSymbol),
  exact: exact(spread, vault.baseDecimals),
});

/** `balance` is what the owner can pay. */
export const depositAction = (params: VaultActionParams, balance: bigint): Action<bigint> => {
  const { found, vault } = params;
  const cash = (value: bigint) => money(value, vault.baseDecimals, vault.baseSymbol);
  const shares = (value: bigint) => withUnit(quantity(value, vault.shareDecimals), "shares");
  return {
    verb: "Deposit",
    field: { label: "Amount to deposit", unit: vault.baseSymbol },
    most: { label: `Balance ${cash(balance)}`, text: exact(balance, vault.baseDecimals) },
    parseRequest: (text) => parse(text, vault.baseDecimals, balance, `More than your balance of ${cash(balance)}.`),
    review: async (assets) => {
      const quoted = await quoteDeposit(params, assets);
      return {
        facts: [
          { label: "You pay", value: cash(assets), exact: exact(assets, vault.baseDecimals) },
          spreadFact(params, assets - partOf(assets, quoted.expected, quoted.fair)),
          {
            label: "You receive about",
            value: shares(quoted.expected),
            exact: exact(quoted.expected, vault.shareDecimals),
          },
          {
            label: `At least (${tolerance} less)`,
            value: shares(quoted.least),
            exact: exact(quoted.least, vault.shareDecimals),
          },
          {
            label: "May take from you",
            value: `exactly ${cash(assets)}: vault ${shortHex(found.vault.address)}`,
            exact: found.vault.address,
          },
          { label: "Deadline, chain time", value: utcTime(quoted.deadline) },
        ],
        steps: [approveStep(params, assets), depositStep(params, assets, quoted)],
      };
    },
  };
};

/* REDEEM */

const redeemStep = (params: VaultActionParams, shares: bigint, { least, deadline }: Quoted): Step => {
  const { wallets, found, vault, owner } = params;
  return {
    label: `Redeem ${withUnit(quantity(shares, vault.shareDecimals), "shares")}`,
    commit: async () => {
      const { request } = await simulateContract(wallets, {
        address: found.vault.address,
        abi: vaultAbi,
        chainId: found.chain.id,
        account: owner,
        functionName: "redeem",
        args: [shares, owner, owner, least, deadline],
      });
      return writeContract(wallets, request);
    },
    verify: (receipt) => {
      const { assets } = eventOf("Withdraw", found.vault.address, receipt);
      return `You received ${money(assets, vault.baseDecimals, vault.baseSymbol)}.`;
    },
  };
};

const quoteRedeem = async (params: VaultActionParams, shares: bigint): Promise<Quoted> => {
  const { wallets, found, owner, vault } = params;
  const call = { address: found.vault.address, abi: vaultAbi, chainId: found.chain.id } as const;
  const most = await readContract(wallets, { ...call, functionName: "maxRedeem", args: [owner] });
  if (most === 0n)
    throw new Error(
      "The vault pays nothing out now: its price is too old, its market is halted, or it holds no cash. Try again after the next price.",
    );
  if (most < shares)
    throw new Error(
      `The vault can pay out ${withUnit(quantity(most, vault.shareDecimals), "shares")} from its cash now; enter no more than that.`,
    );
  const [expected, fair, deadline] = await Promise.all([
    readContract(wallets, { ...call, functionName: "previewRedeem", args: [shares] }),
    readContract(wallets, { ...call, functionName: "convertToAssets", args: [shares] }),
    deadlineOf(params),
  ]);
  return { expected, fair, least: leastAccepted(expected), deadline };
};

/** `held` are the owner's shares; `payable` is how many of them the vault's cash can pay now. */
export const redeemAction = (params: VaultActionParams, held: bigint, payable: bigint): Action<bigint> => {
  const { vault } = params;
  const cash = (value: bigint) => money(value, vault.baseDecimals, vault.baseSymbol);
  const shares = (value: bigint) => withUnit(quantity(value, vault.shareDecimals), "shares");
  return {
    verb: "Redeem",
    field: { label: "Shares to redeem", unit: "shares" },
    most: { label: `Payable now ${shares(payable)}`, text: exact(payable, vault.shareDecimals) },
    parseRequest: (text) => parse(text, vault.shareDecimals, held, `More than the ${shares(held)} you hold.`),
    review: async (request) => {
      const quoted = await quoteRedeem(params, request);
      return {
        facts: [
          { label: "You give", value: shares(request), exact: exact(request, vault.shareDecimals) },
          spreadFact(params, quoted.fair - quoted.expected),
          {
            label: "You receive about",
            value: cash(quoted.expected),
            exact: exact(quoted.expected, vault.baseDecimals),
          },
          {
            label: `At least (${tolerance} less)`,
            value: cash(quoted.least),
            exact: exact(quoted.least, vault.baseDecimals),
          },
          { label: "May take from you", value: "nothing: no approval needed" },
          { label: "Deadline, chain time", value: utcTime(quoted.deadline) },
        ],
        steps: [redeemStep(params, request, quoted)],
      };
    },
  };
};

/* DEMO MONEY */

/** Draws play money from the demo token, as much as it gives at once. */
export const tapStep = ({ wallets, found, vault, owner }: VaultActionParams): Step => ({
  label: `Get demo ${vault.baseSymbol}`,
  commit: async () => {
    const token = { address: found.vault.base.token, abi: demoTokenAbi, chainId: found.chain.id } as const;
    const amount = await readContract(wallets, { ...token, functionName: "faucetCap" });
    const { request } = await simulateContract(wallets, {
      ...token,
      account: owner,
      functionName: "faucet",
      args: [amount],
    });
    return writeContract(wallets, request);
  },
  verify: () => `Demo ${vault.baseSymbol} arrived.`,
});

// Just enough of a chain to sign against: balances, an allowance, shares one to one but for the spreads, and receipts
// with real logs.
import { demoTokenAbi, mandateAbi, modelRegistryAbi, vaultAbi } from "@aibot/kit/generated/abis";
import {
  type Abi,
  type Address,
  decodeFunctionData,
  encodeAbiParameters,
  encodeErrorResult,
  encodeEventTopics,
  encodeFunctionResult,
  erc20Abi,
  type Hex,
  keccak256,
  numberToHex,
  parseTransaction,
  zeroHash,
} from "viem";
import { CHAIN, VAULT, type World } from "./fixture-graphql.ts";
import { publishReceipt } from "./fixture-signals.ts";
import { accessManagerAbi, BUDGETS_LEFT, hasRole, roleGrants } from "./fixture-vault.ts";
import { blob } from "./story.ts";

const SHARE_UNIT = 10n ** 6n; // share units in one base unit
const FAUCET_CAP = 10_000_000_000n;
const POOR = 0n;

const abi: Abi = [...vaultAbi, ...mandateAbi, ...modelRegistryAbi, ...erc20Abi, ...demoTokenAbi, ...accessManagerAbi];

export type Ledger = { cash: bigint; shares: bigint; allowance: bigint; isClosed: boolean; sent: string[] };

const PARAMS = {
  targetVolBps: 1000,
  bandBps: 1000,
  cashFloorBps: 500,
  levels: 1,
  maxSignalAge: 518_400,
  unwindDelay: 86_400,
  maxPriceAge: 518_400,
  entryMaxAge: 600,
  fillMaxAge: 600,
  auctionLife: 600,
  premiumBps: 30,
  slippageBps: 60,
  venueFeeBps: 5,
  maxDrawdownBps: 4000,
  lossBudgetBps: 100,
  turnoverBudgetBps: 20_000,
  budgetWindow: 432_000,
};
const TERMS = {
  depositCap: 10n ** 14n,
  entryPausedUntil: 0,
  entrySpreadBps: 20,
  exitSpreadBps: 40,
  managementFeeBps: 100,
  performanceFeeBps: 1000,
};
/** What is left after a spread. */
const after = (amount: bigint, spreadBps: number): bigint => amount - (amount * BigInt(spreadBps)) / 10_000n;

const assetsOf = (shares: bigint): bigint => shares / SHARE_UNIT;
const sharesFor = (assets: bigint): bigint => after(assets, TERMS.entrySpreadBps) * SHARE_UNIT;
const cashFor = (shares: bigint): bigint => after(assetsOf(shares), TERMS.exitSpreadBps);

type Call = { to?: Address; data?: Hex };
type Receipt = Record<string, unknown>;

const resultOf = (functionName: string, result: unknown): Hex =>
  encodeFunctionResult({ abi, functionName, result } as never);

const logOf = (address: Address, eventName: "Deposit" | "Withdraw", owner: Address, assets: bigint, shares: bigint) => {
  const args = eventName === "Deposit" ? { sender: owner, owner } : { sender: owner, receiver: owner, owner };
  return {
    address,
    topics: encodeEventTopics({ abi: vaultAbi, eventName, args } as never),
    data: encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [assets, shares]),
    blockNumber: "0x1",
    transactionHash: zeroHash,
    transactionIndex: "0x0",
    blockHash: zeroHash,
    logIndex: "0x0",
    removed: false,
  };
};

const RPC_REVERT = 3;
export const revertError = (data: Hex) => Object.assign(new Error("execution reverted"), { code: RPC_REVERT, data });

export const createFixtureChain = (world: World) => {
  const ledger: Ledger = { cash: POOR, shares: 0n, allowance: 0n, isClosed: false, sent: [] };
  const receipts = new Map<string, Receipt>();

  const read = ({ to, data = "0x" }: Call): Hex => {
    const { functionName, args = [] } = decodeFunctionData({ abi, data });
    const isVault = to?.toLowerCase() === VAULT;
    const values: Record<string, () => unknown> = {
      params: () => PARAMS,
      terms: () => TERMS,
      capBps: () => 9500,
      shareBps: () => 10_000,
      budgetsLeft: () => BUDGETS_LEFT,
      hasRole: () => hasRole(args[0] as bigint, args[1] as string),
      targetWeightBps: () => world.rounds.at(-1)?.targetWeightBps ?? 0,
      blob: () => blob,
      balanceOf: () => (isVault ? ledger.shares : ledger.cash),
      allowance: () => ledger.allowance,
      faucetCap: () => FAUCET_CAP,
      maxDeposit: () => (ledger.isClosed ? 0n : 2n ** 128n),
      maxRedeem: () => ledger.shares,
      convertToShares: () => (args[0] as bigint) * SHARE_UNIT,
      convertToAssets: () => assetsOf(args[0] as bigint),
      previewDeposit: () => sharesFor(args[0] as bigint),
      previewRedeem: () => cashFor(args[0] as bigint),
      approve: () => true,
      deposit: () => sharesFor(args[0] as bigint),
      redeem: () => cashFor(args[0] as bigint),
    };
    if (functionName === "faucet") return "0x";
    if (functionName === "deposit" && ledger.allowance < (args[0] as bigint)) {
      const spender = VAULT as Address;
      throw revertError(
        encodeErrorResult({
          abi: erc20Errors,
          errorName: "ERC20InsufficientAllowance",
          args: [spender, ledger.allowance, args[0] as bigint],
        }),
      );
    }
    const value = values[functionName];
    if (value === undefined) throw new Error(`The fixture's chain has no ${functionName}.`);
    return resultOf(functionName, value());
  };

  const apply = (data: Hex): unknown[] => {
    const { functionName, args = [] } = decodeFunctionData({ abi, data });
    ledger.sent.push(functionName);
    const [first, second] = args as [bigint, bigint];
    switch (functionName) {
      case "faucet":
        ledger.cash += first;
        return [];
      case "approve":
        ledger.allowance = second;
        return [];
      case "deposit":
        ledger.cash -= first;
        ledger.allowance -= first;
        ledger.shares += sharesFor(first);
        return [logOf(VAULT, "Deposit", (args as [bigint, Address])[1], first, sharesFor(first))];
      case "redeem":
        ledger.cash += cashFor(first);
        ledger.shares -= first;
        return [logOf(VAULT, "Withdraw", (args as [bigint, Address])[1], cashFor(first), first)];
      default:
        throw new Error(`The fixture's chain does not execute ${functionName}.`);
    }
  };

  const send = (raw: Hex): Hex => {
    const hash = keccak256(raw);
    const { to, data = "0x" } = parseTransaction(raw);
    const logs = apply(data);
    world.head += 1;
    receipts.set(hash, {
      transactionHash: hash,
      blockNumber: numberToHex(world.head),
      blockHash: zeroHash,
      status: "0x1",
      logs,
      to,
      from: VAULT,
      gasUsed: "0x5208",
      cumulativeGasUsed: "0x5208",
      effectiveGasPrice: "0x1",
      transactionIndex: "0x0",
      type: "0x2",
      logsBloom: `0x${"00".repeat(256)}`,
      contractAddress: null,
    });
    return hash;
  };

  const blockOf = () => ({
    number: numberToHex(world.head),
    hash: zeroHash,
    parentHash: zeroHash,
    timestamp: numberToHex((world.rounds.at(-1)?.closedAt ?? 0n) + 42n),
    baseFeePerGas: "0x1",
    gasLimit: "0x1c9c380",
    gasUsed: "0x0",
    transactions: [],
  });

  const answer = (method: string, params: readonly unknown[]): unknown => {
    switch (method) {
      case "eth_chainId":
        return numberToHex(CHAIN);
      case "eth_blockNumber":
        return numberToHex(world.head);
      case "eth_getBlockByNumber":
        return blockOf();
      case "eth_getLogs":
        return roleGrants();
      case "eth_call":
        return read(params[0] as Call);
      case "eth_getTransactionCount":
        return "0x0";
      case "eth_estimateGas":
        return "0x30d40";
      case "eth_gasPrice":
      case "eth_maxPriorityFeePerGas":
        return "0x1";
      case "eth_sendRawTransaction":
        return send(params[0] as Hex);
      case "eth_getTransactionReceipt":
        return receipts.get(params[0] as string) ?? publishReceipt(world, params[0] as string);
      default:
        throw Object.assign(new Error(`The fixture's chain has no ${method}.`), { code: -32601 });
    }
  };

  return { ledger, answer };
};

const erc20Errors = [
  {
    type: "error",
    name: "ERC20InsufficientAllowance",
    inputs: [
      { name: "spender", type: "address" },
      { name: "allowance", type: "uint256" },
      { name: "needed", type: "uint256" },
    ],
  },
] as const;

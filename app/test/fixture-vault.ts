// A vault and its token as one account meets them: shares one to one but for the spreads, and errors by name.
import { demoTokenAbi, mandateAbi, modelRegistryAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
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
  hashDomain,
  parseAbi,
  serializeSignature,
  verifyTypedData,
  zeroHash,
} from "viem";
import { CHAIN, VAULT, type World } from "./fixture-graphql.ts";
import { accessManagerAbi, BUDGETS_LEFT, hasRole } from "./fixture-vault-page.ts";
import { blob } from "./story.ts";

export const TOKEN = `0x${"7".repeat(40)}` as const;
export const POSITION_TOKEN = `0x${"8".repeat(40)}` as const;
const SHARE_UNIT = 10n ** 6n; // share units in one base unit
const FAUCET_CAP = 10_000_000_000n;
const IN_KIND_PRICE = 1_000n; // base units for 1e12 position units, so that a half of each asset is easy to count
const BINDING_SECONDS = 518_401n;

const tokenAbi = parseAbi([
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
]);
const abi: Abi = [
  ...vaultAbi,
  ...mandateAbi,
  ...modelRegistryAbi,
  ...erc20Abi,
  ...demoTokenAbi,
  ...tokenAbi,
  ...accessManagerAbi,
];

export type ExitState = "pending" | "settled" | "cancelled";
export type LedgerRequest = {
  number: number;
  owner: Address;
  shares: bigint;
  pending: bigint;
  assets: bigint;
  state: ExitState;
};
export type LedgerEvent = { kind: string; block: number; shares: bigint; assets: bigint; amounts?: bigint[] };

export type Ledger = {
  cash: bigint;
  shares: bigint;
  allowance: bigint;
  room: bigint; // what the vault still takes
  isClosed: boolean; // for deposits
  hasPermit: boolean;
  isCancellable: boolean;
  nonce: bigint; // of permits
  claims: [bigint, bigint]; // base asset, position
  failsToSend: boolean; // the position's token, in an in-kind exit
  requests: LedgerRequest[];
  events: LedgerEvent[];
  sent: string[]; // functions of mined transactions
};

export const emptyLedger = (): Ledger => ({
  cash: 0n,
  shares: 0n,
  allowance: 0n,
  room: 2n ** 128n,
  isClosed: false,
  hasPermit: true,
  isCancellable: false,
  nonce: 0n,
  claims: [0n, 0n],
  failsToSend: false,
  requests: [],
  events: [],
  sent: [],
});

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

const domain = { name: "Demo USD", version: "1", chainId: CHAIN, verifyingContract: TOKEN } as const;
const permitTypes = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;
const domainTypes = {
  EIP712Domain: [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ],
} as const;

const RPC_REVERT = 3;
const revert = (errorName: string, args: readonly unknown[] = []): Error =>
  Object.assign(new Error("execution reverted"), {
    code: RPC_REVERT,
    data: encodeErrorResult({ abi, errorName, args } as never),
  });

/** What is left of an amount after a spread. */
const after = (amount: bigint, spreadBps: number): bigint => amount - (amount * BigInt(spreadBps)) / 10_000n;
const assetsOf = (shares: bigint): bigint => shares / SHARE_UNIT;
const sharesFor = (assets: bigint): bigint => after(assets, TERMS.entrySpreadBps) * SHARE_UNIT;
const cashFor = (shares: bigint): bigint => after(assetsOf(shares), TERMS.exitSpreadBps);
const sharesToGet = (assets: bigint): bigint =>
  ((assets * 10_000n) / BigInt(10_000 - TERMS.exitSpreadBps) + 1n) * SHARE_UNIT;
/** Half of each in-kind exit is cash, the other half the position. */
const partsOf = (shares: bigint): [bigint, bigint] => {
  const half = assetsOf(shares) / 2n;
  return [half, (half * 10n ** 12n) / IN_KIND_PRICE];
};

const logOf = (address: Address, eventName: string, indexed: object, data: readonly unknown[]) => {
  const item = abi.find((one) => one.type === "event" && one.name === eventName);
  const inputs = item?.type === "event" ? item.inputs.filter((input) => !input.indexed) : [];
  return {
    address,
    topics: encodeEventTopics({ abi, eventName, args: indexed } as never),
    data: encodeAbiParameters(inputs, data),
    blockNumber: "0x1",
    transactionHash: zeroHash,
    transactionIndex: "0x0",
    blockHash: zeroHash,
    logIndex: "0x0",
    removed: false,
  };
};

export type Call = { to?: Address; from?: Address; data?: Hex };

export const createFixtureVault = (world: World) => {
  const ledger = emptyLedger();
  const isHalted = () => world.halted !== "None";
  const now = () => (world.rounds.at(-1)?.closedAt ?? 0n) + 42n;
  const requestOf = (number: bigint) => ledger.requests.find((one) => BigInt(one.number) === number);

  const priced = <T>(value: () => T): T => {
    if (isHalted()) throw revert("MarketIsHalted", [marketId("SPX/USD"), 1]);
    return value();
  };

  const views = (to: Address | undefined, args: readonly unknown[]): Record<string, () => unknown> => {
    const [first, second] = args as [bigint, Address];
    const token = <T>(value: T): T => {
      if (!ledger.hasPermit) throw revert("ERC20InvalidSpender", [TOKEN]);
      return value;
    };
    return {
      params: () => PARAMS,
      terms: () => TERMS,
      capBps: () => 9500,
      shareBps: () => 10_000,
      budgetsLeft: () => BUDGETS_LEFT,
      hasRole: () => hasRole(args[0] as bigint, args[1] as string),
      targetWeightBps: () => world.rounds.at(-1)?.targetWeightBps ?? 0,
      blob: () => blob,
      name: () => domain.name,
      nonces: () => token(ledger.nonce),
      DOMAIN_SEPARATOR: () => token(hashDomain({ domain: { ...domain, chainId: BigInt(CHAIN) }, types: domainTypes })),
      eip712Domain: () => token(["0x0f", domain.name, domain.version, BigInt(CHAIN), TOKEN, zeroHash, []]),
      balanceOf: () => (to?.toLowerCase() === VAULT ? ledger.shares : ledger.cash),
      allowance: () => ledger.allowance,
      faucetCap: () => FAUCET_CAP,
      claimOf: () => ledger.claims[second.toLowerCase() === TOKEN ? 0 : 1],
      maxDeposit: () => (ledger.isClosed || isHalted() ? 0n : ledger.room),
      maxRedeem: () => (isHalted() ? 0n : ledger.shares),
      maxWithdraw: () => (isHalted() ? 0n : cashFor(ledger.shares)),
      convertToShares: () => priced(() => first * SHARE_UNIT),
      convertToAssets: () => priced(() => assetsOf(first)),
      previewDeposit: () => priced(() => sharesFor(first)),
      previewRedeem: () => priced(() => cashFor(first)),
      previewWithdraw: () => priced(() => sharesToGet(first)),
    };
  };

  const enter = (owner: Address, assets: bigint) => {
    if (ledger.isClosed || isHalted()) throw revert("ERC4626ExceededMaxDeposit", [owner, assets, 0n]);
    if (ledger.allowance < assets) throw revert("ERC20InsufficientAllowance", [VAULT, ledger.allowance, assets]);
    return () => {
      ledger.cash -= assets;
      ledger.allowance -= assets;
      ledger.shares += sharesFor(assets);
      ledger.events.push({ kind: "deposit", block: world.head, assets, shares: sharesFor(assets) });
      return [logOf(VAULT, "Deposit", { sender: owner, owner }, [assets, sharesFor(assets)])];
    };
  };

  const permit = async (owner: Address, args: readonly unknown[]): Promise<boolean> => {
    const [value, , , deadline, v, r, s] = args as [bigint, Address, bigint, bigint, number, Hex, Hex];
    const message = { owner, spender: VAULT as Address, value, nonce: ledger.nonce, deadline };
    const signature = serializeSignature({ r, s, v: BigInt(v) });
    return verifyTypedData({ address: owner, domain, types: permitTypes, primaryType: "Permit", message, signature });
  };

  const leaveInKind = (owner: Address, shares: bigint) => () => {
    const amounts = partsOf(shares);
    ledger.shares -= shares;
    ledger.cash += amounts[0];
    ledger.events.push({ kind: "inKind", block: world.head, shares, assets: 0n, amounts });
    const exited = logOf(VAULT, "ExitedInKind", { caller: owner, receiver: owner, owner }, [shares, amounts]);
    if (!ledger.failsToSend) return [exited];
    ledger.claims[1] += amounts[1];
    return [exited, logOf(VAULT, "ClaimAdded", { owner, token: POSITION_TOKEN }, [amounts[1]])];
  };

  const cancel = (owner: Address, id: bigint) => {
    const request = requestOf(id);
    if (request === undefined || request.pending === 0n) throw revert("ExitUnknown", [id, owner]);
    if (!ledger.isCancellable && !isHalted()) throw revert("ExitNotCancellable", [id, now() + BINDING_SECONDS]);
    return () => {
      const { pending } = request;
      ledger.shares += pending;
      Object.assign(request, { pending: 0n, state: "cancelled" });
      return [logOf(VAULT, "ExitCancelled", { id, owner }, [pending])];
    };
  };

  const request = (owner: Address, shares: bigint) => () => {
    const number = ledger.requests.length;
    ledger.shares -= shares;
    ledger.requests.push({ number, owner, shares, pending: shares, assets: 0n, state: "pending" });
    ledger.events.push({ kind: "request", block: world.head, shares, assets: 0n });
    return [logOf(VAULT, "ExitRequested", { id: BigInt(number), owner }, [shares])];
  };

  const claim = (owner: Address, token: Address) => {
    const index = token.toLowerCase() === TOKEN ? 0 : 1;
    const amount = ledger.claims[index];
    if (amount === 0n) throw revert("ClaimMissing", [owner, token]);
    return () => {
      ledger.claims[index] = 0n;
      if (index === 0) ledger.cash += amount;
      return [logOf(VAULT, "Claimed", { owner, token }, [amount])];
    };
  };

  const redeem = (owner: Address, shares: bigint) => () => {
    ledger.cash += cashFor(shares);
    ledger.shares -= shares;
    ledger.events.push({ kind: "withdrawal", block: world.head, shares, assets: cashFor(shares) });
    return [logOf(VAULT, "Withdraw", { sender: owner, receiver: owner, owner }, [cashFor(shares), shares])];
  };

  /** What a transaction would return and do; throws where the contract would revert. */
  const plan = async ({ from = VAULT, data = "0x" }: Call) => {
    if (data === "0x") return { functionName: "", result: undefined, run: () => [] }; // to oneself, to cancel another
    const { functionName, args = [] } = decodeFunctionData({ abi, data });
    const [first, second] = args as [bigint, bigint];
    const planned = async (): Promise<{ result: unknown; run: () => unknown[] }> => {
      switch (functionName) {
        case "faucet":
          return {
            result: undefined,
            run: () => {
              ledger.cash += first;
              return [];
            },
          };
        case "approve":
          return {
            result: true,
            run: () => {
              ledger.allowance = second;
              return [logOf(TOKEN, "Approval", { owner: from, spender: VAULT }, [second])];
            },
          };
        case "deposit":
          return { result: sharesFor(first), run: enter(from, first) };
        case "depositWithPermit": {
          const isSigned = ledger.hasPermit && (await permit(from, args));
          const before = ledger.allowance;
          if (isSigned) ledger.allowance = first;
          try {
            const run = enter(from, first);
            return {
              result: sharesFor(first),
              run: () => {
                if (isSigned) [ledger.allowance, ledger.nonce] = [first, ledger.nonce + 1n];
                return run();
              },
            };
          } finally {
            ledger.allowance = before;
          }
        }
        case "redeem":
          return { result: priced(() => cashFor(first)), run: redeem(from, first) };
        case "requestExit":
          return { result: BigInt(ledger.requests.length), run: request(from, first) };
        case "cancelExit":
          return { result: undefined, run: cancel(from, first) };
        case "exitInKind":
          return { result: partsOf(first), run: leaveInKind(from, first) };
        case "claim":
          return { result: 0n, run: claim(from, (args as unknown as [Address])[0]) };
        default:
          throw new Error(`The fixture's chain does not execute ${functionName}.`);
      }
    };
    return { functionName, ...(await planned()) };
  };

  const call = async (asked: Call): Promise<Hex> => {
    const { functionName, args = [] } = decodeFunctionData({ abi, data: asked.data ?? "0x" });
    const view = views(asked.to, args)[functionName];
    const result = view === undefined ? (await plan(asked)).result : view();
    return result === undefined ? "0x" : encodeFunctionResult({ abi, functionName, result } as never);
  };

  /** A price has come: every request that waits becomes a claim. */
  const settle = (): void => {
    for (const one of ledger.requests.filter(({ pending }) => pending > 0n)) {
      const assets = cashFor(one.pending);
      ledger.claims[0] += assets;
      ledger.events.push({ kind: "settlement", block: world.head, shares: one.pending, assets });
      Object.assign(one, { pending: 0n, assets, state: "settled" });
    }
  };

  return { ledger, plan, call, settle, now };
};

// Vaults: ledger, shares, fees, auctions and exits.
import { INITIAL_MARK } from "@aibot/kit/fees";
import { idText } from "@aibot/kit/ids";
import type { VaultEvent } from "../events.ts";
import { addFillToDay, addToDay } from "./days.ts";
import { cancelExit, changeClaim, requestExit, settleExit } from "./exits.ts";
import { countFill } from "./fillers.ts";
import { feeRates, positionsOf, revalue } from "./valuation.ts";
import { changeHolding, changeIdle, type VaultArgs, type VaultContext } from "./vault-context.ts";

const shareDecimalsAboveBase = 6;
const zeroAddress = `0x${"0".repeat(40)}`;

/** The row of a vault, made by its first event. */
const ensureVault = ({ draft, origin, vault, facts }: VaultContext): void => {
  if (draft.find("Vault", vault) !== undefined) return;
  const mandate = `${origin.chain}-${facts.mandate.toLowerCase()}`;
  draft.put("Vault", {
    id: vault,
    chain: origin.chain,
    address: facts.address.toLowerCase(),
    name: facts.name,
    symbol: facts.symbol,
    mandate,
    base: facts.base.token.toLowerCase(),
    baseSymbol: facts.base.symbol,
    baseDecimals: facts.base.decimals,
    shareDecimals: facts.base.decimals + shareDecimalsAboveBase,
    idle: 0n,
    totalSupply: 0n,
    nav: 0n,
    navPerShare: 0n,
    mark: INITIAL_MARK,
    accruedAt: origin.timestamp,
    ...feeRates(draft, mandate),
    feeShares: 0n,
    feeSharesCharged: 0n,
    pendingExitShares: 0n,
    startNavPerShare: null,
    startPrice: null,
    startAt: null,
  });
  revalue(draft, vault, origin.timestamp);
};

const addPosition = ({ draft, origin, vault, facts }: VaultContext, args: VaultArgs<"PositionAdded">): void => {
  const token = args.token.toLowerCase();
  const known = facts.positions.find((position) => position.token.toLowerCase() === token);
  if (known === undefined) throw new Error(`Vault ${vault} holds ${token}, which the deployment file does not list.`);
  draft.put("Position", {
    id: `${vault}-${args.position}`,
    chain: origin.chain,
    vault,
    index: Number(args.position),
    token,
    symbol: known.symbol,
    decimals: known.decimals,
    market: `${origin.chain}-${idText(args.market)}`,
    feed: `${origin.chain}-${idText(args.feed)}`,
    holding: 0n,
    weightBps: 0,
    targetWeightBps: null,
    auction: null,
  });
};

const changeShares = ({ draft, origin, vault }: VaultContext, address: string, delta: bigint): void => {
  const id = `${vault}-${address}`;
  const held = draft.find("Holder", id)?.shares ?? 0n;
  draft.put("Holder", { id, chain: origin.chain, vault, address, shares: held + delta });
};

const moveShares = (context: VaultContext, args: VaultArgs<"Transfer">): void => {
  const { draft, vault } = context;
  const [from, to] = [args.from.toLowerCase(), args.to.toLowerCase()];
  if (from !== zeroAddress) changeShares(context, from, -args.value);
  if (to !== zeroAddress) changeShares(context, to, args.value);
  const minted = (from === zeroAddress ? args.value : 0n) - (to === zeroAddress ? args.value : 0n);
  const row = draft.get("Vault", vault);
  draft.put("Vault", { ...row, totalSupply: row.totalSupply + minted });
};

/** Vault events that accrue fees, whether or not there was anything to charge. */
const accruing: VaultEvent["eventName"][] = [
  "FeesAccrued",
  "FeesMinted",
  "Deposit",
  "Withdraw",
  "ExitedInKind",
  "AuctionFilled",
  "ExitSettled",
];

const startAccrual = ({ draft, origin, vault }: VaultContext): void => {
  const row = draft.get("Vault", vault);
  draft.put("Vault", { ...row, accruedAt: origin.timestamp, ...feeRates(draft, row.mandate) });
};

const recordFees = (context: VaultContext, args: VaultArgs<"FeesAccrued">): void => {
  const { draft, origin, eventId, vault } = context;
  const row = draft.get("Vault", vault);
  const { managementShares, performanceShares, mark } = args;
  const charged = managementShares + performanceShares;
  const feeSharesCharged = row.feeSharesCharged + charged;
  draft.put("Vault", { ...row, mark, feeShares: row.feeShares + charged, feeSharesCharged });
  addToDay(context, { feeShares: charged });
  draft.put("FeeAccrual", { id: eventId, vault, managementShares, performanceShares, mark, ...origin });
};

/** The shares themselves are told by `Transfer`. */
const mintFees = (context: VaultContext, { feeRecipient, shares }: VaultArgs<"FeesMinted">): void => {
  const { draft, origin, eventId, vault } = context;
  const row = draft.get("Vault", vault);
  draft.put("FeeMint", { id: eventId, vault, recipient: feeRecipient.toLowerCase(), shares, ...origin });
  draft.put("Vault", { ...row, feeShares: row.feeShares - shares });
};

/** The first deposit starts the record that performance is measured from. */
const startRecord = ({ draft, vault, origin }: VaultContext): void => {
  const row = draft.get("Vault", vault);
  if (row.startAt !== null) return;
  const [first] = positionsOf(draft, vault);
  const startPrice = first === undefined ? null : draft.get("Market", first.market).price;
  draft.put("Vault", { ...row, startNavPerShare: row.navPerShare, startPrice, startAt: origin.timestamp });
};

const recordDeposit = (context: VaultContext, { sender, owner, assets, shares }: VaultArgs<"Deposit">): void => {
  const { draft, origin, eventId, vault } = context;
  changeIdle(context, assets);
  revalue(draft, vault, origin.timestamp);
  startRecord(context);
  addToDay(context, { deposited: assets });
  draft.put("Deposit", {
    id: eventId,
    vault,
    caller: sender.toLowerCase(),
    owner: owner.toLowerCase(),
    assets,
    shares,
    ...origin,
  });
};

const recordWithdrawal = (context: VaultContext, args: VaultArgs<"Withdraw">): void => {
  const { draft, origin, eventId, vault } = context;
  changeIdle(context, -args.assets);
  addToDay(context, { withdrawn: args.assets });
  draft.put("Withdrawal", {
    id: eventId,
    vault,
    caller: args.sender.toLowerCase(),
    receiver: args.receiver.toLowerCase(),
    owner: args.owner.toLowerCase(),
    assets: args.assets,
    shares: args.shares,
    ...origin,
  });
};

const recordExit = (context: VaultContext, args: VaultArgs<"ExitedInKind">): void => {
  const { draft, origin, eventId, vault } = context;
  const [base = 0n, ...tokens] = args.amounts;
  changeIdle(context, -base);
  tokens.forEach((amount, position) => {
    changeHolding(context, position, -amount);
  });
  addToDay(context, { exitedShares: args.shares });
  draft.put("InKindExit", {
    id: eventId,
    vault,
    caller: args.caller.toLowerCase(),
    receiver: args.receiver.toLowerCase(),
    owner: args.owner.toLowerCase(),
    shares: args.shares,
    amounts: [...args.amounts],
    ...origin,
  });
};

const skim = (context: VaultContext, { token, amount }: VaultArgs<"Skimmed">): void => {
  const { draft, vault } = context;
  const address = token.toLowerCase();
  const position = positionsOf(draft, vault).find((one) => one.token === address);
  if (position !== undefined) changeHolding(context, position.index, amount);
  else if (draft.get("Vault", vault).base === address) changeIdle(context, amount);
};

const openAuction = ({ draft, origin, eventId, vault }: VaultContext, args: VaultArgs<"AuctionOpened">): void => {
  const position = draft.get("Position", `${vault}-${args.position}`);
  draft.put("Position", { ...position, targetWeightBps: args.targetWeightBps, auction: eventId });
  draft.put("Auction", {
    id: eventId,
    vault,
    position: position.id,
    round: args.round,
    signal: args.round === 0 ? null : `${position.feed}-${args.round}`,
    amount: args.amount,
    remaining: args.amount,
    targetWeightBps: args.targetWeightBps,
    weightBps: args.weightBps,
    price: args.price,
    ...origin,
  });
};

const recordFill = (context: VaultContext, args: VaultArgs<"AuctionFilled">): void => {
  const { draft, origin, eventId, vault } = context;
  const { tokenDelta, baseDelta, price, offBps } = args;
  const auction = draft.get("Auction", draft.get("Position", `${vault}-${args.position}`).auction ?? "");
  draft.put("Auction", { ...auction, remaining: auction.remaining - tokenDelta });
  changeIdle(context, baseDelta);
  changeHolding(context, args.position, tokenDelta);
  addFillToDay(context, baseDelta);
  countFill(context, args);
  draft.put("Fill", {
    id: eventId,
    vault,
    auction: auction.id,
    position: auction.position,
    filler: args.filler.toLowerCase(),
    tokenDelta,
    baseDelta,
    price,
    offBps,
    ...origin,
  });
};

const applyToLedger = (context: VaultContext, event: VaultEvent): void => {
  switch (event.eventName) {
    case "PositionAdded":
      addPosition(context, event.args);
      break;
    case "Transfer":
      moveShares(context, event.args);
      break;
    case "Deposit":
      recordDeposit(context, event.args);
      break;
    case "Withdraw":
      recordWithdrawal(context, event.args);
      break;
    case "ExitedInKind":
      recordExit(context, event.args);
      break;
    case "ClaimAdded":
      changeClaim(context, event.args, event.args.amount);
      break;
    case "Claimed":
      changeClaim(context, event.args, -event.args.amount);
      break;
    case "Skimmed":
      skim(context, event.args);
      break;
    case "AuctionOpened":
      openAuction(context, event.args);
      break;
    case "AuctionFilled":
      recordFill(context, event.args);
      break;
    case "ExitRequested":
      requestExit(context, event.args);
      break;
    case "ExitCancelled":
      cancelExit(context, event.args);
      break;
    case "ExitSettled":
      settleExit(context, event.args);
      break;
    case "FeesAccrued":
      recordFees(context, event.args);
      break;
    case "FeesMinted":
      mintFees(context, event.args);
      break;
  }
};

export const applyVault = (context: VaultContext, event: VaultEvent): void => {
  ensureVault(context);
  if (accruing.includes(event.eventName)) startAccrual(context);
  applyToLedger(context, event);
  revalue(context.draft, context.vault, context.origin.timestamp);
};

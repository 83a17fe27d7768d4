// Vaults: ledger, shares, auctions and exits.
import type { Deployment } from "@aibot/kit/deployment";
import { idText } from "@aibot/kit/ids";
import type { Draft } from "../draft.ts";
import type { Origin, VaultEvent } from "../events.ts";
import { positionsOf, revalue } from "./valuation.ts";

const shareDecimalsAboveBase = 6;
const zeroAddress = `0x${"0".repeat(40)}`;

type VaultFacts = Deployment["vaults"][number];
type ArgsOf<Name extends VaultEvent["eventName"]> = Extract<VaultEvent, { eventName: Name }>["args"];
/** What every handler of a vault event needs to know about it. */
type Context = { draft: Draft; origin: Origin; eventId: string; vault: string; facts: VaultFacts };

/** The row of a vault, made by its first event. */
const ensureVault = ({ draft, origin, vault, facts }: Context): void => {
  if (draft.find("Vault", vault) !== undefined) return;
  draft.put("Vault", {
    id: vault,
    chain: origin.chain,
    address: facts.address.toLowerCase(),
    name: facts.name,
    symbol: facts.symbol,
    mandate: facts.mandate.toLowerCase(),
    base: facts.base.token.toLowerCase(),
    baseSymbol: facts.base.symbol,
    baseDecimals: facts.base.decimals,
    shareDecimals: facts.base.decimals + shareDecimalsAboveBase,
    idle: 0n,
    totalSupply: 0n,
    nav: 0n,
    navPerShare: 0n,
    startNavPerShare: null,
    startPrice: null,
    startAt: null,
  });
  revalue(draft, vault);
};

const addPosition = ({ draft, origin, vault, facts }: Context, args: ArgsOf<"PositionAdded">): void => {
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
  });
};

const changeIdle = ({ draft, vault }: Context, delta: bigint): void => {
  const row = draft.get("Vault", vault);
  draft.put("Vault", { ...row, idle: row.idle + delta });
};

const changeHolding = ({ draft, vault }: Context, position: number | bigint, delta: bigint): void => {
  const row = draft.get("Position", `${vault}-${position}`);
  draft.put("Position", { ...row, holding: row.holding + delta });
};

const changeShares = ({ draft, origin, vault }: Context, address: string, delta: bigint): void => {
  const id = `${vault}-${address}`;
  const held = draft.find("Holder", id)?.shares ?? 0n;
  draft.put("Holder", { id, chain: origin.chain, vault, address, shares: held + delta });
};

const moveShares = (context: Context, args: ArgsOf<"Transfer">): void => {
  const { draft, vault } = context;
  const [from, to] = [args.from.toLowerCase(), args.to.toLowerCase()];
  if (from !== zeroAddress) changeShares(context, from, -args.value);
  if (to !== zeroAddress) changeShares(context, to, args.value);
  const minted = (from === zeroAddress ? args.value : 0n) - (to === zeroAddress ? args.value : 0n);
  const row = draft.get("Vault", vault);
  draft.put("Vault", { ...row, totalSupply: row.totalSupply + minted });
};

/** The first deposit starts the record that performance is measured from. */
const startRecord = ({ draft, vault, origin }: Context): void => {
  const row = draft.get("Vault", vault);
  if (row.startAt !== null) return;
  const [first] = positionsOf(draft, vault);
  const startPrice = first === undefined ? null : draft.get("Market", first.market).price;
  draft.put("Vault", { ...row, startNavPerShare: row.navPerShare, startPrice, startAt: origin.timestamp });
};

const recordDeposit = (context: Context, { sender, owner, assets, shares }: ArgsOf<"Deposit">): void => {
  const { draft, origin, eventId, vault } = context;
  changeIdle(context, assets);
  revalue(draft, vault);
  startRecord(context);
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

const recordWithdrawal = (context: Context, args: ArgsOf<"Withdraw">): void => {
  const { draft, origin, eventId, vault } = context;
  changeIdle(context, -args.assets);
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

const recordExit = (context: Context, args: ArgsOf<"ExitedInKind">): void => {
  const { draft, origin, eventId, vault } = context;
  const [base = 0n, ...tokens] = args.amounts;
  changeIdle(context, -base);
  tokens.forEach((amount, position) => {
    changeHolding(context, position, -amount);
  });
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

export const claimId = (vault: string, { owner, token }: { owner: string; token: string }): string =>
  `${vault}-${owner.toLowerCase()}-${token.toLowerCase()}`;

/** A claim stands outside the ledger: the exit that made it has already taken the amount out. */
const changeClaim = ({ draft, origin, vault }: Context, args: ArgsOf<"ClaimAdded">, delta: bigint): void => {
  const id = claimId(vault, args);
  draft.put("Claim", {
    id,
    chain: origin.chain,
    vault,
    owner: args.owner.toLowerCase(),
    token: args.token.toLowerCase(),
    amount: (draft.find("Claim", id)?.amount ?? 0n) + delta,
  });
};

const skim = (context: Context, { token, amount }: ArgsOf<"Skimmed">): void => {
  const { draft, vault } = context;
  const address = token.toLowerCase();
  const position = positionsOf(draft, vault).find((one) => one.token === address);
  if (position !== undefined) changeHolding(context, position.index, amount);
  else if (draft.get("Vault", vault).base === address) changeIdle(context, amount);
};

export const auctionId = (vault: string, { position, round }: { position: bigint; round: number }): string =>
  `${vault}-${position}-${round}`;

const openAuction = ({ draft, origin, vault }: Context, args: ArgsOf<"AuctionOpened">): void => {
  const position = draft.get("Position", `${vault}-${args.position}`);
  draft.put("Position", { ...position, targetWeightBps: args.targetWeightBps });
  draft.put("Auction", {
    id: auctionId(vault, args),
    vault,
    position: position.id,
    round: args.round,
    signal: `${position.feed}-${args.round}`,
    amount: args.amount,
    remaining: args.amount,
    targetWeightBps: args.targetWeightBps,
    weightBps: args.weightBps,
    price: args.price,
    ...origin,
  });
};

const recordFill = (context: Context, args: ArgsOf<"AuctionFilled">): void => {
  const { draft, origin, eventId, vault } = context;
  const { tokenDelta, baseDelta, price, offBps } = args;
  const auction = draft.get("Auction", auctionId(vault, args));
  draft.put("Auction", { ...auction, remaining: auction.remaining - tokenDelta });
  changeIdle(context, baseDelta);
  changeHolding(context, args.position, tokenDelta);
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

const applyToLedger = (context: Context, event: VaultEvent): void => {
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
  }
};

export const applyVault = (context: Context, event: VaultEvent): void => {
  ensureVault(context);
  applyToLedger(context, event);
  revalue(context.draft, context.vault);
};

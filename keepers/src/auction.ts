import { buyPayment, sellCost } from "@aibot/kit/auction";
import { mulDivUp } from "@aibot/kit/fixed-math";
import { poolFillerAbi, priceBookAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Head } from "@aibot/kit/node/chain";
import { type Address, encodeFunctionData } from "viem";
import type { Ask } from "./ask.ts";
import { askGasCost, type GasMarket } from "./gas.ts";
import {
  feeEdge,
  inputFor,
  inputTo,
  outputFor,
  outputTo,
  type PoolState,
  reaches,
  readPool,
  sqrtPriceX96,
  type Venue,
} from "./pool.ts";
import { type Decision, type Strategy, skip } from "./strategy.ts";

const BPS = 10_000n;
const FILL_GAS = 500_000n; // measured: 300,000 to 420,000

export type AuctionTarget = {
  vault: Address;
  position: number;
  market: string;
  feed: string;
  priceBook: Address;
  /** Where fills are covered; without one the keeper only opens. */
  cover: { venue: Venue; poolFiller: Address; minProfit: bigint; gasMarket: GasMarket | undefined } | undefined;
};

export type Lot = { round: number; start: number; remaining: bigint };

export type Quote = { minAmount: bigint; maxAmount: bigint; offBps: number; price: bigint };

export type AuctionState = {
  due: Lot | undefined; // that `open` would start
  lot: Lot; // live; remaining 0 when there is none
  priceAt: number; // unix seconds, when the price was observed
  quote: Quote | undefined; // undefined: the vault gives none now
  pool: PoolState | undefined;
  gasCost: bigint | undefined; // of a fill, base units; undefined: the coin has no price yet
};

/** A fill and the swap that covers it. */
export type Fill = { amount: bigint; limit: bigint; profit: bigint };

/** `minProfit` is what must be left before gas. */
type Cover = Pick<NonNullable<AuctionTarget["cover"]>, "venue" | "poolFiller" | "minProfit">;

const min = (a: bigint, b: bigint) => (a < b ? a : b);

const SHRINKAGE = 10_000n; // a part of the amount

/**
 * What may be filled in the next block too. What an auction has left stays; any other bound may shrink by then: as fees
 * accrue, requested exits are worth less and need less cash.
 */
const mostFillable = ({ remaining }: Lot, { maxAmount }: Quote): bigint =>
  maxAmount === remaining || maxAmount === -remaining ? maxAmount : maxAmount - mulDivUp(maxAmount, 1n, SHRINKAGE);

/**
 * The most profitable fill: up to where the pool's next unit, fee and impact included, costs what the auction pays.
 * `limit` leaves at least the wanted profit whatever the price does until the block.
 */
export const bestFill = (cover: Cover, pool: PoolState, lot: Lot, quote: Quote): Fill | undefined => {
  const { venue, minProfit } = cover;
  const buys = lot.remaining > 0n; // the vault buys tokens, the filler sells base for them to the pool
  const off = BigInt(quote.offBps);
  const auctionPrice = (quote.price * (buys ? BPS - off : BPS + off)) / BPS;
  const zeroForOne = buys ? !venue.tokenIsToken0 : venue.tokenIsToken0;
  const edge = feeEdge(sqrtPriceX96(auctionPrice, venue), zeroForOne, venue);
  if (pool.liquidity === 0n || !reaches(pool, edge, zeroForOne)) return undefined;

  const swap = { pool, venue, zeroForOne };
  const amount = min(mostFillable(lot, quote), buys ? outputTo(swap, edge) : inputTo(swap, edge));
  const fill = { ...venue, amount, price: quote.price, offBps: off };
  if (buys) {
    const cost = inputFor(swap, amount);
    return cost === undefined ? undefined : { amount, limit: cost + minProfit, profit: buyPayment(fill) - cost };
  }
  const proceeds = outputFor(swap, amount);
  return { amount, limit: proceeds - minProfit, profit: proceeds - sellCost(fill) };
};

// Under a stale signal a round may open more than once: for another amount or at another price.
const openAction = (
  { vault, position, market, feed }: AuctionTarget,
  { round, remaining }: Lot,
  priceAt: number,
): Decision => ({
  kind: "act",
  action: {
    name: "open",
    key: `open ${vault} ${position} ${round} ${priceAt} ${remaining}`,
    to: vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: "open", args: [BigInt(position)] }),
    changes: [`price ${market}`, `signal ${feed}`, `vault ${vault}`],
  },
});

const fillAction = (target: AuctionTarget, cover: Cover, lot: Lot, { amount, limit }: Fill): Decision => {
  const { vault, position, market, feed } = target;
  const args = [vault, BigInt(position), amount, limit, cover.venue.pool, cover.minProfit] as const;
  return {
    kind: "act",
    action: {
      name: "fill",
      key: `fill ${vault} ${position} ${lot.start} ${lot.remaining}`,
      to: cover.poolFiller,
      data: encodeFunctionData({ abi: poolFillerAbi, functionName: "fill", args }),
      changes: [`price ${market}`, `signal ${feed}`, `vault ${vault}`, `pool ${cover.venue.pool}`],
    },
  };
};

/**
 * Opens an auction that is due, and fills one as soon as it pays. What is due is the vault's own answer: a weight out of
 * band, cash that requested exits lack, or a position to unwind.
 */
export const decideAuction = (target: AuctionTarget, state: AuctionState): Decision => {
  const { due, lot, priceAt, quote, pool, gasCost } = state;
  if (lot.remaining === 0n) return due === undefined ? skip("open", "not due") : openAction(target, due, priceAt);
  if (target.cover === undefined || pool === undefined) return skip("fill", "no pool");
  if (gasCost === undefined) return skip("fill", "cost of gas unknown");
  const cover = { ...target.cover, minProfit: target.cover.minProfit + gasCost };
  if (quote === undefined) return skip("fill", "no quote");
  if (quote.maxAmount === 0n) return skip("fill", "gap closed");

  const fill = bestFill(cover, pool, lot, quote);
  if (fill === undefined || fill.amount < quote.minAmount) return skip("fill", "does not pay yet");
  if (fill.profit < cover.minProfit) return skip("fill", "too little profit");
  return fillAction(target, cover, lot, fill);
};

const lookAtAuction = async (ask: Ask, head: Head, target: AuctionTarget): Promise<AuctionState> => {
  const vault = { address: target.vault, abi: vaultAbi } as const;
  const position = BigInt(target.position);
  const none = () => undefined;
  const [due, lot, quote, [price, priceAt], pool, gasCost] = await Promise.all([
    ask.read({ ...vault, functionName: "previewOpen", args: [position] }).catch(none),
    ask.read({ ...vault, functionName: "openAuction", args: [position] }),
    ask.read({ ...vault, functionName: "quoteFill", args: [position, 0n] }).catch(none),
    ask.read({ address: target.priceBook, abi: priceBookAbi, functionName: "peek", args: [marketId(target.market)] }),
    target.cover === undefined ? undefined : readPool(ask, target.cover.venue),
    askGasCost(ask, { target: target.cover?.gasMarket, gas: FILL_GAS, head }),
  ]);
  const [, minAmount = 0n, maxAmount = 0n, offBps = 0] = quote ?? [];
  const offer = quote === undefined ? undefined : { minAmount, maxAmount, offBps, price };
  return { due, lot, priceAt, quote: offer, pool, gasCost };
};

export const createAuction = (target: AuctionTarget): Strategy => ({
  name: `auction ${target.vault} ${target.position}`,
  look: async (ask, head) => [decideAuction(target, await lookAtAuction(ask, head, target))],
});

import { buyPayment } from "@aibot/kit/auction";
import { poolFillerAbi, priceBookAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import { type Address, encodeFunctionData, erc20Abi } from "viem";
import { askGasCost, type GasMarket } from "./gas.ts";
import { feeEdge, inputTo, outputTo, type PoolState, reaches, readPool, sqrtPriceX96, type Venue } from "./pool.ts";
import type { Price } from "./publish.ts";
import { type Decision, type Strategy, skip } from "./strategy.ts";

export type ArbitrageTarget = {
  venue: Venue;
  market: string;
  priceBook: Address;
  poolFiller: Address;
  token: Address;
  base: Address;
  minProfit: bigint; // base units, above the cost of gas where that is known
  gasMarket: GasMarket | undefined;
  maxPriceAge: number; // seconds
};

export type ArbitrageState = {
  pool: PoolState;
  price: Price;
  now: number; // chain time
  stock: { token: bigint; base: bigint }; // of PoolFiller
  gasCost: bigint | undefined; // base units; undefined: the coin has no price yet
};

const NAME = "arbitrage";
const GAS = 200_000n; // measured: 120,000 to 170,000
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** Base units that `amount` tokens are worth at the stored price, rounded down. */
const worth = (amount: bigint, price: bigint, { tokenDecimals, baseDecimals }: Venue): bigint =>
  buyPayment({ amount, price, offBps: 0n, tokenDecimals, baseDecimals });

/** Moves the pool toward the stored price, and no further than to where the fee eats the gain. */
export const decideArbitrage = (
  target: ArbitrageTarget,
  { pool, price, now, stock, gasCost }: ArbitrageState,
): Decision => {
  const { venue, market } = target;
  if (price.halted !== 0 || price.price === 0n) return skip(NAME, "market halted");
  if (now - price.observedAt > target.maxPriceAge) return skip(NAME, "price too old");

  if (gasCost === undefined) return skip(NAME, "cost of gas unknown");
  const fair = sqrtPriceX96(price.price, venue);
  const zeroForOne = pool.sqrtPriceX96 > fair;
  const limit = feeEdge(fair, zeroForOne, venue);
  if (pool.liquidity === 0n || !reaches(pool, limit, zeroForOne)) return skip(NAME, "pool at the price");

  const sellsToken = zeroForOne === venue.tokenIsToken0;
  const swap = { pool, venue, zeroForOne };
  const wanted = inputTo(swap, limit);
  const amountIn = min(wanted, sellsToken ? stock.token : stock.base);
  if (amountIn === 0n) return skip(NAME, "no stock");

  // With less stock than wanted the part that is possible earns at least its share: the first units gain the most.
  const gain = sellsToken
    ? outputTo(swap, limit) - worth(wanted, price.price, venue)
    : worth(outputTo(swap, limit), price.price, venue) - wanted;
  if ((gain * amountIn) / wanted < target.minProfit + gasCost) return skip(NAME, "too little profit");

  const args = [venue.pool, zeroForOne, amountIn, limit] as const;
  return {
    kind: "act",
    action: {
      name: NAME,
      key: `arbitrage ${venue.pool} ${price.observedAt} ${pool.swaps}`,
      to: target.poolFiller,
      data: encodeFunctionData({ abi: poolFillerAbi, functionName: "arbitrage", args }),
      changes: [`price ${market}`, `pool ${venue.pool}`],
    },
  };
};

export const createArbitrage = (target: ArbitrageTarget): Strategy => ({
  name: `arbitrage ${target.market}`,
  look: async (ask, head) => {
    const { priceBook, poolFiller } = target;
    const balance = (address: Address) =>
      ask.read({ address, abi: erc20Abi, functionName: "balanceOf", args: [poolFiller] });
    const [pool, [price, observedAt, halted], token, base, gasCost] = await Promise.all([
      readPool(ask, target.venue),
      ask.read({ address: priceBook, abi: priceBookAbi, functionName: "peek", args: [marketId(target.market)] }),
      balance(target.token),
      balance(target.base),
      askGasCost(ask, { target: target.gasMarket, gas: GAS, head }),
    ]);
    const state = {
      pool,
      price: { price, observedAt, halted },
      now: Number(head.timestamp),
      stock: { token, base },
      gasCost,
    };
    return [decideArbitrage(target, state)];
  },
});

import { mulDivUp, sqrt } from "@aibot/kit/fixed-math";
import { type Address, parseAbi } from "viem";
import type { Ask } from "./ask.ts";

// The arithmetic of a Uniswap v3 pool within its present liquidity, with the rounding of its SwapMath. A swap that
// crosses into thinner liquidity gives less than computed here; its simulation then refuses it.

const PIPS = 1_000_000n;
const PRICE_SCALE = 10n ** 8n;

export const poolAbi = parseAbi([
  "function slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16 observationIndex, uint16 observationCardinality, uint16 observationCardinalityNext, uint8 feeProtocol, bool unlocked)",
  "function liquidity() view returns (uint128)",
  "function feeGrowthGlobal0X128() view returns (uint256)",
  "function feeGrowthGlobal1X128() view returns (uint256)",
]);

/** A pool of a position token and a vault's base asset. */
export type Venue = {
  pool: Address;
  feePips: bigint; // millionths
  tokenIsToken0: boolean;
  tokenDecimals: number;
  baseDecimals: number;
};

export type PoolState = {
  sqrtPriceX96: bigint; // √(token1 per token0)
  liquidity: bigint;
  swaps: bigint; // a number that every swap raises: the sum of both fee accumulators
};

export const readPool = async (ask: Ask, { pool: address }: Venue): Promise<PoolState> => {
  const [[sqrtPriceX96], liquidity, growth0, growth1] = await Promise.all([
    ask.read({ address, abi: poolAbi, functionName: "slot0" }),
    ask.read({ address, abi: poolAbi, functionName: "liquidity" }),
    ask.read({ address, abi: poolAbi, functionName: "feeGrowthGlobal0X128" }),
    ask.read({ address, abi: poolAbi, functionName: "feeGrowthGlobal1X128" }),
  ]);
  return { sqrtPriceX96, liquidity, swaps: growth0 + growth1 };
};

/** √price of a pool that values the token at `price` (1e8, base per token). */
export const sqrtPriceX96 = (price: bigint, { tokenIsToken0, tokenDecimals, baseDecimals }: Venue): bigint => {
  const base = price * 10n ** BigInt(baseDecimals);
  const token = PRICE_SCALE * 10n ** BigInt(tokenDecimals);
  return tokenIsToken0 ? sqrt((base << 192n) / token) : sqrt((token << 192n) / base);
};

/**
 * How far a swap may push the pool when its input and output are valued at `fair`: to where the fee eats the gain of
 * the last unit. Selling token0 pushes the price down, selling token1 up.
 */
export const feeEdge = (fair: bigint, zeroForOne: boolean, { feePips }: Venue): bigint =>
  zeroForOne ? sqrt((fair * fair * PIPS) / (PIPS - feePips)) + 1n : sqrt((fair * fair * (PIPS - feePips)) / PIPS);

/** Whether the pool stands beyond `target`, so that a swap in this direction can reach it. */
export const reaches = (pool: PoolState, target: bigint, zeroForOne: boolean): boolean =>
  zeroForOne ? pool.sqrtPriceX96 > target : pool.sqrtPriceX96 < target;

/** Token0 between two prices, `up` for what a swap takes, down for what it gives. */
const amount0 = (liquidity: bigint, a: bigint, b: bigint, up: boolean): bigint => {
  const [low, high] = a < b ? [a, b] : [b, a];
  const numerator = (liquidity << 96n) * (high - low);
  return up ? mulDivUp(mulDivUp(numerator, 1n, high), 1n, low) : numerator / high / low;
};

const amount1 = (liquidity: bigint, a: bigint, b: bigint, up: boolean): bigint => {
  const product = liquidity * (a < b ? b - a : a - b);
  return up ? mulDivUp(product, 1n, 1n << 96n) : product >> 96n;
};

const withFee = (net: bigint, { feePips }: Venue): bigint => net + mulDivUp(net, feePips, PIPS - feePips);

type Swap = { pool: PoolState; venue: Venue; zeroForOne: boolean };

/** Input, fee included, that moves the pool to `target`. */
export const inputTo = ({ pool, venue, zeroForOne }: Swap, target: bigint): bigint => {
  const amount = zeroForOne ? amount0 : amount1;
  return withFee(amount(pool.liquidity, pool.sqrtPriceX96, target, true), venue);
};

/** Output of a swap that moves the pool to `target`. */
export const outputTo = ({ pool, zeroForOne }: Swap, target: bigint): bigint => {
  const amount = zeroForOne ? amount1 : amount0;
  return amount(pool.liquidity, pool.sqrtPriceX96, target, false);
};

/** Output of a swap of exactly `input`. */
export const outputFor = (swap: Swap, input: bigint): bigint => {
  const { liquidity, sqrtPriceX96: price } = swap.pool;
  const net = (input * (PIPS - swap.venue.feePips)) / PIPS;
  const shifted = liquidity << 96n;
  const next = swap.zeroForOne ? mulDivUp(shifted, price, shifted + net * price) : price + (net << 96n) / liquidity;
  return outputTo(swap, next);
};

/** Input, fee included, of a swap for exactly `output`; undefined when the liquidity does not hold so much. */
export const inputFor = (swap: Swap, output: bigint): bigint | undefined => {
  const { liquidity, sqrtPriceX96: price } = swap.pool;
  const shifted = liquidity << 96n;
  if (swap.zeroForOne) {
    const fall = mulDivUp(output, 1n << 96n, liquidity);
    return fall < price ? inputTo(swap, price - fall) : undefined;
  }
  const rest = shifted - output * price;
  return rest > 0n ? inputTo(swap, mulDivUp(shifted, price, rest)) : undefined;
};

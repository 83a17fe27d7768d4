// What a pool must hold, and the square root of the price at which it starts.
import { sqrt } from "@aibot/kit/fixed-math";
import { parseUnits } from "viem";
import type { Params } from "./params.ts";

const PRICE_DECIMALS = 8;

/** Native amounts of base asset and position token, worth `depth` each at `price`. */
export const poolAmounts = (
  { price, depth }: { price: string; depth: string },
  { base, position }: Params["vault"],
) => ({
  base: parseUnits(depth, base.decimals),
  position: parseUnits(depth, position.decimals + PRICE_DECIMALS) / parseUnits(price, PRICE_DECIMALS),
});

/** √(amount1 / amount0) with 96 fraction bits: the price at which the full range takes exactly these amounts. */
export const sqrtPriceX96 = (amount0: bigint, amount1: bigint): bigint => sqrt((amount1 << 192n) / amount0);

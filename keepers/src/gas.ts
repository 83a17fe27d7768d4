import { priceBookAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Head } from "@aibot/kit/node/chain";
import type { Address } from "viem";
import type { Ask } from "./ask.ts";

/** Where the price book has the price of the chain's own coin in a vault's base asset. */
export type GasMarket = { priceBook: Address; market: string; baseDecimals: number };

const COIN = 10n ** 18n; // wei
const PRICE_SCALE = 10n ** 8n;

export type GasCostParams = { gas: bigint; baseFeePerGas: bigint; price: bigint; baseDecimals: number };

/** Base units that `gas` costs, rounded up. The tip is left out: on most chains it is a small part. */
export const gasCost = ({ gas, baseFeePerGas, price, baseDecimals }: GasCostParams): bigint => {
  const scale = COIN * PRICE_SCALE;
  return (gas * baseFeePerGas * price * 10n ** BigInt(baseDecimals) + scale - 1n) / scale;
};

export type GasQuestion = { target: GasMarket | undefined; gas: bigint; head: Head };

/** What `gas` costs now; 0 where no market is named, undefined where it has no price yet. */
export const askGasCost = async (ask: Ask, { target, gas, head }: GasQuestion): Promise<bigint | undefined> => {
  if (target === undefined) return 0n;
  const { priceBook: address, market, baseDecimals } = target;
  const [price] = await ask.read({ address, abi: priceBookAbi, functionName: "peek", args: [marketId(market)] });
  return price === 0n ? undefined : gasCost({ gas, baseFeePerGas: head.baseFeePerGas, price, baseDecimals });
};

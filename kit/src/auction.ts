// The Dutch auction's price. Every rounding favours the vault.
import { mulDiv, mulDivUp } from "./fixed-math.ts";

const BPS = 10_000n;
const PRICE_SCALE = 10n ** 8n;

export type OffParams = { elapsed: bigint; life: bigint; premiumBps: number; slippageBps: number };

/** How far from the oracle price the vault trades `elapsed` seconds after opening, signed, up. */
export const offBps = ({ elapsed, life, premiumBps, slippageBps }: OffParams): bigint =>
  BigInt(premiumBps) - (BigInt(premiumBps + slippageBps) * elapsed) / life;

export type FillParams = {
  amount: bigint; // token units
  price: bigint; // 1e8
  offBps: bigint;
  tokenDecimals: number;
  baseDecimals: number;
};

const ratio = ({ amount, price, tokenDecimals, baseDecimals }: FillParams, factorBps: bigint) =>
  [amount * price * factorBps, 10n ** BigInt(baseDecimals), PRICE_SCALE * BPS * 10n ** BigInt(tokenDecimals)] as const;

/** Base units a filler pays for `amount` tokens that the vault sells; rounded up. */
export const sellCost = (fill: FillParams): bigint => mulDivUp(...ratio(fill, BPS + fill.offBps));

/** Base units a filler gets for `amount` tokens that the vault buys; rounded down. */
export const buyPayment = (fill: FillParams): bigint => mulDiv(...ratio(fill, BPS - fill.offBps));

// NAV, shares and weights of a vault, rounded as the contract rounds them.
import { mulDiv } from "./fixed-math.ts";

const BPS = 10_000n;
const PRICE_SCALE = 10n ** 8n;
const VIRTUAL_SHARES = 10n ** 6n; // share decimals = base decimals + 6
const VIRTUAL_ASSETS = 1n;

export type Holding = { amount: bigint; price: bigint; decimals: number };

/** Value of a holding in base units, down. */
export const holdingValue = ({ amount, price, decimals }: Holding, baseDecimals: number): bigint =>
  mulDiv(amount * price, 10n ** BigInt(baseDecimals), PRICE_SCALE * 10n ** BigInt(decimals));

export type TotalAssetsParams = { idle: bigint; holdings: Holding[]; baseDecimals: number };

/** NAV in base units: idle cash and every holding at the oracle price, each rounded down. */
export const totalAssets = ({ idle, holdings, baseDecimals }: TotalAssetsParams): bigint =>
  holdings.reduce((sum, holding) => sum + holdingValue(holding, baseDecimals), idle);

export type Pool = { totalAssets: bigint; totalSupply: bigint };

/** Shares that `assets` are worth, down. */
export const convertToShares = (assets: bigint, pool: Pool): bigint =>
  mulDiv(assets, pool.totalSupply + VIRTUAL_SHARES, pool.totalAssets + VIRTUAL_ASSETS);

/** Base units that `shares` are worth, down. */
export const convertToAssets = (shares: bigint, pool: Pool): bigint =>
  mulDiv(shares, pool.totalAssets + VIRTUAL_ASSETS, pool.totalSupply + VIRTUAL_SHARES);

/** Weight of a value in NAV, down; 0 in an empty vault. */
export const weightBps = (value: bigint, nav: bigint): bigint => (nav === 0n ? 0n : mulDiv(value, BPS, nav));

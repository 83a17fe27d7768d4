// NAV, shares and weights of a vault, rounded as the contract rounds them.
import { mulDiv, mulDivUp } from "./fixed-math.ts";

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

/** A vault's worth and its shares, those included that an accrual now would mint (see fees.ts). */
export type Pool = { totalAssets: bigint; totalSupply: bigint };

/** Shares that `assets` are worth, down. */
export const convertToShares = (assets: bigint, pool: Pool): bigint =>
  mulDiv(assets, pool.totalSupply + VIRTUAL_SHARES, pool.totalAssets + VIRTUAL_ASSETS);

/** Base units that `shares` are worth, down. */
export const convertToAssets = (shares: bigint, pool: Pool): bigint =>
  mulDiv(shares, pool.totalAssets + VIRTUAL_ASSETS, pool.totalSupply + VIRTUAL_SHARES);

const convertToSharesUp = (assets: bigint, pool: Pool): bigint =>
  mulDivUp(assets, pool.totalSupply + VIRTUAL_SHARES, pool.totalAssets + VIRTUAL_ASSETS);

const convertToAssetsUp = (shares: bigint, pool: Pool): bigint =>
  mulDivUp(shares, pool.totalAssets + VIRTUAL_ASSETS, pool.totalSupply + VIRTUAL_SHARES);

const spreadOf = (assets: bigint, spreadBps: number): bigint => mulDivUp(assets, BigInt(spreadBps), BPS);

/** What `assets` were before `spreadBps` of them stayed behind, up. */
const beforeSpread = (assets: bigint, spreadBps: number): bigint => mulDivUp(assets, BPS, BPS - BigInt(spreadBps));

/** Shares that depositing `assets` mints, down. The first depositor leaves no spread: nobody would receive it. */
export const previewDeposit = (assets: bigint, pool: Pool, entrySpreadBps: number): bigint =>
  convertToShares(pool.totalSupply === 0n ? assets : assets - spreadOf(assets, entrySpreadBps), pool);

/** Base units that minting `shares` takes, up. */
export const previewMint = (shares: bigint, pool: Pool, entrySpreadBps: number): bigint => {
  const assets = convertToAssetsUp(shares, pool);
  return pool.totalSupply === 0n ? assets : beforeSpread(assets, entrySpreadBps);
};

/** Base units that redeeming `shares` pays, down. Whoever holds them all leaves no spread. */
export const previewRedeem = (shares: bigint, pool: Pool, exitSpreadBps: number): bigint => {
  const assets = convertToAssets(shares, pool);
  return shares < pool.totalSupply ? assets - spreadOf(assets, exitSpreadBps) : assets;
};

/** Shares that withdrawing `assets` burns, up. */
export const previewWithdraw = (assets: bigint, pool: Pool, exitSpreadBps: number): bigint => {
  const shares = convertToSharesUp(beforeSpread(assets, exitSpreadBps), pool);
  const isAll = shares > pool.totalSupply && assets <= convertToAssets(pool.totalSupply, pool);
  return isAll ? pool.totalSupply : shares;
};

/** Weight of a value in NAV, down; 0 in an empty vault. */
export const weightBps = (value: bigint, nav: bigint): bigint => (nav === 0n ? 0n : mulDiv(value, BPS, nav));

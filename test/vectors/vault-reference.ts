// The vault's formulas as docs/vault-formulas.md states them, transcribed on their own: every quotient says its rounding,
// every quantity has the document's name, nothing is shared with the kit.

/** n / d for unsigned numbers. */
export const floor = (n: bigint, d: bigint): bigint => (n - (n % d)) / d;
export const ceil = (n: bigint, d: bigint): bigint => (n % d === 0n ? n / d : n / d + 1n);
const least = (...values: bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
const most = (...values: bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));
const atLeastZero = (x: bigint): bigint => most(0n, x);

const BPS = 10_000n;
const E7 = 10_000_000n;
const E18 = 10n ** 18n;
const E24 = 10n ** 24n;
const E6 = 1_000_000n;

/* SHARES */

export type Shares = { nav: bigint; idle: bigint; supply: bigint; entrySpreadBps: bigint; exitSpreadBps: bigint };

export const deposited = (v: Shares, assets: bigint): bigint => {
  const kept = v.supply === 0n ? 0n : ceil(assets * v.entrySpreadBps, BPS);
  return floor((assets - kept) * (v.supply + E6), v.nav + 1n);
};

export const minted = (v: Shares, shares: bigint): bigint => {
  const worth = ceil(shares * (v.nav + 1n), v.supply + E6);
  return v.supply === 0n ? worth : ceil(worth * BPS, BPS - v.entrySpreadBps);
};

export const redeemed = (v: Shares, shares: bigint): bigint => {
  const worth = floor(shares * (v.nav + 1n), v.supply + E6);
  return shares >= v.supply ? worth : worth - ceil(worth * v.exitSpreadBps, BPS);
};

export const withdrawn = (v: Shares, assets: bigint): bigint => {
  const shares = ceil(ceil(assets * BPS, BPS - v.exitSpreadBps) * (v.supply + E6), v.nav + 1n);
  const worthOfAll = floor(v.supply * (v.nav + 1n), v.supply + E6);
  return shares > v.supply && assets <= worthOfAll ? v.supply : shares;
};

export const payable = (v: Shares, shares: bigint): bigint => {
  if (redeemed(v, shares) <= v.idle) return shares;
  const gross = floor(v.idle * BPS, BPS - v.exitSpreadBps);
  return least(shares - 1n, floor(gross * (v.supply + E6), v.nav + 1n));
};

/* FEES */

export type Fees = { mark: bigint; managementBps: bigint; performanceBps: bigint };
export type Accrued = { managementShares: bigint; performanceShares: bigint; fees: Fees };

const perShare = (round: typeof floor, nav: bigint, supply: bigint): bigint =>
  least(round((nav + 1n) * E24, supply + E6), 2n ** 128n - 1n);

export const accrued = (
  nav: bigint | undefined,
  supply: bigint,
  elapsed: bigint,
  last: Fees,
  present: Omit<Fees, "mark">,
): Accrued => {
  const managementBps = least(last.managementBps, present.managementBps);
  const performanceBps = least(last.performanceBps, present.performanceBps);

  const f = least(floor(managementBps * elapsed * E18, 365n * 86_400n * BPS), E18 / 20n);
  const managementShares = floor(supply * f, E18 - f);
  const s1 = supply + managementShares;
  if (nav === undefined) {
    const fees = { mark: last.mark, managementBps: present.managementBps, performanceBps };
    return { managementShares, performanceShares: 0n, fees };
  }

  const gain = floor(atLeastZero(perShare(floor, nav, s1) - last.mark) * s1, E24);
  const fee = floor(gain * performanceBps, BPS);
  const performanceShares = fee === 0n ? 0n : floor(s1 * fee, nav - fee);
  const s2 = s1 + performanceShares;
  const reached = perShare(ceil, nav, s2);
  const mark = s2 === 0n ? reached : most(last.mark, reached);
  return { managementShares, performanceShares, fees: { mark, ...present } };
};

/* BUDGET */

export type Use = { time: bigint; turnover: bigint; loss: bigint };

/** What a window counts at `time`, of turnover or loss: all uses of its lane and the four before, from the plain log. */
export const counted = (log: Use[], of: "turnover" | "loss", time: bigint, window: bigint): bigint => {
  const lane = ceil(window, 4n);
  const isCounted = (use: Use) => floor(time, lane) - floor(use.time, lane) <= 4n;
  return log.reduce((sum, use) => (isCounted(use) ? sum + use[of] : sum), 0n);
};

/* AUCTION */

export type Scene = {
  idle: bigint;
  amount: bigint; // token units held
  others: bigint; // base units, value of the other positions
  price: bigint; // 1e8
  tokenUnit: bigint; // 10^decimals
  baseUnit: bigint;
  supply: bigint;
  pendingShares: bigint;
  target: bigint; // bps; STALE and UNWINDING: the signal is, within its grace or beyond
  mark: bigint;
  maxDrawdownBps: bigint;
  cashFloorBps: bigint;
  slippageBps: bigint;
  bandBps: bigint;
  turnoverE7: bigint; // budgets left
  lossE7: bigint;
};

export const STALE = -1n;
export const UNWINDING = -2n;

/** Token units to trade; at the opening a shortage is shared with the other positions, and a band must be left. */
const auctionAmount = (s: Scene, offBps: bigint, isOpening: boolean): bigint => {
  const tokens = (round: typeof floor, base: bigint): bigint =>
    round(base * 100_000_000n * s.tokenUnit, s.price * s.baseUnit);

  const value = floor(s.amount * s.price * s.baseUnit, 100_000_000n * s.tokenUnit);
  const nav = s.idle + value + s.others;
  const owed = s.pendingShares === 0n ? 0n : ceil(s.pendingShares * (nav + 1n), s.supply + E6);
  const net = atLeastZero(nav - owed);
  const needed = owed + ceil(net * s.cashFloorBps, BPS);
  const toSell = (missing: bigint): bigint => {
    const all = tokens(ceil, ceil(atLeastZero(missing) * BPS, BPS - s.slippageBps));
    return isOpening ? ceil(all * value, most(1n, value + s.others)) : all;
  };
  const [short, exempt] = [toSell(needed - s.idle), toSell(owed - s.idle)];

  if (isOpening && s.target >= 0n && short === 0n) {
    const weight = floor(least(value, net) * BPS, most(1n, net));
    if (s.target <= weight + s.bandBps && weight <= s.target + s.bandBps) return 0n;
  }

  const navAfter = floor(net * (BPS - s.slippageBps), BPS);
  const byTurnover = floor(navAfter * s.turnoverE7, E7);
  const byLoss = offBps < 0n ? floor(floor(navAfter * s.lossE7, E7) * BPS, -offBps) : byTurnover;
  const budget = tokens(floor, least(byTurnover, byLoss));

  const wanted = s.target === STALE ? s.amount : tokens(floor, floor(net * atLeastZero(s.target), BPS));
  if (wanted > s.amount && short === 0n) {
    if (perShare(floor, nav, s.supply) < floor(s.mark * (BPS - s.maxDrawdownBps), BPS)) return 0n;
    const affordable = tokens(floor, atLeastZero(s.idle - needed));
    return least(budget, floor(least(wanted - s.amount, affordable) * BPS, BPS + s.slippageBps));
  }
  return -least(s.amount, most(s.amount - wanted, short), budget + exempt);
};

export const opened = (s: Scene): bigint => auctionAmount(s, 0n, true);
export const fillable = (s: Scene, offBps: bigint): bigint => auctionAmount(s, offBps, false);

/** The auction's distance from the oracle price, in the vault's favour. */
export const off = (elapsed: bigint, life: bigint, premiumBps: bigint, slippageBps: bigint): bigint =>
  premiumBps - floor((premiumBps + slippageBps) * elapsed, life);

export const paidForSale = (s: Scene, amount: bigint, offBps: bigint): bigint =>
  ceil(amount * s.price * s.baseUnit * (BPS + offBps), 100_000_000n * s.tokenUnit * BPS);

export const paidForPurchase = (s: Scene, amount: bigint, offBps: bigint): bigint =>
  floor(amount * s.price * s.baseUnit * (BPS - offBps), 100_000_000n * s.tokenUnit * BPS);

/* TARGET */

/** `volatilityWad` is exp2Wad(signal). */
export const targetWeight = (volatilityWad: bigint, targetVolBps: bigint, capBps: bigint, shareBps: bigint): bigint =>
  volatilityWad === 0n ? capBps : least(capBps, floor(shareBps * targetVolBps * 10n ** 14n, volatilityWad));

// What holding a vault's shares costs: fee shares for management and for a gain above the mark, as an accrual mints them.
import { mulDiv, mulDivUp } from "./fixed-math.ts";

const BPS = 10_000n;
const WAD = 10n ** 18n;
const VIRTUAL_SHARES = 10n ** 6n;
const MARK_UNIT = WAD * VIRTUAL_SHARES; // mark of one base unit a share unit
const MAX_MARK = 2n ** 128n - 1n;
const MAX_MANAGEMENT_FEE = WAD / 20n; // of the supply, in one accrual
const YEAR = 365n * 86_400n;

/** Mark of a vault that nobody has ever entered. */
export const INITIAL_MARK = WAD;

export type Rates = { managementFeeBps: number; performanceFeeBps: number };

/** As `feeState()` answers; the rates are those of the last accrual. */
export type FeeState = Rates & {
  mark: bigint; // highest NAV per share so far, WAD base units per 1e6 share units
  accruedAt: bigint; // unix seconds
};

export type AccrualParams = {
  state: FeeState;
  rates: Rates; // the mandate's present ones
  nav: bigint | undefined; // base units; undefined: prices cannot value the vault
  supply: bigint; // every share there is and every fee share not yet minted
  now: bigint; // unix seconds
};

export type Accrual = { managementShares: bigint; performanceShares: bigint; supply: bigint; state: FeeState };

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** NAV per share in units of the mark, down; saturates at the greatest mark. */
export const navPerShare = (nav: bigint, supply: bigint): bigint =>
  least(mulDiv(nav + 1n, MARK_UNIT, supply + VIRTUAL_SHARES), MAX_MARK);

const navPerShareUp = (nav: bigint, supply: bigint): bigint =>
  least(mulDivUp(nav + 1n, MARK_UNIT, supply + VIRTUAL_SHARES), MAX_MARK);

/** Shares minted for `elapsed` seconds of management, down. */
export const managementShares = (supply: bigint, feeBps: number, elapsed: bigint): bigint => {
  const fee = least((BigInt(feeBps) * elapsed * WAD) / (YEAR * BPS), MAX_MANAGEMENT_FEE);
  return mulDiv(supply, fee, WAD - fee);
};

export type PerformanceParams = { nav: bigint; supply: bigint; mark: bigint; feeBps: number };

/** Shares minted for the gain above the mark, down. */
export const performanceShares = ({ nav, supply, mark, feeBps }: PerformanceParams): bigint => {
  const perShare = navPerShare(nav, supply);
  if (supply === 0n || perShare <= mark) return 0n;
  const fee = (mulDiv(perShare - mark, supply, MARK_UNIT) * BigInt(feeBps)) / BPS;
  return mulDiv(supply, fee, nav - fee);
};

/** What accruing now mints and leaves behind. Each rate charged is the lower of the present and the last accrual's. */
export const accrue = ({ state, rates, nav, supply, now }: AccrualParams): Accrual => {
  const elapsed = now > state.accruedAt ? now - state.accruedAt : 0n;
  const managementFeeBps = Math.min(state.managementFeeBps, rates.managementFeeBps);
  const performanceFeeBps = Math.min(state.performanceFeeBps, rates.performanceFeeBps);

  const managed = managementShares(supply, managementFeeBps, elapsed);
  const afterManagement = supply + managed;
  const accrued = { accruedAt: now, managementFeeBps: rates.managementFeeBps };
  if (nav === undefined) {
    // The performance fee waits for prices, and the lowest rate so far with it.
    const waiting = { ...accrued, mark: state.mark, performanceFeeBps };
    return { managementShares: managed, performanceShares: 0n, supply: afterManagement, state: waiting };
  }

  const gained = performanceShares({ nav, supply: afterManagement, mark: state.mark, feeBps: performanceFeeBps });
  const afterAll = afterManagement + gained;
  const reached = navPerShareUp(nav, afterAll);
  const mark = reached > state.mark || afterAll === 0n ? reached : state.mark; // an empty vault starts again
  const settled = { ...accrued, mark, performanceFeeBps: rates.performanceFeeBps };
  return { managementShares: managed, performanceShares: gained, supply: afterAll, state: settled };
};

export type DrawdownParams = { nav: bigint; supply: bigint; mark: bigint; maxDrawdownBps: number };

/** Whether NAV per share has fallen so far below its mark that the vault only reduces. */
export const isReduceOnly = ({ nav, supply, mark, maxDrawdownBps }: DrawdownParams): boolean =>
  navPerShare(nav, supply) < (mark * (BPS - BigInt(maxDrawdownBps))) / BPS;

// Vectors of the vault's formulas; docs/vault-formulas.md states them. Cases are plausible, uniform in every length, and
// extreme: zero, one, the largest, all of something and one more or less.
import { createRandom, type Random, times } from "./random.ts";
import { exp2Wad } from "./reference.ts";
import {
  accrued,
  ceil,
  counted,
  deposited,
  fillable,
  minted,
  off,
  opened,
  paidForPurchase,
  paidForSale,
  payable,
  redeemed,
  type Scene,
  type Shares,
  STALE,
  targetWeight,
  UNWINDING,
  type Use,
  withdrawn,
} from "./vault-reference.ts";

const MOST = 2n ** 128n - 1n;
const YEAR = 365n * 86_400n;

/** A number below 2^most of any length, every length as likely. */
const anyLength = (random: Random, most: number): bigint => random.bits(Number(random.below(BigInt(most + 1))));
const pick = <T>(random: Random, values: readonly T[]): T => values[Number(random.below(BigInt(values.length)))] as T;
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** A vault of some size whose shares are worth between a hundredth and a hundred times what they were at first. */
const plausible = (random: Random): { nav: bigint; supply: bigint } => {
  const nav = 1n + anyLength(random, 80);
  return { nav, supply: (nav * 10n ** 8n) / (1n + random.below(9_999n)) };
};

const anyPool = (random: Random, k: number): { nav: bigint; supply: bigint } =>
  k % 4 === 0 ? { nav: anyLength(random, 128), supply: anyLength(random, 120) } : plausible(random);

/** [nav, idle, supply, entrySpreadBps, exitSpreadBps, assets, shares, deposited, minted, redeemed, withdrawn, payable] */
export const shareVectors = (): string[][] => {
  const random = createRandom(11n);
  return times(1_200, (k) => {
    const { nav, supply } = anyPool(random, k);
    const idle = pick(random, [0n, nav, least(nav, 1n), random.below(nav + 1n), nav / 20n]);
    const spread = () => pick(random, [0n, 1n, 20n, 40n, 1_000n, random.below(1_001n)]);
    const v: Shares = { nav, idle, supply, entrySpreadBps: spread(), exitSpreadBps: spread() };
    const all = redeemed(v, supply);
    const assets = pick(random, [0n, 1n, 8n, all, all + 1n, idle, anyLength(random, 100)]);
    const shares = pick(random, [0n, least(1n, supply), supply, supply - least(1n, supply), random.below(supply + 1n)]);
    return [
      ...[nav, idle, supply, v.entrySpreadBps, v.exitSpreadBps, assets, shares],
      ...[deposited(v, assets), minted(v, shares), redeemed(v, shares), withdrawn(v, assets), payable(v, shares)],
    ].map(String);
  });
};

/** [nav or −1 without prices, supply, elapsed, mark, last and present rates, management and performance shares, mark,
 * rates kept]; rates are management, performance. */
export const feeVectors = (): string[][] => {
  const random = createRandom(12n);
  return times(1_200, (k) => {
    const pool = k % 16 === 0 ? { ...plausible(random), supply: 0n } : anyPool(random, k);
    const nav = k % 9 === 0 ? undefined : pool.nav;
    const elapsed = pick(random, [0n, 1n, 86_400n, YEAR, 50n * YEAR, random.below(YEAR)]);
    const perShare = ((pool.nav + 1n) * 10n ** 24n) / (pool.supply + 10n ** 6n);
    const fraction = () => (perShare * random.below(12_000n)) / 10_000n;
    const near = pick(random, [perShare, perShare - 1n, perShare + 1n, fraction(), fraction(), fraction(), 0n]);
    const mark = least(MOST, near > 10n ** 18n ? near : 10n ** 18n);
    const rates = () => ({
      managementBps: pick(random, [0n, 1n, 100n, 500n, random.below(501n)]),
      performanceBps: pick(random, [0n, 1n, 1_000n, 3_000n, random.below(3_001n)]),
    });
    const [last, present] = [rates(), k % 3 === 0 ? undefined : rates()];
    const outcome = accrued(nav, pool.supply, elapsed, { mark, ...last }, present ?? last);
    return [
      ...[nav ?? -1n, pool.supply, elapsed, mark, last.managementBps, last.performanceBps],
      ...[(present ?? last).managementBps, (present ?? last).performanceBps],
      ...[outcome.managementShares, outcome.performanceShares, outcome.fees.mark],
      ...[outcome.fees.managementBps, outcome.fees.performanceBps],
    ].map(String);
  });
};

/** A step: time, turnover, loss, and what the window counts of both then, itself included. */
export type BudgetRun = { window: string; steps: string[][] };

/** Uses of the budgets in order. */
export const budgetVectors = (): BudgetRun[] => {
  const random = createRandom(13n);
  return times(40, (k) => {
    const window = pick(random, [
      14_400n,
      86_400n,
      432_000n,
      14_401n,
      2n ** 32n - 1n,
      14_400n + random.below(10n ** 7n),
    ]);
    const lane = (window + 3n) / 4n;
    const gaps = () => [
      0n,
      1n,
      lane,
      lane - 1n,
      window,
      4n * lane,
      5n * lane - 1n,
      random.below(lane),
      random.below(window),
    ];
    const log: Use[] = [];
    let time = k === 0 ? 1n : 1_700_000_000n + random.below(10n ** 8n);
    const steps = times(40, () => {
      time += pick(random, gaps());
      const isFull = k % 8 === 1; // as much as forty uses may be
      const use = {
        time,
        turnover: isFull ? (2n ** 27n - 1n) / 40n : random.below(10n ** 6n),
        loss: isFull ? (2n ** 20n - 1n) / 40n : random.below(10n ** 4n),
      };
      log.push(use);
      const counts = [counted(log, "turnover", time, window), counted(log, "loss", time, window)];
      return [time, use.turnover, use.loss, ...counts].map(String);
    });
    return { window: String(window), steps };
  });
};

/** Shares of the target, which must sum to 1 at most, and caps, which must to 1: eight positions of a mandate. */
export const TARGET_SHARES = [1n, 10n, 100n, 625n, 1_250n, 2_500n, 2_501n, 3_013n];
export const TARGET_CAPS = [1n, 5n, 250n, 1_000n, 1_500n, 2_000n, 2_500n, 2_744n];

/** [signal, targetVolBps, weight of each of eight positions] */
export const targetVectors = (): string[][] => {
  const random = createRandom(14n);
  const edges = [-(2n ** 63n), -60n * 2n ** 32n - 1n, -60n * 2n ** 32n, -1n, 0n, 1n, 64n * 2n ** 32n - 1n];
  return times(160, (k) => {
    const signal = edges[k] ?? random.below(14n * 2n ** 32n) - 10n * 2n ** 32n;
    const targetVol = pick(random, [1n, 1_000n, 1_200n, 10_000n, 1n + random.below(10_000n)]);
    const weights = TARGET_SHARES.map((share, i) =>
      targetWeight(exp2Wad(signal), targetVol, TARGET_CAPS[i] ?? 0n, share),
    );
    return [signal, targetVol, ...weights].map(String);
  });
};

/** Units of the base asset and the token: those of the vaults the cases run in. */
export const AUCTION_UNITS = [
  { baseDecimals: 6, tokenDecimals: 18 },
  { baseDecimals: 18, tokenDecimals: 0 },
  { baseDecimals: 0, tokenDecimals: 24 },
] as const;

/** A vault between all cash and none, with one position or more, in and out of trouble. */
const anyScene = (random: Random, k: number): Scene => {
  const { baseDecimals, tokenDecimals } = pick(random, AUCTION_UNITS);
  const [baseUnit, tokenUnit] = [10n ** BigInt(baseDecimals), 10n ** BigInt(tokenDecimals)];
  const size = k % 10 === 0 ? anyLength(random, 40) : baseUnit * (1_000n + random.below(10n ** 9n));
  // Not so low that lots, which are int128, could not hold what the vault would buy.
  const lowest = (size * 10n ** 8n * tokenUnit) / (baseUnit << 126n);
  const price = 1n + lowest + pick(random, [2_000n * 10n ** 8n, anyLength(random, 50)]);
  const part = (whole: bigint, ...bps: bigint[]): bigint => (whole * pick(random, bps)) / 10_000n;
  const invested = part(size, 0n, 0n, 2_000n, 4_000n, 9_500n, 10_000n, random.below(10_001n));
  const others = part(invested, 0n, 0n, 5_000n, random.below(10_001n));
  const amount = least(MOST >> 2n, ((invested - others) * 10n ** 8n * tokenUnit) / (price * baseUnit));
  const nav = size - invested + (amount * price * baseUnit) / (10n ** 8n * tokenUnit) + others;
  const supply = (nav * 10n ** 6n * (5_000n + random.below(10_000n))) / 10_000n;
  // As an accrual leaves it: at least NAV per share.
  const perShare = ceil((nav + 1n) * 10n ** 24n, supply + 10n ** 6n);
  const markBps = supply === 0n ? 10_000n : pick(random, [10_000n, 10_000n, 10_001n, 16_666n, 16_667n, 20_000n]);
  return {
    ...{ idle: size - invested, amount, others, price, tokenUnit, baseUnit, supply },
    pendingShares: part(supply, 0n, 0n, 0n, 0n, 1n, 500n, 3_000n, 10_000n, random.below(10_001n)),
    target: pick(random, [STALE, UNWINDING, 0n, 4_000n, 9_500n, 9_500n, random.below(9_501n), random.below(9_501n)]),
    mark: ceil(perShare * markBps, 10_000n),
    maxDrawdownBps: pick(random, [4_000n, 4_000n, 10_000n, 1n]),
    cashFloorBps: pick(random, [500n, 0n, 2_000n]),
    slippageBps: pick(random, [60n, 1n, 1_000n]),
    bandBps: pick(random, [500n, 1n, random.below(2_000n)]),
    turnoverE7: pick(random, [20_000_000n, 20_000_000n, 1_000_000n, 0n, random.below(10n ** 8n)]),
    lossE7: pick(random, [100_000n, 10_000n, 1_000n, 0n, random.below(10n ** 6n)]),
  };
};

const AUCTION_LIFE = 600n;

/** [baseDecimals, tokenDecimals, idle, amount held, value of other positions, price, supply, pendingShares, target in bps
 * or −1 while stale or −2 while unwinding, mark, maxDrawdownBps, cashFloorBps, slippageBps, bandBps, turnoverE7, lossE7,
 * premiumBps, elapsed of 600 s, amount to open, off, amount to fill at that off, base units for it] */
export const auctionVectors = (): string[][] => {
  const random = createRandom(15n);
  return times(1_200, (k) => {
    const s = anyScene(random, k);
    const premium = pick(random, [20n, 0n, 1_000n]);
    const elapsed = pick(random, [0n, AUCTION_LIFE, random.below(AUCTION_LIFE + 1n)]);
    const offBps = off(elapsed, AUCTION_LIFE, premium, s.slippageBps);
    const amount = fillable(s, offBps);
    return [
      ...[digits(s.baseUnit), digits(s.tokenUnit), s.idle, s.amount, s.others, s.price, s.supply, s.pendingShares],
      ...[s.target, s.mark, s.maxDrawdownBps, s.cashFloorBps, s.slippageBps, s.bandBps, s.turnoverE7, s.lossE7],
      ...[premium, elapsed, opened(s), offBps, amount],
      amount < 0n ? paidForSale(s, -amount, offBps) : paidForPurchase(s, amount, offBps),
    ].map(String);
  });
};

const digits = (unit: bigint): bigint => BigInt(unit.toString().length - 1);

const linesOf = (cases: unknown[]): string => `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`;

/** Files of this module, for generate.ts. */
export const vaultVectorFiles = (): Record<string, string> => ({
  "vault-shares.json": linesOf(shareVectors()),
  "vault-fees.json": linesOf(feeVectors()),
  "vault-budget.json": linesOf(budgetVectors()),
  "vault-target.json": linesOf(targetVectors()),
  "vault-auction.json": linesOf(auctionVectors()),
});

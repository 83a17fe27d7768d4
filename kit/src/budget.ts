// What a vault has traded and lost within a rolling window: five lanes of a quarter of the window in one word.
// contracts/libraries/Budget.sol says why no window can then hold more than a budget.
import { mulDivUp } from "./fixed-math.ts";

/** A lane holds no more: no budget may be greater. In 1e-7 of NAV, as everything here. */
export const MAX_TURNOVER = 2n ** 27n - 1n;
export const MAX_LOSS = 2n ** 20n - 1n;

const OLDER_LANES = 4n;
const LANE_BITS = 47n; // loss above turnover
const TURNOVER_BITS = 27n;
const NUMBER_BITS = 21n; // of the newest lane, below the lanes
const E7 = 10n ** 7n;

export type Usage = { turnoverE7: bigint; lossE7: bigint };

export type Budget = {
  state: bigint; // 0 = nothing used yet
  time: bigint; // unix seconds
  window: bigint; // seconds
};

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Moves on to the lane of `time`; what is five lanes old or older is forgotten. Never back. */
const roll = ({ state, time, window }: Budget): bigint => {
  const last = BigInt.asUintN(Number(NUMBER_BITS), state);
  const present = time / ((window + OLDER_LANES - 1n) / OLDER_LANES);
  const age = present > last ? present - last : 0n;
  const lanes = age > OLDER_LANES ? 0n : BigInt.asUintN(256, (state - last) << (age * LANE_BITS));
  return lanes | (last + age);
};

const laneOf = (state: bigint, age: bigint): Usage => {
  const lane = state >> (NUMBER_BITS + age * LANE_BITS);
  return { turnoverE7: lane & MAX_TURNOVER, lossE7: (lane >> TURNOVER_BITS) & MAX_LOSS };
};

const sum = (state: bigint): Usage => {
  const total = { turnoverE7: 0n, lossE7: 0n };
  for (let age = 0n; age <= OLDER_LANES; age += 1n) {
    const lane = laneOf(state, age);
    total.turnoverE7 += lane.turnoverE7;
    total.lossE7 += lane.lossE7;
  }
  return total;
};

/** What was used within the window up to `time`, up. */
export const budgetUsed = (budget: Budget): Usage => sum(roll(budget));

/** The state after one more use, and what the window holds then; whoever keeps a budget refuses a greater total. */
export const addToBudget = (budget: Budget, use: Usage): { state: bigint; total: Usage } => {
  const rolled = roll(budget);
  const before = sum(rolled);
  const newest = laneOf(rolled, 0n);
  const more = {
    turnover: least(use.turnoverE7, MAX_TURNOVER - newest.turnoverE7),
    loss: least(use.lossE7, MAX_LOSS - newest.lossE7),
  };
  return {
    state: rolled + (((more.loss << TURNOVER_BITS) | more.turnover) << NUMBER_BITS),
    total: { turnoverE7: before.turnoverE7 + use.turnoverE7, lossE7: before.lossE7 + use.lossE7 },
  };
};

export type BudgetLimits = { turnoverBudgetBps: number; lossBudgetBps: number };

/** What the budgets still allow. */
export const budgetsLeft = (budget: Budget, limits: BudgetLimits): Usage => {
  const used = budgetUsed(budget);
  const left = (budgetBps: number, usedE7: bigint): bigint => {
    const rest = BigInt(budgetBps) * 1_000n - usedE7;
    return rest > 0n ? rest : 0n;
  };
  return {
    turnoverE7: left(limits.turnoverBudgetBps, used.turnoverE7),
    lossE7: left(limits.lossBudgetBps, used.lossE7),
  };
};

/** An amount in 1e-7 of NAV, up; parts of an empty vault count as parts of one base unit. */
export const partOfNavE7 = (amount: bigint, nav: bigint): bigint => mulDivUp(amount, E7, nav > 0n ? nav : 1n);

// A gauge in words, in the visitor's language.
import { type Format, withUnit } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import type { Messages } from "../../messages/text.tsx";
import { filledBps, type Gauge, type GaugeUnit } from "./gauges.ts";

export type GaugeTextParams = { m: Messages; f: Format; found: FoundVault; window: number };

const BPS = 10_000n;
const E7_DIGITS = 5; // decimals of a percentage in 1e-7

/** `precise`: as used parts are told; limits are round. */
const amountText = (value: bigint, unit: GaugeUnit, { f, found }: GaugeTextParams, isPrecise: boolean): string => {
  const { base } = found.vault;
  switch (unit) {
    case "bps":
      return f.percent(Number(value));
    case "e7":
      return withUnit(f.fixed(value, E7_DIGITS, isPrecise ? 2 : 1), "%");
    case "seconds":
      return f.duration(value);
    case "base":
      return withUnit(f.fixed(value, base.decimals, 0), base.symbol);
  }
};

const labelsOf = ({ kind, position }: Gauge, { m, f, found, window }: GaugeTextParams) => {
  const text = m.vault.limits;
  const span = f.duration(BigInt(window));
  const { symbol = "", feed = "" } = found.vault.positions[position ?? 0] ?? {};
  switch (kind) {
    case "turnover":
      return { label: text.turnover(span), means: text.turnoverMeans };
    case "loss":
      return { label: text.loss(span), means: text.lossMeans };
    case "drawdown":
      return { label: text.drawdown, means: text.drawdownMeans };
    case "weight":
      return { label: text.weight(symbol), means: text.weightMeans };
    case "age":
      return { label: text.age(feed), means: text.ageMeans };
    case "cash":
      return { label: text.cash, means: text.cashMeans };
    case "deposits":
      return { label: text.deposits, means: text.depositsMeans };
  }
};

export type GaugeText = {
  label: string;
  means: string;
  template: string;
  used: string;
  limit: string;
  words: string;
  warning: string | undefined;
  isReached: boolean;
  filled: bigint;
  limitAt: bigint;
};

export const describeGauge = (gauge: Gauge, params: GaugeTextParams): GaugeText => {
  const { used, limit, unit, state, isFloor, kind } = gauge;
  const text = params.m.vault.limits;
  const isReached = state === "reached";
  const warning = isReached ? text.states[kind] : state === "near" ? text.states.near : undefined;
  const amounts = {
    used: used === undefined ? text.nothing : amountText(used, unit, params, true),
    limit: amountText(limit, unit, params, false),
  };
  const template = used === undefined ? "{used}" : isFloor ? text.ofAtLeast : text.of;
  const sentence = template.replace("{used}", amounts.used).replace("{limit}", amounts.limit);
  return {
    ...labelsOf(gauge, params),
    ...amounts,
    template,
    words: warning === undefined ? sentence : `${sentence}, ${warning}`,
    warning,
    isReached,
    filled: filledBps(gauge),
    limitAt: isFloor ? limit : BPS,
  };
};

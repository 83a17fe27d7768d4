import { type Fact, Facts } from "../../components/Facts.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Limits } from "../../data/chain-reads.ts";
import { duration, fixed, percent, withUnit } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { NO_CAP } from "./model.ts";
import { useLimits } from "./use-vault.ts";

const seconds = (value: number): string => duration(BigInt(value));

/** In whole units: a cap is a round number. */
const capText = (cap: bigint, { decimals, symbol }: FoundVault["vault"]["base"]): string =>
  cap === NO_CAP ? "no cap" : withUnit(fixed(cap, decimals, 0), symbol);

const factsOf = (limits: Limits | undefined, { vault: { base, positions } }: FoundVault): Fact[] => {
  const inWindow = (bps: number) => limits && `${percent(bps)} in ${seconds(limits.budgetWindow)}`;
  return [
    { label: "Volatility aimed at", value: limits && `${percent(limits.targetVolBps)}/yr` },
    { label: `Most in ${positions[0]?.symbol ?? ""}`, value: limits && percent(limits.capBps) },
    { label: "Cash kept, at least", value: limits && percent(limits.cashFloorBps) },
    { label: "Trades when off target by", value: limits && percent(limits.bandBps) },
    {
      label: "Trades, at most",
      value: limits && inWindow(limits.turnoverBudgetBps),
      exact: "Of its value. What requested exits need is not counted.",
    },
    {
      label: "Gives away to traders, at most",
      value: limits && inWindow(limits.lossBudgetBps),
      exact: "Of its value, measured against the price sources.",
    },
    {
      label: "Only sells when down",
      value: limits && percent(limits.maxDrawdownBps),
      exact: "Below the highest value a share ever had.",
    },
    { label: "Oldest forecast used", value: limits && seconds(limits.maxSignalAge) },
    {
      label: "Sells all without forecasts after",
      value: limits && seconds(limits.maxSignalAge + limits.unwindDelay),
    },
    { label: "Oldest price for deposits", value: limits && seconds(limits.entryMaxAge) },
    {
      label: "Takes deposits up to",
      value: limits && capText(limits.depositCap, base),
      exact: "Of its value with the deposit.",
    },
  ];
};

/** What the mandate contract enforces, whoever calls. */
export const LimitsPanel = ({ found }: { found: FoundVault }) => {
  const { data: limits, error, refetch } = useLimits(found, 0);
  return (
    <Panel title="Limits">
      {error === null ? (
        <Facts facts={factsOf(limits, found)} />
      ) : (
        <ErrorNotice error={new Error("The mandate could not be read from the chain.")} retry={() => void refetch()} />
      )}
    </Panel>
  );
};

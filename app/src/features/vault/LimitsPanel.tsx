import { type Fact, Facts } from "../../components/Facts.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Limits } from "../../data/chain-reads.ts";
import { duration, percent } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { useLimits } from "./use-vault.ts";

const factsOf = (limits: Limits | undefined, symbol: string): Fact[] => [
  { label: "Volatility aimed at", value: limits && `${percent(limits.targetVolBps)}/yr` },
  { label: `Most in ${symbol}`, value: limits && percent(limits.capBps) },
  { label: "Cash kept, at least", value: limits && percent(limits.cashFloorBps) },
  { label: "Trades when off target by", value: limits && percent(limits.bandBps) },
  { label: "Oldest forecast used", value: limits && duration(BigInt(limits.maxSignalAge)) },
  { label: "Oldest price for deposits", value: limits && duration(BigInt(limits.entryMaxAge)) },
];

/** What the mandate contract enforces, whoever calls. */
export const LimitsPanel = ({ found }: { found: FoundVault }) => {
  const { data: limits, error, refetch } = useLimits(found, 0);
  return (
    <Panel title="Limits">
      {error === null ? (
        <Facts facts={factsOf(limits, found.vault.positions[0]?.symbol ?? "")} />
      ) : (
        <ErrorNotice error={new Error("The mandate could not be read from the chain.")} retry={() => void refetch()} />
      )}
    </Panel>
  );
};

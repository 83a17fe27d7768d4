import { type Fact, Facts } from "../../components/Facts.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Limits } from "../../data/chain-reads.ts";
import type { Vault } from "../../data/vaults.ts";
import { exact, fixed, money, percent, withUnit } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { highWaterMark, worthOf } from "./model.ts";
import { useLimits } from "./use-vault.ts";

type FeesPanelProps = { found: FoundVault; vault: Vault | undefined; now: bigint | undefined };

const factsOf = (limits: Limits | undefined, vault: Vault | undefined, now: bigint | undefined): Fact[] => {
  const cash = (shares: bigint) => {
    const worth = vault && worthOf(vault, shares, now);
    return worth === undefined
      ? { value: undefined }
      : {
          value: money(worth, vault?.baseDecimals ?? 0, vault?.baseSymbol ?? ""),
          exact: exact(shares, vault?.shareDecimals ?? 0),
        };
  };
  const mark = vault && highWaterMark(vault);
  return [
    { label: "To hold", value: limits && `${percent(limits.managementFeeBps)}/yr` },
    { label: "Of gains above the mark", value: limits && percent(limits.performanceFeeBps) },
    {
      label: "High-water mark",
      value: vault && mark !== undefined && withUnit(fixed(mark, vault.baseDecimals, 4), vault.baseSymbol),
      exact: "The highest value a share ever had, after fees.",
    },
    {
      label: "To enter",
      value: limits && percent(limits.entrySpreadBps),
      exact: "Stays in the vault, for the other holders.",
    },
    {
      label: "To leave in cash",
      value: limits && percent(limits.exitSpreadBps),
      exact: "Stays in the vault, for the other holders.",
    },
    { label: "Fees so far, now worth", ...cash(vault?.feeSharesCharged ?? 0n) },
    { label: "Waiting to leave in cash", ...cash(vault?.pendingExitShares ?? 0n) },
  ];
};

/** What a share costs, and who is on the way out. */
export const FeesPanel = ({ found, vault, now }: FeesPanelProps) => {
  const { data: limits } = useLimits(found, 0);
  return (
    <Panel title="Fees and exits">
      <Facts facts={factsOf(limits, vault, now)} />
    </Panel>
  );
};

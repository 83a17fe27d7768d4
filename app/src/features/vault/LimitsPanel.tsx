import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Limits } from "../../data/chain-reads.ts";
import { useUnread } from "../../data/use-unread.ts";
import type { Vault } from "../../data/vaults.ts";
import type { Format } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { type Messages, useText } from "../../messages/text.tsx";
import { Gauge } from "./Gauge.tsx";
import { describeGauge } from "./gauge-text.ts";
import { gaugesOf } from "./gauges.ts";
import { NO_CAP } from "./model.ts";
import { useBudgetsLeft, useLimits } from "./use-mandate.ts";

const GRID = {
  display: "grid",
  columnGap: 4,
  rowGap: 1.5,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))" },
} as const;
const GAUGES = 7;
const GAUGE_HEIGHT = 36;

/** Rules that nothing uses up. */
const rulesOf = (limits: Limits | undefined, m: Messages, f: Format): Fact[] => {
  const span = (value: number) => f.duration(BigInt(value));
  const text = m.vault.limits;
  return [
    { label: text.volatility, value: limits && m.vault.now.aYear(f.percent(limits.targetVolBps)) },
    { label: text.band, value: limits && f.percent(limits.bandBps) },
    { label: text.unwind, value: limits && span(limits.maxSignalAge + limits.unwindDelay) },
    { label: text.entryAge, value: limits && span(limits.entryMaxAge) },
  ];
};

type LimitsPanelProps = { found: FoundVault; vault: Vault | undefined; now: bigint | undefined };

/** What the mandate contract enforces, whoever calls, and how much of it is used. */
export const LimitsPanel = ({ found, vault, now }: LimitsPanelProps) => {
  const { m, f } = useText();
  const limits = useLimits(found, vault);
  const budgets = useBudgetsLeft(found);
  const unread = [useUnread(limits), useUnread(budgets)].some((error) => error !== null);
  const retry = () => void Promise.all([limits.refetch(), budgets.refetch()]);
  const gauges = vault && limits.data && budgets.data && gaugesOf(vault, limits.data, budgets.data, now);
  const describe = { m, f, found, window: limits.data?.budgetWindow ?? 0 };
  return (
    <Panel title={m.vault.limits.title}>
      {!unread ? (
        <Box sx={{ display: "grid", gap: 2 }}>
          <Box sx={GRID}>
            {gauges?.map((gauge) => {
              const { used, limit, template, ...props } = describeGauge(gauge, describe);
              return <Gauge key={gauge.id} {...props} text={<Rich text={template} values={{ used, limit }} />} />;
            }) ??
              Array.from({ length: GAUGES }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: all alike
                <Skeleton key={index} variant="rectangular" height={GAUGE_HEIGHT} />
              ))}
          </Box>
          {limits.data?.depositCap === NO_CAP && <Box sx={{ color: "text.secondary" }}>{m.vault.limits.noCap}</Box>}
          <Box sx={{ borderTop: 1, borderColor: "divider", pt: 1.5 }}>
            <Facts facts={rulesOf(limits.data, m, f)} />
          </Box>
        </Box>
      ) : (
        <ErrorNotice error={new Error(m.vault.unread)} retry={retry} />
      )}
    </Panel>
  );
};

import Box from "@mui/material/Box";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Limits } from "../../data/chain-reads.ts";
import type { Vault, WaitingExit } from "../../data/vaults.ts";
import { exact, type Format, withUnit } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { type Messages, useText } from "../../messages/text.tsx";
import { highWaterMark, worthOf } from "./model.ts";
import { useLimits } from "./use-mandate.ts";
import { useWaiting } from "./use-vault.ts";

type Words = { m: Messages; f: Format };
type FeesPanelProps = { found: FoundVault; vault: Vault | undefined; now: bigint | undefined };

const rateFacts = (limits: Limits | undefined, vault: Vault | undefined, { m, f }: Words): Fact[] => {
  const text = m.vault.fees;
  const rates = vault?.mandate;
  return [
    { label: text.hold, value: rates && m.vault.now.aYear(f.percent(rates.managementFeeBps)) },
    { label: text.gain, value: rates && f.percent(rates.performanceFeeBps) },
    {
      label: text.mark,
      value: vault && withUnit(f.fixed(highWaterMark(vault), vault.baseDecimals, 4), vault.baseSymbol),
      exact: text.markMeans,
    },
    { label: text.enter, value: limits && f.percent(limits.entrySpreadBps), exact: text.spreadMeans },
    { label: text.leave, value: limits && f.percent(limits.exitSpreadBps), exact: text.spreadMeans },
  ];
};

const shareFacts = (vault: Vault | undefined, now: bigint | undefined, { m, f }: Words): Fact[] => {
  const worth = (label: string, shares: bigint | undefined): Fact => {
    if (vault === undefined || shares === undefined) return { label, value: undefined };
    const value = f.money(worthOf(vault, shares, now), vault.baseDecimals, vault.baseSymbol);
    return { label, value, exact: exact(shares, vault.shareDecimals) };
  };
  return [worth(m.vault.fees.charged, vault?.feeSharesCharged), worth(m.vault.fees.waiting, vault?.pendingExitShares)];
};

type QueueProps = { vault: Vault; waiting: readonly WaitingExit[]; now: bigint | undefined };

/** The front of the queue: who is paid first at the next price. */
const Queue = ({ vault, waiting, now }: QueueProps) => {
  const { m, f } = useText();
  const text = m.vault.fees;
  if (waiting.length === 0) return <Box sx={{ color: "text.secondary" }}>{text.nobody}</Box>;
  return (
    <Box component="ol" aria-label={text.queue} sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 0.5 }}>
      {waiting.map(({ id, number, owner, pending, timestamp }) => (
        <li key={id}>
          <Rich
            text={text.inQueue}
            values={{
              number: `#${number}`,
              shares: f.quantity(pending, vault.shareDecimals),
              owner: <ChainLink chain={vault.chain} kind="address" value={owner} />,
              time: <ChainTime at={timestamp} now={now} />,
            }}
          />
        </li>
      ))}
    </Box>
  );
};

/** What a share costs, and who is on the way out. */
export const FeesPanel = ({ found, vault, now }: FeesPanelProps) => {
  const words = useText();
  const { data: limits } = useLimits(found, vault);
  const { data: waiting } = useWaiting(found);
  return (
    <Panel title={words.m.vault.fees.title}>
      <Facts facts={[...rateFacts(limits, vault, words), ...shareFacts(vault, now, words)]} />
      <Box sx={{ borderTop: 1, borderColor: "divider", pt: 1.5, mt: 1.5, typography: "body2", minHeight: 32 }}>
        {vault && waiting && <Queue vault={vault} waiting={waiting} now={now} />}
      </Box>
    </Panel>
  );
};

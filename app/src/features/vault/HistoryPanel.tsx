import Box from "@mui/material/Box";
import { memo, useMemo, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { ChartFrame } from "../../components/ChartFrame.tsx";
import { Choice } from "../../components/Choice.tsx";
import { createChartSync } from "../../components/chart-sync.ts";
import { Panel } from "../../components/Panel.tsx";
import type { Vault } from "../../data/vaults.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { auctionHash } from "./activity.ts";
import { ValueTable, VolatilityTable } from "./HistoryTables.tsx";
import { type HistoryRow, inRange, type Range, ranges } from "./history.ts";
import { signalMarkers, tradeMarkers, valueLines, volatilityLines } from "./history-lines.ts";
import { useHistory } from "./use-history.ts";
import { heldWindow } from "./volatility.ts";

const VALUE_HEIGHT = 260;
const VOLATILITY_HEIGHT = 150;

const NO_ROWS: readonly HistoryRow[] = [];

const useCharts = (found: FoundVault, vault: Vault | undefined, range: Range) => {
  const { m } = useText();
  const all = useHistory(found, vault);
  const rows = useMemo(() => all && inRange(all, range), [all, range]);
  const symbol = found.vault.positions[0]?.symbol ?? "";
  const window = heldWindow(vault?.positions[0]?.feed.horizon ?? 0);
  const known = rows ?? NO_ROWS;
  const value = useMemo(() => valueLines(known, found.vault, m), [known, found.vault, m]);
  const volatility = useMemo(() => volatilityLines(known, { symbol, window }, m), [known, symbol, window, m]);
  const trades = useMemo(() => tradeMarkers(known), [known]);
  const signals = useMemo(() => signalMarkers(known), [known]);
  return { rows, value, volatility, trades, signals };
};

/** NAV against buying and holding with the weights, and the volatility that was forecast, aimed at and held. */
export const HistoryPanel = memo(({ found, vault }: { found: FoundVault; vault: Vault | undefined }) => {
  const { m } = useText();
  const text = m.vault.history;
  const navigate = useNavigate();
  const { search } = useLocation();
  const [range, setRange] = useState<Range>("all");
  const sync = useMemo(createChartSync, []);
  const { rows, value, volatility, trades, signals } = useCharts(found, vault, range);
  const feed = found.vault.positions[0]?.feed;
  const rowAt = (time: number) => rows?.find(({ at }) => Number(at) === time);

  const openTrade = (time: number) => {
    const auction = rowAt(time)?.auction;
    if (auction !== undefined) void navigate({ search, hash: auctionHash(auction) });
  };
  const openSignal = (time: number) => {
    const row = rowAt(time);
    if (row?.forecastBps !== undefined && feed !== undefined)
      void navigate(signalPath(found.chain.id, feed, row.round));
  };

  const options = ranges.map((option) => ({ value: option, text: text.ranges[option] }));
  return (
    <Panel
      title={text.title}
      aside={<Choice label={text.range} options={options} chosen={range} choose={setRange} />}
      flush
    >
      <ChartFrame
        label={text.value}
        height={VALUE_HEIGHT}
        series={value}
        isLoading={rows === undefined}
        markers={trades}
        markerLabel={text.fills(rows && trades.length)}
        onPick={openTrade}
        empty={text.empty}
        table={rows ? <ValueTable rows={rows} found={found} /> : null}
        sync={sync}
      />
      <Box sx={{ borderTop: 1, borderColor: "divider", pt: 1 }}>
        <ChartFrame
          label={text.volatility}
          height={VOLATILITY_HEIGHT}
          series={volatility}
          isLoading={rows === undefined}
          markers={signals}
          markerLabel={text.signals}
          onPick={openSignal}
          empty={text.empty}
          table={rows ? <VolatilityTable rows={rows} found={found} /> : null}
          sync={sync}
        />
      </Box>
    </Panel>
  );
});

import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import { Link as RouterLink } from "react-router";
import { Panel } from "../../components/Panel.tsx";
import type { Trade } from "../../data/signals.ts";
import { percent, quantity, withUnit } from "../../format.ts";
import { vaultPath } from "../../links.ts";

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** Who acted on this round. */
export const TradesPanel = ({ chain, trades }: { chain: number; trades: readonly Trade[] | undefined }) => (
  <Panel title="Auctions on this round">
    {trades === undefined ? (
      <Skeleton height={24} />
    ) : trades.length === 0 ? (
      <Box sx={{ color: "text.secondary" }}>None: every vault was close enough to its target.</Box>
    ) : (
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}>
        {trades.map((trade) => (
          <li key={trade.id}>
            <Link component={RouterLink} to={vaultPath(chain, trade.vault.address)}>
              {trade.vault.name}
            </Link>{" "}
            {trade.amount > 0n ? "buys" : "sells"}{" "}
            {withUnit(quantity(abs(trade.amount), trade.position.decimals), trade.position.symbol)}: weight{" "}
            {percent(trade.weightBps)} to {percent(trade.targetWeightBps)}
          </li>
        ))}
      </Box>
    )}
  </Panel>
);

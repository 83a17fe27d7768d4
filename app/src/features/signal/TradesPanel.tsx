import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import { Link as RouterLink } from "react-router";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Trade } from "../../data/signals.ts";
import { abs, withUnit } from "../../format.ts";
import { vaultPath } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";

const TradeText = ({ chain, trade }: { chain: number; trade: Trade }) => {
  const { m, f } = useText();
  const { position, vault, amount } = trade;
  const sentence = amount > 0n ? m.signal.trades.buys : m.signal.trades.sells;
  return (
    <Rich
      text={sentence(
        withUnit(f.quantity(abs(amount), position.decimals), position.symbol),
        f.percent(trade.weightBps),
        f.percent(trade.targetWeightBps),
      )}
      values={{
        vault: (
          <Link component={RouterLink} to={vaultPath(chain, vault.address)}>
            {vault.name}
          </Link>
        ),
        transaction: <ChainLink chain={chain} kind="transaction" value={trade.tx} />,
      }}
    />
  );
};

/** Who acted on this round. */
export const TradesPanel = ({ chain, trades }: { chain: number; trades: readonly Trade[] | undefined }) => {
  const { m } = useText();
  return (
    <Panel title={m.signal.trades.title}>
      {trades === undefined ? (
        <Skeleton height={24} />
      ) : trades.length === 0 ? (
        <Box sx={{ color: "text.secondary" }}>{m.signal.trades.none}</Box>
      ) : (
        <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}>
          {trades.map((trade) => (
            <li key={trade.id}>
              <TradeText chain={chain} trade={trade} />
            </li>
          ))}
        </Box>
      )}
    </Panel>
  );
};

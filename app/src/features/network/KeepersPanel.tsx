import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useApp } from "../../app-context.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Panel } from "../../components/Panel.tsx";
import { StackTable } from "../../components/StackTable.tsx";
import type { Network } from "../../data/network.ts";
import { exact, withUnit } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import { NamedAddress } from "../explorer/NamedAddress.tsx";
import { type FillerRow, fillerRows, type SenderRow, senderRows } from "./keeper-model.ts";
import { useSendings } from "./use-network.ts";

const NOTE = { m: 0, px: 2, py: 1, color: "text.secondary", typography: "body2" } as const;
const COIN = { decimals: 18, symbol: "ETH" };

const FILLER_COLUMNS = ["filler", "fills", "volume", "discount", "last"] as const;
const SENDER_COLUMNS = ["sender", "published", "filled", "fee", "last"] as const;

const HALVES = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(2, minmax(0, 1fr))" },
  columnGap: 2,
} as const;

type NowOf = (chain: number) => bigint | undefined;

const Fillers = ({ rows, nowOf }: { rows: readonly FillerRow[]; nowOf: NowOf }) => {
  const { m, f } = useText();
  const t = m.network.keepers;
  const rowOf = (row: FillerRow) => {
    const { key, chain, address, fills, volume, discount, discountBps, baseDecimals, baseSymbol, lastAt } = row;
    const money = (value: bigint) => (
      <span title={exact(value, baseDecimals)}>{f.money(value, baseDecimals, baseSymbol)}</span>
    );
    return {
      key,
      cells: {
        filler: <NamedAddress chain={chain} address={address} />,
        fills: f.count(fills),
        volume: money(volume),
        discount: (
          <>
            {money(discount)}
            <br />
            {withUnit(f.fixed(discountBps, 0, 0), "bps")}
          </>
        ),
        last: <ChainTime at={lastAt} now={nowOf(chain)} />,
      },
    };
  };
  const columns = FILLER_COLUMNS.map((id) => ({ id, label: t[id] }));
  return <StackTable label={t.fillers} columns={columns} rows={rows.map(rowOf)} />;
};

const Senders = ({ rows, nowOf }: { rows: readonly SenderRow[]; nowOf: NowOf }) => {
  const { m, f } = useText();
  const t = m.network.keepers;
  const columns = SENDER_COLUMNS.map((id) => ({ id, label: t[id] }));
  const rowOf = ({ key, chain, address, published, filled, fee, lastAt }: SenderRow) => ({
    key,
    cells: {
      sender: <NamedAddress chain={chain} address={address} />,
      published: f.count(published),
      filled: f.count(filled),
      fee: <span title={exact(fee, COIN.decimals)}>{withUnit(f.quantity(fee, COIN.decimals), COIN.symbol)}</span>,
      last: <ChainTime at={lastAt} now={nowOf(chain)} />,
    },
  });
  return <StackTable label={t.senders} columns={columns} rows={rows.map(rowOf)} />;
};

const LatelySent = ({ network, nowOf }: { network: Network; nowOf: NowOf }) => {
  const { m, f } = useText();
  const t = m.network.keepers;
  const { sent, isUnreadable } = useSendings(network);
  const rows = senderRows(sent);
  const isNothing = network.rounds.length + network.fills.length === 0;
  return (
    <div>
      {rows.length > 0 && <Senders rows={rows} nowOf={nowOf} />}
      <Box component="p" sx={NOTE}>
        {isNothing
          ? t.noSenders
          : isUnreadable
            ? t.unreadable
            : t.ofNewest(f.count(network.rounds.length), f.count(network.fills.length))}
      </Box>
    </div>
  );
};

type KeepersPanelProps = { network: Network | undefined; nowOf: NowOf };

/** Who keeps the protocol going, and what filling auctions has brought them. */
export const KeepersPanel = ({ network, nowOf }: KeepersPanelProps) => {
  const { m } = useText();
  const { config } = useApp();
  const t = m.network.keepers;
  const known = network?.fillers.filter(({ chain }) => config.chains.some(({ id }) => id === chain));
  return (
    <Panel title={t.title} flush>
      {network === undefined || known === undefined ? (
        <Skeleton variant="rectangular" height={176} sx={{ mx: 2, mb: 2 }} />
      ) : (
        <Box sx={HALVES}>
          <div>
            {known.length > 0 && <Fillers rows={fillerRows(known)} nowOf={nowOf} />}
            <Box component="p" sx={NOTE}>
              {known.length === 0 ? t.noFills : t.how}
            </Box>
          </div>
          <LatelySent network={network} nowOf={nowOf} />
        </Box>
      )}
    </Panel>
  );
};

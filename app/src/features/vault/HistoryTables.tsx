import Link from "@mui/material/Link";
import { Link as RouterLink, useLocation } from "react-router";
import { DataTable } from "../../components/DataTable.tsx";
import { exact, utcDate, utcTime } from "../../format.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { auctionHash } from "./activity.ts";
import type { HistoryRow } from "./history.ts";

const TABLE_ROWS = 250;
const DAY = 86_400n;

type HistoryTableProps = { rows: readonly HistoryRow[]; found: FoundVault };

const newestFirst = (rows: readonly HistoryRow[]) => rows.slice(-TABLE_ROWS).reverse();

/** A date names a candle, unless several close a day. */
const closeOf = (rows: readonly HistoryRow[]) => {
  const [first, second] = rows;
  const isDaily = first === undefined || second === undefined || second.at - first.at >= DAY / 2n;
  return ({ at }: HistoryRow) => (isDaily ? utcDate(at) : utcTime(at));
};

export const ValueTable = ({ rows, found }: HistoryTableProps) => {
  const { m, f } = useText();
  const { columns, newest, auction } = m.vault.history;
  const { base, positions } = found.vault;
  const { search } = useLocation();
  const close = closeOf(rows);
  const traded = (row: HistoryRow) => {
    const amount = exact(row.traded, positions[0]?.decimals ?? 0);
    if (row.traded === 0n || row.auction === undefined) return "–";
    return (
      <Link component={RouterLink} to={{ search, hash: auctionHash(row.auction) }} title={amount}>
        {`${f.quantity(row.traded, positions[0]?.decimals ?? 0)} ${auction}`}
      </Link>
    );
  };
  return (
    <DataTable
      label={newest(TABLE_ROWS)}
      columns={[columns.close, columns.navPerShare, columns.hold, columns.weight, columns.target, columns.traded]}
      rows={newestFirst(rows).map((row) => ({
        key: String(row.round),
        cells: [
          close(row),
          f.fixed(row.navPerShare, base.decimals, 6),
          f.fixed(row.hold, base.decimals, 6),
          f.percent(row.weightBps),
          row.targetBps === undefined ? "–" : f.percent(row.targetBps),
          traded(row),
        ],
      }))}
    />
  );
};

export const VolatilityTable = ({ rows, found }: HistoryTableProps) => {
  const { m, f } = useText();
  const { columns, newest, round } = m.vault.history;
  const feed = found.vault.positions[0]?.feed ?? "";
  const close = closeOf(rows);
  const signal = ({ round: number, forecastBps }: HistoryRow) =>
    forecastBps === undefined ? (
      "–"
    ) : (
      <Link component={RouterLink} to={signalPath(found.chain.id, feed, number)}>
        {round(f.count(number))}
      </Link>
    );
  const percent = (bps: number | undefined) => (bps === undefined ? "–" : f.percent(bps));
  return (
    <DataTable
      label={newest(TABLE_ROWS)}
      columns={[columns.close, columns.held, columns.aim, columns.forecast, columns.signal]}
      rows={newestFirst(rows).map((row) => ({
        key: String(row.round),
        cells: [close(row), percent(row.heldBps), percent(row.aimBps), percent(row.forecastBps), signal(row)],
      }))}
    />
  );
};

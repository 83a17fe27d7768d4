import Box from "@mui/material/Box";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { Sign } from "../../components/Sign.tsx";
import { exact } from "../../format.ts";
import { worthOf } from "../vault/model.ts";
import { amountsText } from "./actions/in-kind.ts";
import { type Context, writingOf } from "./actions/shared.ts";
import { type Entry, entriesOf, type Sums, sumsOf } from "./history.ts";
import type { Own } from "./own-data.ts";

const describe = (entry: Entry, context: Context): string => {
  const { rows } = context.w.history;
  const { cash, shares } = writingOf(context);
  switch (entry.kind) {
    case "deposit":
      return rows.deposit(cash(entry.assets), shares(entry.shares));
    case "withdrawal":
      return rows.withdrawal(shares(entry.shares), cash(entry.assets));
    case "settlement":
      return rows.settlement(shares(entry.shares), cash(entry.assets));
    case "request":
      return rows.request(shares(entry.shares));
    case "cancelled":
      return rows.cancelled(shares(entry.shares));
    case "inKind":
      return rows.inKind(shares(entry.shares), amountsText(context, entry.amounts));
  }
};

const gainFact = ({ gain }: Sums, context: Context): Fact => {
  const { history } = context.w;
  if (gain.kind === "cut") return { label: history.gain, value: history.cut };
  if (gain.kind === "transferred") return { label: history.gain, value: history.noGain };
  const { value } = gain;
  const shape = value > 0n ? "up" : value < 0n ? "down" : "flat";
  const color = value > 0n ? "success.main" : value < 0n ? "error.main" : "text.primary";
  return {
    label: history.gain,
    exact: exact(value, context.vault.baseDecimals),
    value: (
      <Box component="span" sx={{ color }}>
        <Sign shape={shape} />
        {value > 0n ? "+" : ""}
        {writingOf(context).cash(value)}
      </Box>
    ),
  };
};

const factsOf = (sums: Sums, context: Context): Fact[] => {
  const { history } = context.w;
  const { cashFact } = writingOf(context);
  return [
    cashFact(history.paidIn, sums.paidIn),
    cashFact(history.tookOut, sums.tookOut),
    ...(sums.inKindNow === 0n ? [] : [cashFact(history.inKindNow, sums.inKindNow)]),
    gainFact(sums, context),
  ];
};

type HistoryViewProps = { context: Context; own: Own; now: bigint | undefined };

/** What this account paid in, took out and gained, and each step of it as a link to its transaction. */
export const HistoryView = ({ context, own, now }: HistoryViewProps) => {
  const { w, found, vault } = context;
  const entries = entriesOf(own);
  if (entries.length === 0) return <Box sx={{ typography: "body2", color: "text.secondary" }}>{w.history.empty}</Box>;
  const tokens = vault.positions.map(({ market, decimals }) => ({ price: market.price, decimals }));
  const { baseDecimals } = vault;
  const sums = sumsOf({ own, tokens, baseDecimals, worth: (shares) => worthOf(vault, shares, now) });
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Facts facts={factsOf(sums, context)} />
      <Box component="details">
        <Box component="summary" sx={{ cursor: "pointer", color: "text.secondary", minHeight: 32, py: 0.5 }}>
          {w.history.title(entries.length)}
        </Box>
        <Box
          component="ol"
          sx={{ listStyle: "none", m: 0, p: 0, maxHeight: 320, overflowY: "auto", typography: "body2" }}
        >
          {entries.map((entry) => (
            <Box component="li" key={`${entry.kind}${entry.id}`} sx={{ borderTop: 1, borderColor: "divider", py: 1 }}>
              <Box>{describe(entry, context)}</Box>
              <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1, color: "text.secondary" }}>
                <ChainLink chain={found.chain.id} kind="transaction" value={entry.tx} />
                <ChainTime at={entry.timestamp} now={now} />
              </Box>
            </Box>
          ))}
        </Box>
      </Box>
    </Box>
  );
};

import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Panel } from "../../components/Panel.tsx";
import { type Shape, Sign } from "../../components/Sign.tsx";
import type { Vault } from "../../data/vaults.ts";
import { fixed, money, percent, price, quantity, withUnit } from "../../format.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { type ActivityItem, timeline } from "./model.ts";
import { useActivity } from "./use-vault.ts";

const LIMIT = 12;

type Described = { title: string; shape?: Shape; text: ReactNode; round?: number };

/** Before the first forecast there is no round to link to. */
const roundOf = (round: number): { round?: number } => (round > 0 ? { round } : {});

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

const describe = (item: ActivityItem, vault: Vault): Described => {
  const cash = (value: bigint) => money(value, vault.baseDecimals, vault.baseSymbol);
  const shares = (value: bigint) => withUnit(quantity(value, vault.shareDecimals), "shares");
  const tokens = (value: bigint, index: number) => {
    const position = vault.positions[index];
    return position === undefined
      ? value.toString()
      : withUnit(quantity(abs(value), position.decimals), position.symbol);
  };
  switch (item.kind) {
    case "fill": {
      const isBuy = item.tokenDelta > 0n;
      const off = `${item.offBps >= 0 ? "+" : ""}${fixed(BigInt(item.offBps), 2, 2)}`;
      return {
        title: isBuy ? "Bought" : "Sold",
        shape: isBuy ? "up" : "down",
        text: `${tokens(item.tokenDelta, item.position.index)} for ${cash(abs(item.baseDelta))} at ${price(item.price)} (${withUnit(off, "%")} for the vault)`,
        ...roundOf(item.auction.round),
      };
    }
    case "auction":
      return {
        title: "Auction",
        text: `to ${item.amount > 0n ? "buy" : "sell"} ${tokens(item.amount, item.position.index)}: weight ${percent(item.weightBps)}, target ${percent(item.targetWeightBps)}`,
        ...roundOf(item.round),
      };
    case "deposit":
      return {
        title: "Deposit",
        text: (
          <>
            {cash(item.assets)} for {shares(item.shares)} by <Hash value={item.owner} noun="owner" />
          </>
        ),
      };
    case "withdrawal":
      return {
        title: "Redeemed",
        text: (
          <>
            {shares(item.shares)} for {cash(item.assets)} by <Hash value={item.owner} noun="owner" />
          </>
        ),
      };
    case "exit":
      return {
        title: "Left in kind",
        text: (
          <>
            {shares(item.shares)} by <Hash value={item.owner} noun="owner" />
          </>
        ),
      };
    case "exitRequest":
      return {
        title: "Exit requested",
        text: (
          <>
            {shares(item.shares)} at the next price by <Hash value={item.owner} noun="owner" />
          </>
        ),
      };
    case "settlement":
      return {
        title: "Exit settled",
        text: (
          <>
            {shares(item.shares)} for {cash(item.assets)}, to be claimed by <Hash value={item.owner} noun="owner" />
          </>
        ),
      };
  }
};

type ActivityRowProps = { item: ActivityItem; vault: Vault; now: bigint | undefined };

const ROW = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr) auto", md: "96px minmax(0, 1fr) 96px 112px 96px" },
  columnGap: 2,
  rowGap: 0.25,
  px: 2,
  py: 1,
  borderTop: 1,
  borderColor: "divider",
  typography: "body2",
  alignItems: "baseline",
} as const;

const ActivityRow = ({ item, vault, now }: ActivityRowProps) => {
  const { title, shape, text, round } = describe(item, vault);
  const feed = vault.positions[0]?.feed.feed;
  return (
    <Box component="li" sx={ROW}>
      <Box sx={{ fontWeight: 600 }}>
        {shape && <Sign shape={shape} />}
        {title}
      </Box>
      <Box sx={{ gridColumn: { xs: "1 / -1", md: "auto" }, gridRow: { xs: 2, md: "auto" }, overflowWrap: "anywhere" }}>
        {text}
      </Box>
      <Box sx={{ gridRow: { xs: 3, md: "auto" } }}>
        {round !== undefined && feed !== undefined && (
          <Link component={RouterLink} to={signalPath(vault.chain, feed, round)}>
            round {round}
          </Link>
        )}
      </Box>
      <Box sx={{ gridRow: { xs: 3, md: "auto" }, textAlign: { xs: "right", md: "left" } }}>
        <Hash value={item.tx} noun="transaction" />
      </Box>
      <Box
        sx={{
          color: "text.secondary",
          textAlign: "right",
          gridRow: { xs: 1, md: "auto" },
          gridColumn: { xs: 2, md: "auto" },
        }}
      >
        <ChainTime at={item.timestamp} now={now} />
      </Box>
    </Box>
  );
};

type ActivityPanelProps = { found: FoundVault; vault: Vault | undefined; now: bigint | undefined };

/** Why did it trade? Each auction and fill leads to the signal it acted on. */
export const ActivityPanel = ({ found, vault, now }: ActivityPanelProps) => {
  const { data } = useActivity(found);
  const items = data && timeline(data, LIMIT);
  return (
    <Panel title="Activity" flush>
      {items === undefined || vault === undefined ? (
        <Skeleton variant="rectangular" height={160} sx={{ mx: 2, mb: 2 }} />
      ) : items.length === 0 ? (
        <Box sx={{ px: 2, pb: 2, color: "text.secondary" }}>
          Nothing yet: deposits, auctions and fills appear here as they are mined.
        </Box>
      ) : (
        <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {items.map((item) => (
            <ActivityRow key={`${item.kind}${item.id}`} item={item} vault={vault} now={now} />
          ))}
        </Box>
      )}
    </Panel>
  );
};

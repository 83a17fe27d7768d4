import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Facts } from "../../components/Facts.tsx";
import type { ActivityItem } from "../../data/activity.ts";
import { abs, exact, withUnit } from "../../format.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";

type AuctionDetailProps = {
  auction: Extract<ActivityItem, { kind: "auction" }>;
  found: FoundVault;
};

/** What an auction was for, and the signal that it acted on: one click from the mathematics. */
export const AuctionDetail = ({ auction, found }: AuctionDetailProps) => {
  const { m, f } = useText();
  const text = m.vault.activity.detail;
  const now = useChainNow(found.chain.id);
  const position = found.vault.positions[auction.position.index];
  if (position === undefined) return null;
  const { symbol, decimals, feed } = position;
  const amount = (value: bigint) => ({
    value: withUnit(f.quantity(abs(value), decimals), symbol),
    exact: exact(value, decimals),
  });
  const hasSignal = auction.round > 0;
  return (
    <Box sx={{ px: 2, pb: 2, maxWidth: 480, typography: "body2" }} role="group" aria-label={text.label}>
      <Facts
        facts={[
          {
            label: text.signal,
            value: hasSignal ? (
              <Link component={RouterLink} to={signalPath(found.chain.id, feed, auction.round)}>
                {`${feed}, ${m.vault.activity.round(f.count(auction.round))}`}
              </Link>
            ) : (
              text.none
            ),
          },
          { label: text.opened, value: <ChainTime at={auction.timestamp} now={now} /> },
          { label: text.weight, value: f.percent(auction.weightBps) },
          { label: text.target, value: f.percent(auction.targetWeightBps) },
          { label: text.wanted, ...amount(auction.amount) },
          { label: text.left, ...amount(auction.remaining) },
          { label: text.price, value: withUnit(f.price(auction.price), found.vault.base.symbol) },
        ]}
      />
    </Box>
  );
};

import { memo } from "react";
import { Link as RouterLink, useLocation } from "react-router";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Sign } from "../../components/Sign.tsx";
import type { ActivityItem } from "../../data/activity.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";
import { AuctionDetail } from "./AuctionDetail.tsx";
import { auctionHash } from "./activity.ts";
import { type ActivityText, describeActivity } from "./activity-text.ts";

/** The look of all rows, given once to the list that holds them: a row that scrolls in has no style to compute. */
export const rowStyles = {
  "& .row": {
    display: "grid",
    gridTemplateColumns: { xs: "minmax(0, 1fr) auto", md: "152px minmax(0, 1fr) 176px 88px 128px 80px" },
    columnGap: 2,
    rowGap: 0.25,
    px: 2,
    py: 1,
    typography: "body2",
    alignItems: "baseline",
    borderTop: 1,
    borderColor: "divider",
  },
  "& .fresh": { animation: "arrive 0.4s ease-out" },
  "@keyframes arrive": {
    from: { opacity: 0, transform: "translateY(-12px)" },
    to: { opacity: 1, transform: "none" },
  },
  "& .what": { fontWeight: 600 },
  "& .text": { gridColumn: { xs: "1 / -1", md: "auto" }, gridRow: { xs: 2, md: "auto" }, overflowWrap: "anywhere" },
  "& .premium": { color: "text.secondary", whiteSpace: "nowrap" },
  "& .why": { gridColumn: { xs: "1 / -1", md: "auto" }, display: "flex", gap: 2 },
  "& .why a": { color: "primary.main", textDecoration: "none", "&:hover": { textDecoration: "underline" } },
  "& .tx": { textAlign: { xs: "right", md: "left" } },
  "& .time": {
    color: "text.secondary",
    textAlign: "right",
    gridRow: { xs: 1, md: "auto" },
    gridColumn: { xs: 2, md: "auto" },
  },
} as const;

type RowPartProps = { item: ActivityItem; found: FoundVault; said: ActivityText };

/** Who or what a row is about, as a link where a page explains it. */
const Sentence = ({ found, said }: RowPartProps) => {
  const address = (value: string) => <ChainLink chain={found.chain.id} kind="address" value={value} />;
  const { owner, value } = said;
  const values = {
    owner: owner === undefined ? null : address(owner),
    value: value === undefined ? null : value.isAddress ? address(value.text) : value.text,
  };
  return <Rich text={said.text} values={values} />;
};

/** The signal behind it, and the auction that it was part of. */
const Why = ({ item, found, said }: RowPartProps) => {
  const { m, f } = useText();
  const { search } = useLocation();
  const text = m.vault.activity;
  const index = item.kind === "fill" || item.kind === "auction" ? item.position.index : 0;
  const feed = found.vault.positions[index]?.feed;
  const auction = item.kind === "auction" ? item.id : said.auction;
  return (
    <div className="why">
      {said.round !== undefined && feed !== undefined && (
        <RouterLink to={signalPath(found.chain.id, feed, said.round)}>{text.round(f.count(said.round))}</RouterLink>
      )}
      {auction !== undefined && (
        <RouterLink to={{ search, hash: auctionHash(auction) }}>
          {item.kind === "auction" ? text.details : text.toAuction}
        </RouterLink>
      )}
    </div>
  );
};

/** Follows the chain's clock by itself, so that a new block does not draw the whole row again. */
const When = ({ chain, at }: { chain: number; at: bigint }) => <ChainTime at={at} now={useChainNow(chain)} />;

type ActivityRowProps = {
  item: ActivityItem;
  found: FoundVault;
  isOpen: boolean; // its auction's details
  isFresh: boolean; // mined a moment ago
};

/** What happened, how much, at which price, on which signal, and where on the chain. */
export const ActivityRow = memo(({ item, found, isOpen, isFresh }: ActivityRowProps) => {
  const { m, f } = useText();
  const said = describeActivity(item, { m, f, vault: found.vault });
  const text = m.vault.activity;
  const chain = found.chain.id;
  return (
    <>
      <div className={isFresh ? "row fresh" : "row"}>
        <div className="what">
          {said.shape && <Sign shape={said.shape} />}
          {said.title}
        </div>
        <div className="text">
          <Sentence item={item} found={found} said={said} />
          {said.premium !== undefined && (
            <span className="premium" title={text.premiumMeans}>{` (${said.premium})`}</span>
          )}
        </div>
        <Why item={item} found={found} said={said} />
        <div>
          {text.block} <ChainLink chain={chain} kind="block" value={String(item.block)} />
        </div>
        <div className="tx">
          <ChainLink chain={chain} kind="transaction" value={item.tx} />
        </div>
        <div className="time">
          <When chain={chain} at={item.timestamp} />
        </div>
      </div>
      {isOpen && item.kind === "auction" && <AuctionDetail auction={item} found={found} />}
    </>
  );
});

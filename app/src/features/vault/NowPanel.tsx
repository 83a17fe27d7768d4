import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import { ChainTime } from "../../components/ChainTime.tsx";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Position, Vault } from "../../data/vaults.ts";
import { exact, money, percent, price, quantity, withUnit } from "../../format.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { useTargetWeight } from "./use-vault.ts";

type NowPanelProps = { found: FoundVault; vault: Vault | undefined; now: bigint | undefined };

const forecastFact = (chain: number, { feed }: Position): Fact => ({
  label: "Forecast volatility",
  value:
    feed.latest === null ? (
      "none yet"
    ) : (
      <Link component={RouterLink} to={signalPath(chain, feed.feed, feed.latest.round)}>
        {percent(feed.latest.volatilityBps)}/yr
      </Link>
    ),
});

/** The earliest one: days without a session have none. */
const nextClose = ({ closedAt, period }: Position["market"], now: bigint | undefined) => {
  const earliest = closedAt + BigInt(period);
  const isDue = now !== undefined && earliest <= now;
  return isDue ? (
    "due with the next session"
  ) : (
    <>
      <ChainTime at={earliest} now={now} /> or later
    </>
  );
};

const factsOf = (vault: Vault, position: Position, target: number | undefined, now: bigint | undefined): Fact[] => {
  const { market, symbol } = position;
  return [
    forecastFact(vault.chain, position),
    {
      label: "Target weight",
      value:
        position.feed.latest === null ? "none yet" : target === undefined ? undefined : `${percent(target)} ${symbol}`,
    },
    {
      label: "Held weight",
      value: `${percent(position.weightBps)} ${symbol}`,
      exact: withUnit(exact(position.holding, position.decimals), symbol),
    },
    {
      label: "Holds",
      value: withUnit(quantity(position.holding, position.decimals), symbol),
      exact: exact(position.holding, position.decimals),
    },
    {
      label: "Cash",
      value: money(vault.idle, vault.baseDecimals, vault.baseSymbol),
      exact: exact(vault.idle, vault.baseDecimals),
    },
    {
      label: `Price of ${symbol}`,
      value: market.price === 0n ? "none yet" : withUnit(price(market.price), vault.baseSymbol),
      exact: exact(market.price, 8),
    },
    { label: "Price from", value: market.price === 0n ? "–" : <ChainTime at={market.priceAt} now={now} /> },
    {
      label: "Next close",
      value: market.closedAt === 0n ? "–" : nextClose(market, now),
      exact: "Candles follow the market's calendar; on days without a session none closes.",
    },
  ];
};

const LOADING = [
  "Forecast volatility",
  "Target weight",
  "Held weight",
  "Holds",
  "Cash",
  "Price",
  "Price from",
  "Next close",
].map((label) => ({ label, value: undefined }));

/** What the vault knows and holds at this block. */
export const NowPanel = ({ found, vault, now }: NowPanelProps) => {
  const position = vault?.positions[0];
  const { data: target } = useTargetWeight(found, 0, position?.feed.latest?.value);
  return (
    <Panel title="Now">{<Facts facts={vault && position ? factsOf(vault, position, target, now) : LOADING} />}</Panel>
  );
};

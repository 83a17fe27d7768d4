import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import { ChainTime } from "../../components/ChainTime.tsx";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { Marked } from "../../components/Marked.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Position, Vault } from "../../data/vaults.ts";
import { exact, type Format, utcTime, withUnit } from "../../format.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import { clockOf, nextClose } from "./model.ts";
import { useHeldVolatility } from "./use-history.ts";
import { useTargetWeight } from "./use-mandate.ts";
import { heldWindow } from "./volatility.ts";

type Words = { m: Messages; f: Format };

const Forecast = ({ chain, feed }: { chain: number; feed: Position["feed"] }) => {
  const { m, f } = useText();
  if (feed.latest === null) return m.vault.now.noneYet;
  return (
    <Link component={RouterLink} to={signalPath(chain, feed.feed, feed.latest.round)}>
      <Marked value={m.vault.now.aYear(f.percent(feed.latest.volatilityBps))} />
    </Link>
  );
};

/** Counts in the chain's time, which moves with its blocks. */
const closeFact = (market: Position["market"], now: bigint | undefined, { m, f }: Words): Fact => {
  const text = m.vault.now;
  const at = nextClose(market);
  if (at === undefined || now === undefined) return { label: text.close, value: "–" };
  const { days, clock } = clockOf(at > now ? at - now : 0n);
  const countdown = days === 0 ? clock : text.days(days, clock);
  return {
    label: text.close,
    value: at <= now ? text.due : <span title={f.relative(at, now)}>{text.closeIn(countdown)}</span>,
    exact: text.closeAt(utcTime(at)),
  };
};

const TargetWeight = ({ found, position }: { found: FoundVault; position: Position }) => {
  const { m, f } = useText();
  const { data } = useTargetWeight(found, position.index, position.feed.latest?.value);
  if (position.feed.latest === null) return m.vault.now.noneYet;
  return data === undefined ? "…" : <Marked value={f.percent(data)} />;
};

const positionFacts = (found: FoundVault, vault: Vault, position: Position, { m, f }: Words): Fact[] => {
  const text = m.vault.now;
  const { symbol, decimals, holding, weightBps, feed } = position;
  return [
    { label: text.forecast, value: <Forecast chain={vault.chain} feed={feed} /> },
    { label: text.target(symbol), value: <TargetWeight found={found} position={position} /> },
    {
      label: text.weight(symbol),
      value: <Marked value={f.percent(weightBps)} />,
      exact: withUnit(exact(holding, decimals), symbol),
    },
    {
      label: text.amount(symbol),
      value: <Marked value={f.quantity(holding, decimals)} />,
      exact: exact(holding, decimals),
    },
  ];
};

const priceFacts = (vault: Vault, { market, symbol }: Position, now: bigint | undefined, words: Words): Fact[] => {
  const { m, f } = words;
  const text = m.vault.now;
  const hasPrice = market.price > 0n;
  return [
    {
      label: text.price(symbol),
      value: hasPrice ? <Marked value={withUnit(f.price(market.price), vault.baseSymbol)} /> : text.noneYet,
      exact: exact(market.price, 8),
    },
    { label: text.priceFrom, value: hasPrice ? <ChainTime at={market.priceAt} now={now} /> : "–" },
    closeFact(market, now, words),
  ];
};

const heldFact = (vault: Vault, held: number | undefined, { m, f }: Words): Fact => {
  const { held: label, aim } = m.vault.now;
  const window = heldWindow(vault.positions[0]?.feed.horizon ?? 0);
  return {
    label,
    value: `${held === undefined ? "–" : f.percent(held)} · ${aim(f.percent(vault.mandate.targetVolBps))}`,
    exact: held === undefined ? m.vault.list.tooShort(window) : m.vault.list.heldOver(window),
  };
};

/** As many as there will be. */
const loadingFacts = ({ vault: { positions } }: FoundVault, { m }: Words): Fact[] => {
  const text = m.vault.now;
  const labels = [
    ...positions.flatMap(({ symbol }) => [
      text.forecast,
      text.target(symbol),
      text.weight(symbol),
      text.amount(symbol),
    ]),
    text.cash,
    text.held,
    ...positions.flatMap(({ symbol }) => [text.price(symbol), text.priceFrom, text.close]),
  ];
  return labels.map((label) => ({ label, value: undefined }));
};

type NowPanelProps = { found: FoundVault; vault: Vault | undefined; now: bigint | undefined };

/** What the vault knows and holds at this block. */
export const NowPanel = ({ found, vault, now }: NowPanelProps) => {
  const words = useText();
  const held = useHeldVolatility(found, vault);
  const { title, cash } = words.m.vault.now;
  const facts: Fact[] = vault
    ? [
        ...vault.positions.flatMap((position) => positionFacts(found, vault, position, words)),
        {
          label: cash,
          value: <Marked value={words.f.money(vault.idle, vault.baseDecimals, vault.baseSymbol)} />,
          exact: exact(vault.idle, vault.baseDecimals),
        },
        heldFact(vault, held, words),
        ...vault.positions.flatMap((position) => priceFacts(vault, position, now, words)),
      ]
    : loadingFacts(found, words);
  return (
    <Panel title={title}>
      <Facts facts={facts} />
    </Panel>
  );
};

import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { FactGrid } from "../../components/FactGrid.tsx";
import { Panel } from "../../components/Panel.tsx";
import { StackTable } from "../../components/StackTable.tsx";
import { exact, withUnit } from "../../format.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { attentionId, type MarketView } from "./attention.ts";
import { confirmationOf, nextClose, type SourceState, type SourceView } from "./market-model.ts";
import { StateMark, type Tone } from "./StateMark.tsx";

type MarketProps = MarketView & { now: bigint | undefined };

const TONE: Record<SourceState, Tone> = { agreeing: "well", deviating: "bad", old: "quiet", silent: "quiet" };

const PRICE_DECIMALS = 8;

const MarketState = ({ market, now }: MarketProps) => {
  const { m } = useText();
  const { halted, haltedAt, id, market: name, price } = market;
  if (halted !== "None") {
    const since = haltedAt === null ? undefined : <ChainTime at={haltedAt} now={now} />;
    return (
      <StateMark tone="bad" todo={{ id: attentionId("halted", id), what: name }}>
        {since === undefined ? (
          m.network.markets.halted
        ) : (
          <Rich text={m.network.markets.haltedSince} values={{ time: since }} />
        )}
      </StateMark>
    );
  }
  return (
    <StateMark tone={price === 0n ? "quiet" : "well"}>
      {price === 0n ? m.network.markets.none : m.network.markets.agreed}
    </StateMark>
  );
};

const MarketFacts = ({ market, sources, now }: MarketProps) => {
  const { m, f } = useText();
  const t = m.network.markets;
  const { price, priceAt, candleCount, bandBps, minSources } = market;
  const next = now === undefined ? undefined : nextClose(market, now);
  const hasPrice = price > 0n;
  const nextText = () => {
    if (next === undefined || now === undefined) return "–";
    if (next.kind === "none") return t.noCandle;
    return next.kind === "ahead" ? t.ahead(f.relative(next.at, now)) : t.waiting;
  };
  const facts = [
    {
      label: t.price,
      value: hasPrice ? f.price(price) : t.none,
      exact: hasPrice ? exact(price, PRICE_DECIMALS) : undefined,
    },
    { label: t.observed, value: hasPrice ? <ChainTime at={priceAt} now={now} /> : "–" },
    { label: t.candles, value: f.count(candleCount) },
    { label: t.next, value: nextText() },
    { label: t.band, value: `± ${f.percent(bandBps)}` },
    { label: t.least, value: `${minSources} / ${sources.length}` },
  ];
  return (
    <Box sx={{ px: 2, pb: 1.5 }}>
      <FactGrid facts={facts} />
    </Box>
  );
};

const SourceTable = ({ market, sources, now }: MarketProps) => {
  const { m, f } = useText();
  const t = m.network.markets;
  const rowOf = ({ address, kind, isCandleSource, state, price, priceAt, deviationBps }: SourceView) => ({
    key: address,
    cells: {
      source: (
        <>
          {t.kinds[kind]}
          {isCandleSource && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              {" "}
              · {t.candleSource}
            </Box>
          )}
          <br />
          <ChainLink chain={market.chain} kind="address" value={address} />
        </>
      ),
      price: price === undefined ? "–" : <span title={exact(price, PRICE_DECIMALS)}>{f.price(price)}</span>,
      observed: priceAt === undefined ? "–" : <ChainTime at={priceAt} now={now} />,
      off: deviationBps === undefined ? "–" : withUnit(f.fixed(deviationBps, 0, 0), "bps"),
      state: (
        <StateMark
          tone={TONE[state]}
          {...(state === "deviating" && {
            todo: { id: attentionId("source", market.id, address), what: `${market.market}, ${t.kinds[kind]}` },
          })}
        >
          {t.states[state]}
        </StateMark>
      ),
    },
  });
  return (
    <StackTable
      label={`${market.market}: ${t.source}`}
      columns={(["source", "price", "observed", "off", "state"] as const).map((id) => ({ id, label: t[id] }))}
      rows={sources.map(rowOf)}
    />
  );
};

const Confirmation = ({ market, sources }: MarketView) => {
  const { m } = useText();
  const t = m.network.markets;
  const confirmation = confirmationOf(sources, market.minSources);
  return (
    <Box component="p" sx={{ m: 0, px: 2, py: 1, color: "text.secondary", typography: "body2" }}>
      {confirmation.kind === "alone"
        ? t.alone
        : t.confirmed(confirmation.others.map((kind) => t.kinds[kind]).join(", "), confirmation.needed)}
    </Box>
  );
};

type MarketsPanelProps = { views: readonly MarketView[] | undefined; nowOf: (chain: number) => bigint | undefined };

/** Each market: its price, and whether those who say it agree. */
export const MarketsPanel = ({ views, nowOf }: MarketsPanelProps) => {
  const { m } = useText();
  if (views === undefined || views.length === 0)
    return (
      <Panel title={m.network.markets.title}>
        {views === undefined ? (
          <Skeleton variant="rectangular" sx={{ height: { xs: 331, sm: 207, md: 258 } }} />
        ) : (
          m.network.markets.empty
        )}
      </Panel>
    );
  return views.map(({ market, sources }) => {
    const now = nowOf(market.chain);
    return (
      <Panel
        key={market.id}
        title={m.network.markets.one(market.market)}
        aside={
          <Box component="span" sx={{ typography: "body2" }}>
            <MarketState market={market} sources={sources} now={now} />
          </Box>
        }
        flush
      >
        <MarketFacts market={market} sources={sources} now={now} />
        <SourceTable market={market} sources={sources} now={now} />
        <Confirmation market={market} sources={sources} />
      </Panel>
    );
  });
};

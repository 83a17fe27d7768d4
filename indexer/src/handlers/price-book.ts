// Markets, prices and candles.
import type { Deployment } from "@aibot/kit/deployment";
import { idText } from "@aibot/kit/ids";
import type { Draft } from "../draft.ts";
import type { Origin, PriceBookEvent } from "../events.ts";
import { countMarket, countPrice } from "./days.ts";
import { realise } from "./signal-feed.ts";
import { addSources, compareSources } from "./sources.ts";
import { recordPoints, revalueMarket } from "./valuation.ts";

const haltReasons = ["None", "TooFewSources", "Disagreement"];

type ArgsOf<Name extends PriceBookEvent["eventName"]> = Extract<PriceBookEvent, { eventName: Name }>["args"];

type CreateMarketParams = { draft: Draft; origin: Origin; args: ArgsOf<"MarketCreated">; deployment: Deployment };

const createMarket = ({ draft, origin: { chain }, args, deployment }: CreateMarketParams): void => {
  const { params } = args;
  const name = idText(args.market);
  const market = {
    id: `${chain}-${name}`,
    chain,
    market: name,
    period: params.period,
    periodsPerYear: params.periodsPerYear,
    featureSet: params.featureSet,
    minSources: params.minSources,
    bandBps: params.bandBps,
    sources: params.sources.map((source) => source.toLowerCase()),
    price: 0n,
    priceAt: 0n,
    halted: "None",
    haltedAt: null,
    candleCount: 0,
    closedAt: 0n,
    sourceMaxAge: BigInt(params.sourceMaxAge),
    maxGap: BigInt(params.maxGap),
    gap: 0n,
  };
  draft.put("Market", market);
  addSources({ draft, market, candleSource: params.candleSource, deployment });
};

const updatePrice = (draft: Draft, origin: Origin, id: string, { price, observedAt }: ArgsOf<"PriceUpdated">): void => {
  const market = { ...draft.get("Market", id), price, priceAt: BigInt(observedAt) };
  draft.put("Market", market);
  countPrice(draft, market, origin);
  compareSources(draft, market);
  revalueMarket(draft, id, origin.timestamp);
  // The price of a candle's end may arrive after the candle; its point must show it.
  if (market.candleCount > 0 && market.priceAt === market.closedAt) recordPoints(draft, market, origin.block);
};

const halt = (draft: Draft, origin: Origin, id: string, { reason }: ArgsOf<"MarketHalted">): void => {
  const before = draft.get("Market", id);
  const haltedAt = before.haltedAt ?? origin.timestamp;
  const market = { ...before, halted: haltReasons[reason] ?? `${reason}`, haltedAt };
  draft.put("Market", market);
  countMarket(draft, market, origin, "halts");
};

type AddCandleParams = { draft: Draft; origin: Origin; id: string; seeded: boolean; candle: ArgsOf<"CandleClosed"> };

const addCandle = ({ draft, origin, id, seeded, candle }: AddCandleParams): void => {
  const { index, open, high, low, close } = candle;
  const [start, end] = [BigInt(candle.start), BigInt(candle.end)];
  draft.put("Candle", {
    id: `${id}-${index}`,
    chain: origin.chain,
    market: id,
    index,
    start,
    end,
    open,
    high,
    low,
    close,
    seeded,
    block: origin.block,
    timestamp: origin.timestamp,
    tx: origin.tx,
  });
  const market = { ...draft.get("Market", id), candleCount: index, closedAt: end };
  draft.put("Market", market);
  if (seeded) return;

  countMarket(draft, market, origin, "candles");
  realise(draft, market);
  recordPoints(draft, market, origin.block);
};

type ApplyParams = { draft: Draft; deployment: Deployment; origin: Origin };

export const applyPriceBook = ({ draft, deployment, origin }: ApplyParams, event: PriceBookEvent): void => {
  const id = `${origin.chain}-${idText(event.args.market)}`;
  switch (event.eventName) {
    case "MarketCreated":
      createMarket({ draft, origin, args: event.args, deployment });
      break;
    case "PriceUpdated":
      updatePrice(draft, origin, id, event.args);
      break;
    case "MarketHalted":
      halt(draft, origin, id, event.args);
      break;
    case "MarketResumed":
      draft.put("Market", { ...draft.get("Market", id), halted: "None", haltedAt: null });
      break;
    case "CandleSeeded":
      addCandle({ draft, origin, id, seeded: true, candle: event.args });
      break;
    case "CandleClosed":
      addCandle({ draft, origin, id, seeded: false, candle: event.args });
      break;
    case "GapFound":
      draft.put("Market", { ...draft.get("Market", id), gap: BigInt(event.args.gap) });
      break;
    case "GapAcknowledged":
      draft.put("Market", { ...draft.get("Market", id), gap: 0n });
      break;
  }
};

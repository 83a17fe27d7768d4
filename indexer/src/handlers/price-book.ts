// Markets, prices and candles.
import { idText } from "@aibot/kit/ids";
import type { Draft } from "../draft.ts";
import type { Origin, PriceBookEvent } from "../events.ts";
import { realise } from "./signal-feed.ts";
import { recordPoints, revalueMarket } from "./valuation.ts";

const haltReasons = ["None", "TooFewSources", "Disagreement"];

type ArgsOf<Name extends PriceBookEvent["eventName"]> = Extract<PriceBookEvent, { eventName: Name }>["args"];

const createMarket = (draft: Draft, { chain }: Origin, { market, params }: ArgsOf<"MarketCreated">): void => {
  const name = idText(market);
  draft.put("Market", {
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
    candleCount: 0,
    closedAt: 0n,
  });
};

const updatePrice = (draft: Draft, origin: Origin, id: string, { price, observedAt }: ArgsOf<"PriceUpdated">): void => {
  const market = { ...draft.get("Market", id), price, priceAt: BigInt(observedAt) };
  draft.put("Market", market);
  revalueMarket(draft, id, origin.timestamp);
  // The price of a candle's end may arrive after the candle; its point must show it.
  if (market.candleCount > 0 && market.priceAt === market.closedAt) recordPoints(draft, market, origin.block);
};

const setHalted = (draft: Draft, id: string, halted: string): void =>
  draft.put("Market", { ...draft.get("Market", id), halted });

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

  realise(draft, market);
  recordPoints(draft, market, origin.block);
};

export const applyPriceBook = (draft: Draft, origin: Origin, event: PriceBookEvent): void => {
  const id = `${origin.chain}-${idText(event.args.market)}`;
  switch (event.eventName) {
    case "MarketCreated":
      createMarket(draft, origin, event.args);
      break;
    case "PriceUpdated":
      updatePrice(draft, origin, id, event.args);
      break;
    case "MarketHalted":
      setHalted(draft, id, haltReasons[event.args.reason] ?? `${event.args.reason}`);
      break;
    case "MarketResumed":
      setHalted(draft, id, "None");
      break;
    case "CandleSeeded":
      addCandle({ draft, origin, id, seeded: true, candle: event.args });
      break;
    case "CandleClosed":
      addCandle({ draft, origin, id, seeded: false, candle: event.args });
      break;
  }
};

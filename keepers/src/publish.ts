import { priceBookAbi, signalFeedAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { type Ask, errorName } from "./ask.ts";
import { type Decision, type Strategy, skip } from "./strategy.ts";

/** A stored price: `PriceBook.peek`. */
export type Price = { price: bigint; observedAt: number; halted: number };

export type PublishState = {
  observedAt: number; // newest observation of any source
  price: Price;
  nextPrice: Price; // after `update`
  index: number; // candles taken
  nextIndex: number | undefined; // after `close`; undefined: it would revert
  round: number | undefined; // that `publish` would publish; undefined: it would revert
  refusal: string | undefined; // why not, the contract's error
};

export type PublishTarget = { market: string; feed: string; priceBook: Address; signalFeed: Address };

/** What `publish` says when everything is published: no reason to report. */
const UP_TO_DATE = "RoundAlreadyPublished";

const isEqual = (a: Price, b: Price) => a.price === b.price && a.observedAt === b.observedAt && a.halted === b.halted;

const updateAction = ({ market, priceBook }: PublishTarget, { observedAt, nextPrice }: PublishState): Decision => ({
  kind: "act",
  action: {
    name: "update",
    key: `update ${market} ${observedAt} ${nextPrice.observedAt} ${nextPrice.halted}`,
    to: priceBook,
    data: encodeFunctionData({ abi: priceBookAbi, functionName: "update", args: [marketId(market)] }),
    changes: [`price ${market}`],
  },
});

const publishAction = ({ feed, signalFeed }: PublishTarget, round: number): Decision => ({
  kind: "act",
  action: {
    name: "publish",
    key: `publish ${feed} ${round}`,
    to: signalFeed,
    data: encodeFunctionData({ abi: signalFeedAbi, functionName: "publish", args: [feedId(feed)] }),
    changes: [`signal ${feed}`],
  },
});

const closeAction = ({ market, feed, priceBook }: PublishTarget, index: number): Decision => ({
  kind: "act",
  action: {
    name: "close",
    key: `close ${market} ${index}`,
    to: priceBook,
    data: encodeFunctionData({ abi: priceBookAbi, functionName: "close", args: [marketId(market)] }),
    changes: [`signal ${feed}`],
  },
});

/** Stores a new price, publishes a new round; a candle that cannot be published yet is at least taken, never lost. */
export const decidePublish = (target: PublishTarget, state: PublishState): Decision[] => {
  const price = isEqual(state.price, state.nextPrice) ? skip("update", "no news") : updateAction(target, state);
  if (state.round !== undefined) return [price, publishAction(target, state.round)];
  if (state.nextIndex !== undefined && state.nextIndex > state.index)
    return [price, closeAction(target, state.nextIndex)];
  const refusal = state.refusal === UP_TO_DATE ? "no news" : (state.refusal ?? "no news");
  return [price, skip("publish", refusal)];
};

const parsePrice = ([price, observedAt, halted]: readonly [bigint, number, number]): Price => ({
  price,
  observedAt,
  halted,
});

const lookAtMarket = async (ask: Ask, target: PublishTarget, sources: readonly Address[]): Promise<PublishState> => {
  const [id, feed]: Hex[] = [marketId(target.market), feedId(target.feed)];
  const book = { address: target.priceBook, abi: priceBookAbi, args: [id as Hex] } as const;
  const signals = { address: target.signalFeed, abi: signalFeedAbi, args: [feed as Hex] } as const;
  const reverted = () => undefined;
  const names: string[] = [];

  const [observations, price, candles] = [
    sources.map((address) =>
      ask.read({ address, abi: signedSourceAbi, functionName: "observation", args: [id as Hex] }),
    ),
    ask.read({ ...book, functionName: "peek" }),
    ask.read({ ...book, functionName: "candleState" }),
  ];
  const updated = ask.after({ ...book, functionName: "update" }).catch(reverted);
  const [nextPrice, closed, published] = [
    ask.after({ ...book, functionName: "peek" }),
    ask.after({ ...book, functionName: "close" }).catch(reverted),
    ask.after({ ...signals, functionName: "publish" }).catch((error: unknown) => void names.push(errorName(error))),
  ];
  await updated;

  const times = await Promise.all(
    observations.map((observation) =>
      observation.then(
        ([, at]) => at,
        () => 0,
      ),
    ),
  );
  return {
    observedAt: Math.max(0, ...times),
    price: parsePrice(await price),
    nextPrice: parsePrice(await nextPrice),
    index: (await candles).index,
    nextIndex: (await closed)?.index,
    round: (await published)?.round,
    refusal: names[0],
  };
};

/** Keeps price and forecast of one market current. `sources` are those of the market: they never change. */
export const createPublish = (target: PublishTarget, sources: readonly Address[]): Strategy => ({
  name: `publish ${target.feed}`,
  look: async (ask) => decidePublish(target, await lookAtMarket(ask, target, sources)),
});

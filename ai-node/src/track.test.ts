import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import { alphaQ32, emptyFeatureState, featureLanes, packLanes, stepFeatures } from "@aibot/kit/features";
import { feedId, marketId } from "@aibot/kit/ids";
import { evaluate, type LinearModel } from "@aibot/kit/models";
import { annualised } from "@aibot/kit/signals";
import type { Hex } from "viem";
import type { LogOf, ProtocolLog } from "./protocol-logs.ts";
import { createTrack, follow, type Sources, type Verdict } from "./track.ts";

const feed = feedId("SPX/USD vol");
const market = marketId("SPX/USD");
const source: Hex = `0x${"aa".repeat(20)}`;
const modelId: Hex = `0x${"11".repeat(32)}`;
const alphas = [1_500, 4_000, 12_000, 40_000, 2_000, 10_000].map(alphaQ32);
const model: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 2,
  closeToRange: 7n,
  bias: 5n,
  weights: [1n, 2n, 3n, 4n, 5n, 6n],
};
const sources: Sources = { models: new Map([[modelId, model]]) };

const candles = [100n, 103n, 99n, 107n].map((close, k): Candle => {
  const start = BigInt(k * 86_400);
  return { start, end: start + 86_400n, open: close, high: close + 3n, low: close - 2n, close };
});
const at = (k: number): Candle => candles[k] ?? assert.fail();

type Args<Name extends ProtocolLog["eventName"]> = LogOf<Name>["args"];
const logOf = <Name extends ProtocolLog["eventName"]>(eventName: Name, args: Partial<Args<Name>>): ProtocolLog =>
  ({
    address: source,
    eventName,
    args,
    blockNumber: 1n,
    blockHash: "0x",
    transactionHash: "0x",
    logIndex: 0,
  }) as unknown as ProtocolLog;

const params = {
  featureSet: 1,
  alphasQ32: alphas.map(Number),
  periodsPerYear: 252,
  candleSource: source,
} as unknown as Args<"MarketCreated">["params"];
const wire = ({ start, end, ...prices }: Candle) => ({ start: Number(start), end: Number(end), ...prices });
const reported = (candle: Candle, of = market) => logOf("CandleReported", { market: of, ...wire(candle) });
const closed = (index: number, candle: Candle) => logOf("CandleClosed", { market, index, ...wire(candle) });
const seeded = (index: number, candle: Candle) => logOf("CandleSeeded", { market, index, ...wire(candle) });

const opening = [
  logOf("MarketCreated", { market, params }),
  logOf("FeedCreated", { feed, market, model: modelId, horizon: 5 }),
  seeded(1, at(0)),
  seeded(2, at(1)),
];

const honest = () => {
  const state = candles.slice(0, 3).reduce((s, candle) => stepFeatures(s, candle, alphas), emptyFeatureState());
  const lanes = featureLanes(state);
  return {
    feed,
    round: 3,
    model: modelId,
    value: annualised(evaluate(model, lanes), model, 252),
    level: 1,
    closedAt: Number(at(2).end),
    features: packLanes(lanes),
  };
};
const published = (changes: Partial<Args<"SignalPublished">> = {}) =>
  logOf("SignalPublished", { ...honest(), ...changes });

const replay = (logs: ProtocolLog[], using = sources): Verdict[] => {
  let track = createTrack(feed, market);
  return logs.flatMap((log) => {
    const step = follow(track, log, using);
    track = step.track;
    return step.verdict === undefined ? [] : [step.verdict];
  });
};

const live = [...opening, reported(at(2)), closed(3, at(2))];

describe("an honest round (SIG-1)", () => {
  const [verdict] = replay([...live, published()]);

  it("equals its reference", () => {
    assert.deepEqual(verdict?.differences, []);
    assert.equal(verdict?.equal, true);
    assert.equal(verdict?.reference, verdict?.chain);
  });

  it("comes with all that it was computed from", () => {
    assert.deepEqual(verdict?.candle, at(2));
    assert.deepEqual(verdict?.model, model);
    assert.equal(verdict?.round, 3);
    assert.equal(verdict?.terms?.periodsPerYear, 252);
  });

  it("is untouched by other markets and feeds", () => {
    const other = marketId("BTC/USD");
    const noise = [
      logOf("MarketCreated", { market: other, params: { ...params, periodsPerYear: 1 } }),
      reported(at(0), other),
      logOf("CandleClosed", { market: other, index: 1, ...wire(at(0)) }),
      logOf("SignalPublished", { ...honest(), feed: feedId("BTC/USD vol"), value: 1n }),
      logOf("SignersChanged", { signers: [], quorum: 1 }),
    ];
    const verdicts = replay([...live, ...noise, published()]);
    assert.deepEqual(
      verdicts.map(({ equal }) => equal),
      [true],
    );
  });
});

describe("a round differs (SIG-1)", () => {
  const { value, features } = honest();
  const evidence = { tx: "0x" as Hex, signers: [], quorum: 3, doubt: "2 signers are fewer than the quorum of 3" };
  const otherModel: Hex = `0x${"22".repeat(32)}`;

  const cases: [when: string, logs: ProtocolLog[], difference: RegExp, using?: Sources][] = [
    ["its value is off by one", [...live, published({ value: value + 1n })], /^the value is \d+ and the reference has/],
    [
      "its features differ",
      [...live, published({ features: `0xffff${features.slice(6)}` as Hex })],
      /^the features are/,
    ],
    ["it names another round", [...live, published({ round: 4 })], /^the round is 4 and the newest candle 3$/],
    ["it names another time", [...live, published({ closedAt: 1 })], /^closedAt is 1 and/],
    ["it claims another level", [...live, published({ level: 2 })], /^the level is 2 and not 1$/],
    ["its candle was never signed", [...opening, closed(3, at(2)), published()], /^candle 3 is not the signed one$/],
    [
      "its candle is not the one that was signed",
      [...opening, reported({ ...at(2), close: at(2).close + 1n }), closed(3, at(2)), published()],
      /^candle 3 is not the signed one$/,
    ],
    [
      "its candle was signed for another source than the market's",
      [
        ...opening,
        { ...reported(at(2)), address: `0x${"bb".repeat(20)}` } as ProtocolLog,
        closed(3, at(2)),
        published(),
      ],
      /^candle 3 is not the signed one$/,
    ],
    [
      "its candle lacks a quorum",
      [...live, published()],
      /^candle 3: 2 signers are fewer than the quorum of 3$/,
      { ...sources, evidenceOf: () => evidence },
    ],
    [
      "a candle was left out of the count",
      [...opening, reported(at(2)), closed(4, at(2)), published()],
      /^candle 4 follows candle 2$/,
    ],
    [
      "candles overlap",
      [...opening, reported(at(1)), closed(3, at(1)), published()],
      /^candle 3 starts before candle 2 ends$/,
    ],
    [
      "its model is not the one in force",
      [...live, logOf("ModelSwitched", { feed, model: otherModel }), published()],
      /^the model is 0x11\d+ and 0x22\d+ is in force$/,
    ],
    ["its model's blob is not there", [...live, published()], /could not be read$/, { models: new Map() }],
    [
      "its model wanted more candles",
      [...live, published()],
      /^the model wants 4 candles$/,
      { models: new Map([[modelId, { ...model, minCandles: 4 }]]) },
    ],
  ];
  for (const [when, logs, difference, using] of cases) {
    it(`when ${when}`, () => {
      const [verdict] = replay(logs, using);
      assert.equal(verdict?.equal, false);
      assert.match(verdict?.differences[0] ?? "", difference);
    });
  }

  it("for good once a candle behind its features is in doubt", () => {
    const later = [reported(at(3)), closed(4, at(3)), published({ round: 4 })];
    const [, second] = replay([...opening, closed(3, at(2)), published(), ...later]);
    assert.equal(second?.differences[0], "candle 3 is not the signed one");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LinearModel } from "@aibot/kit/models";
import type { Hex } from "viem";
import { type ChainView, servedModels } from "./sources.ts";

const id = (digit: string): Hex => `0x${digit.repeat(64)}`;
const model = { kind: "linear", horizon: 5 } as LinearModel;

const view = (chain: number, changes: Partial<ChainView>): ChainView => ({
  ...{ chain, feeds: [], models: new Map([[id("1"), model]]), doubts: new Map() },
  ...changes,
});

const feed = (name: string, modelId: Hex, periodsPerYear: number) => ({
  ...{ feed: name, modelId, periodsPerYear, newest: undefined },
});

describe("served models", () => {
  it("appear once, with every feed that uses them on any chain", () => {
    const views = [
      view(1, { feeds: [feed("SPX/USD vol", id("1"), 252), feed("BTC/USD vol", id("2"), 8_760)] }),
      view(2, { feeds: [feed("SPX/USD vol", id("1"), 252)] }),
    ];
    const [served, ...rest] = servedModels(views);
    assert.equal(rest.length, 0);
    assert.deepEqual(served?.feeds, [
      { chain: 1, feed: "SPX/USD vol" },
      { chain: 2, feed: "SPX/USD vol" },
    ]);
    assert.equal(served?.periodsPerYear, 252);
    assert.equal(served?.doubt, undefined);
  });

  it("stay without a feed and without a market when another model took over", () => {
    const [served] = servedModels([view(1, { feeds: [feed("SPX/USD vol", id("2"), 252)] })]);
    assert.deepEqual([served?.feeds, served?.periodsPerYear], [[], undefined]);
  });

  it("SIG-1: are doubted everywhere when one chain disproves them", () => {
    const views = [view(1, {}), view(2, { doubts: new Map([[id("1"), "round 7: no"]]) })];
    assert.equal(servedModels(views)[0]?.doubt, "round 7: no");
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Market } from "../../data/network.ts";
import type { Service } from "../../data/services.ts";
import { createFormat } from "../../format.ts";
import { en } from "../../messages/en.ts";
import { attentionOf } from "./attention.ts";
import { figureTexts } from "./figure-texts.ts";
import type { SourceView } from "./market-model.ts";
import { adviceFor } from "./service-model.ts";

const MARKET = { id: "1-SPX/USD", market: "SPX/USD", chain: 1, halted: "None", haltedAt: null, gap: 0n } as Market;
const source = (over: Partial<SourceView>): SourceView => ({
  ...{ address: "0xAb", kind: "signed", isCandleSource: true, state: "agreeing" },
  ...{ price: 1n, priceAt: 1n, deviationBps: 0n },
  ...over,
});
const service = (over: Partial<Service>): Service => ({
  ...{ name: "keeper", kind: "keeper", status: "healthy", reasons: [], figures: {} },
  ...over,
});

test("nothing wrong needs nobody", () => {
  const markets = [{ market: MARKET, sources: [source({}), source({ state: "old" })] }];

  assert.deepEqual(attentionOf({ markets, chains: [{ id: 1, state: "well" }], services: [service({})] }), []);
});

test("chains come first, then markets, then services, each with a place of its own", () => {
  const items = attentionOf({
    markets: [
      {
        market: { ...MARKET, halted: "Disagreement", haltedAt: 5n, gap: 9n },
        sources: [source({ state: "deviating" })],
      },
    ],
    chains: [{ id: 7, state: "unreachable" }],
    services: [service({ status: "unreachable" })],
  });

  assert.deepEqual(
    items.map(({ id }) => id),
    [
      "todo-chain-7",
      "todo-halted-1-spx-usd",
      "todo-gap-1-spx-usd",
      "todo-source-1-spx-usd-0xab",
      "todo-service-keeper",
    ],
  );
});

test("a service's own words lead to the runbook that quotes them", () => {
  const advice = (reason: string, kind: Service["kind"] = "keeper") =>
    adviceFor(service({ status: "unhealthy", reasons: [reason], kind }));

  assert.equal(advice("starting"), "wait");
  assert.equal(advice("2 of 3 nodes of a quorum are there: 0x01 is silent since 2026-01-01T00:00:00.000Z"), "nodes");
  assert.equal(advice("the chains want 3 signatures, but only 2 nodes of PEERS are signers"), "membership");
  assert.equal(advice("the source replay:[address] cannot be read since 2026-01-01T00:00:00.000Z: timeout"), "source");
  assert.equal(advice("No RPC endpoint of chain 1 is well: [address] (timeout)."), "endpoint");
  assert.equal(advice("chain 31337 cannot be read", "ai-node"), "endpoint");
  assert.equal(advice('3 rounds of "SPX/USD vol" on chain 1 differ from the reference', "ai-node"), "unequal");
  assert.equal(
    advice("The account 0x01 has 0.1, less than the 0.2 that 100 transactions may cost at present fees; send it some."),
    "balance",
  );
  assert.equal(advice("The journal cannot be written (full), so nothing is sent; free the disk."), "journal");
  assert.equal(
    advice("A block costs more than the fee cap: nothing is sent until it falls, or the cap is raised."),
    "fees",
  );
  assert.equal(advice("A transaction has waited for 130 s to be mined."), "stuck");
  assert.equal(advice("the node does not answer; it is asked again until it does", "indexer"), "endpoint");
  assert.equal(advice("something new"), "look");
  assert.equal(advice("something new", "graphql"), "database");
});

test("a service that does not say how it is has advice as well", () => {
  assert.equal(adviceFor(service({ status: "unreachable" })), "start");
  assert.equal(adviceFor(service({ status: "silent" })), "busy");
  assert.equal(adviceFor(service({ status: "unreadable" })), "port");
  assert.equal(adviceFor(service({})), undefined);
});

test("the ai-node's engine is named with why, and the others with why not", () => {
  const figures = {
    equalRounds: 1_234,
    unequalRounds: 0,
    models: [{ model: "0x5a", one: "reference", many: "wasm-simd", perSecond: { one: 210_000, many: 900_000 } }],
    engines: [
      { name: "wasm-simd", state: "ready" as const },
      { name: "webgpu", state: "absent" as const, reason: "no adapter" },
      { name: "onnxruntime", state: "refused" as const, reason: "row 3 differs" },
    ],
  };

  assert.deepEqual(figureTexts(service({ kind: "ai-node", figures }), en.network.services, createFormat("en")), [
    "1,234 rounds equal to the reference",
    "runs single rows on reference (210,000/s) and batches on wasm-simd (900,000/s): the fastest that passed its test",
    "webgpu absent: no adapter",
    "onnxruntime refused: row 3 differs",
  ]);
});

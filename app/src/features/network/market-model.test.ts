import assert from "node:assert/strict";
import { test } from "node:test";
import type { Source } from "../../data/network.ts";
import { confirmationOf, nextClose, sourceView } from "./market-model.ts";

const usd8 = (dollars: number) => BigInt(Math.round(dollars * 100)) * 10n ** 6n;

const MARKET = { price: usd8(1_000), bandBps: 200, sourceMaxAge: 3_600n };
const SIGNED: Source = {
  address: "0x01",
  kind: "signed",
  isCandleSource: true,
  price: usd8(1_000),
  priceAt: 10_000n,
  deviationBps: 0,
  isAgreeing: true,
};
const chainlink: Source = {
  ...{ address: "0x02", kind: "chainlink", isCandleSource: false },
  ...{ price: null, priceAt: null, deviationBps: null, isAgreeing: null },
};
const said = (dollars: number) => ({ price: usd8(dollars), observedAt: 9_999n });

test("a source agrees up to the band itself, on either side", () => {
  const view = (dollars: number) => {
    const { state, deviationBps } = sourceView(chainlink, MARKET, { said: said(dollars), now: 10_000n });
    return [state, deviationBps];
  };

  assert.deepEqual(view(1_020), ["agreeing", 200n]);
  assert.deepEqual(view(1_020.01), ["deviating", 200n]); // 200.1 bps, shown down
  assert.deepEqual(view(980), ["agreeing", 200n]);
  assert.deepEqual(view(979.99), ["deviating", 200n]);
  assert.deepEqual(view(1_000.05), ["agreeing", 0n]);
});

test("a source is too old from the second after its greatest age on, whatever it says", () => {
  const at = (now: bigint | undefined) => sourceView(SIGNED, MARKET, { said: undefined, now }).state;

  assert.equal(at(13_600n), "agreeing");
  assert.equal(at(13_601n), "old");
  assert.equal(at(undefined), "agreeing"); // no clock yet: nothing is called old
});

test("a source that never said a price is silent, and before the first median nothing is compared", () => {
  assert.equal(sourceView(chainlink, MARKET, { said: undefined, now: 1n }).state, "silent");
  const first = sourceView(SIGNED, { ...MARKET, price: 0n }, { said: undefined, now: 10_000n });
  assert.deepEqual([first.state, first.deviationBps], ["agreeing", undefined]);
});

test("what the indexer knows goes before what the source was asked", () => {
  const view = sourceView(SIGNED, MARKET, { said: said(2_000), now: 10_000n });

  assert.deepEqual([view.price, view.priceAt], [usd8(1_000), 10_000n]);
});

test("candles are confirmed by the sources that do not form them", () => {
  const views = [SIGNED, chainlink].map((source) => sourceView(source, MARKET, { said: said(1_000), now: 10_000n }));

  assert.deepEqual(confirmationOf(views, 2), { kind: "confirmed", others: ["chainlink"], needed: 1 });
  assert.deepEqual(confirmationOf(views, 1), { kind: "confirmed", others: ["chainlink"], needed: 0 });
  assert.deepEqual(confirmationOf(views.slice(0, 1), 1), { kind: "alone" });
});

test("the next candle closes a period after the last one at the earliest", () => {
  const market = { candleCount: 3, closedAt: 86_400n, period: 3_600 };

  assert.deepEqual(nextClose(market, 86_401n), { kind: "ahead", at: 90_000n });
  assert.deepEqual(nextClose(market, 90_000n), { kind: "waiting", at: 90_000n });
  assert.deepEqual(nextClose({ ...market, candleCount: 0 }, 5n), { kind: "none" });
});

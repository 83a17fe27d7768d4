import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { amount, statusLine } from "./status.ts";

describe("the status line", () => {
  it("groups thousands and keeps two digits", () => {
    assert.equal(amount(1_234_567_891_000n, 6), "1,234,567.89");
    assert.equal(amount(5n, 6), "0.00");
    assert.equal(amount(100_000_000n, 8), "1.00");
  });

  it("shows time, round, price, forecast, weight, NAV and fills", () => {
    const view = {
      height: 9,
      time: 1_167_868_800n,
      round: 161,
      price: 141_660_000_000n,
      forecastVolBps: 1418,
      realisedVolBps: null,
      vault: { nav: 1_000_000_000_000n, weightBps: 6120 },
      fills: 2,
    };

    const line = statusLine({ market: "SPX", baseSymbol: "USD", baseDecimals: 6, view, note: "paused" });

    assert.equal(
      line,
      "2007-01-04 00:00  ·  round 161  ·  SPX 1,416.60  ·  forecast 14.2 %/yr  ·  weight 61.2 %  ·  NAV 1,000,000.00 USD  ·  fills 2  ·  paused",
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdFixedWeight } from "./fixed-weight.ts";

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`);

describe("a fixed weight", () => {
  it("buys at the first close and pays for it", () => {
    const { values, turnover, trades } = holdFixedWeight({ closes: [100], weight: 0.5, band: 0.1, cost: 0.01 });

    near(values[0], 0.995);
    near(turnover, 0.5);
    assert.equal(trades, 1);
  });

  it("lets the weight drift inside the band", () => {
    const { values, trades } = holdFixedWeight({ closes: [100, 120], weight: 0.5, band: 0.1, cost: 0 });

    near(values[1], 1.1); // the weight is 54.5 %
    assert.equal(trades, 1);
  });

  it("brings the weight back when it has left the band", () => {
    const { values, turnover, trades } = holdFixedWeight({ closes: [100, 200, 400], weight: 0.5, band: 0.1, cost: 0 });

    near(values[1], 1.5); // 66.7 %: back to half, 0.75 in tokens at 200
    near(values[2], 2.25);
    near(turnover, 0.5 + 0.25 / 1.5 + 0.375 / 2.25);
    assert.equal(trades, 3);
  });
});

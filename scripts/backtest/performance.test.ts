import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawdownsOf, performanceOf, rollingVolatility } from "./performance.ts";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe("performance", () => {
  // Returns of 10 %, −10 % and 10 %: mean 1/30, squared distances from it 4/900, 16/900 and 4/900.
  const values = [1, 1.1, 0.99, 1.089];

  it("annualises the sample deviation of the returns", () => {
    near(performanceOf(values, 3).volatility, Math.sqrt((24 / 900 / 2) * 3));
  });

  it("counts what was lost before the first value", () => {
    const { totalReturn, returnPerYear } = performanceOf(
      values.map((value) => value * 0.99),
      3,
    );

    near(totalReturn, 1.089 * 0.99 - 1);
    near(returnPerYear, 1.089 * 0.99 - 1); // three returns, three a year
  });

  it("compounds the return of a year", () => {
    near(performanceOf(values, 6).returnPerYear, 1.089 ** 2 - 1);
  });

  it("divides the mean return by its deviation", () => {
    near(performanceOf(values, 3).sharpe, (1 / 30 / Math.sqrt(24 / 900 / 2)) * Math.sqrt(3));
  });

  it("measures drawdowns from the highest value before", () => {
    const drawdowns = drawdownsOf([1, 2, 1.5, 1.8, 3, 0.75]);

    [0, 0, -0.25, -0.1, 0, -0.75].forEach((expected, k) => {
      near(drawdowns[k] as number, expected);
    });
    near(performanceOf([1, 2, 1.5, 1.8, 3, 0.75], 252).maxDrawdown, -0.75);
  });

  it("rolls volatility over a window of returns, none before it is full", () => {
    const rolled = rollingVolatility(values, 2, 1);

    assert.deepEqual(rolled.slice(0, 2), [undefined, undefined]);
    near(rolled[2] as number, Math.sqrt(0.02)); // 10 % and −10 %
    near(rolled[3] as number, Math.sqrt(0.02)); // −10 % and 10 %
  });
});

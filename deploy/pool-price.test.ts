import assert from "node:assert/strict";
import { test } from "node:test";
import { poolAmounts, sqrtPriceX96 } from "./pool-price.ts";

const asset = (decimals: number) => ({ name: "n", symbol: "s", decimals });
const vault = { name: "n", symbol: "s", base: asset(6), position: asset(18) };

test("both sides of a pool are worth its depth", () => {
  const { base, position } = poolAmounts({ price: "1250", depth: "1000000" }, vault);

  assert.equal(base, 1_000_000_000_000n);
  assert.equal(position, 800n * 10n ** 18n); // 1,000,000 / 1,250
});

test("amounts in the ratio 4 to 1 start at the square root 2", () => {
  assert.equal(sqrtPriceX96(10n, 40n), 2n * 2n ** 96n);
  assert.equal(sqrtPriceX96(40n, 10n), 2n ** 95n);
});

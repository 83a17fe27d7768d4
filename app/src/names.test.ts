import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChainConfig } from "./config.ts";
import { nameOf, namesOf } from "./names.ts";

const address = (digit: string) => `0x${digit.repeat(40)}` as const;

const CHAIN = {
  id: 1,
  rpc: "http://127.0.0.1:1",
  deployment: {
    contracts: {
      accessManager: address("1"),
      priceBook: address("2"),
      signedSource: address("3"),
      modelRegistry: address("4"),
      signalFeed: address("5"),
    },
    vaults: [
      {
        address: address("A"),
        mandate: address("6"),
        name: "Volatility-target SPX",
        base: { token: address("7"), symbol: "USD" },
        positions: [{ token: address("8"), symbol: "SPX" }],
      },
    ],
    uniswap: {
      factory: address("b"),
      router: address("c"),
      poolFiller: address("d"),
      pools: [{ pool: address("e"), market: "SPX/USD" }],
    },
  },
} as unknown as ChainConfig;

test("everything a deployment names is found, in whatever case", () => {
  const names = namesOf(CHAIN, [address("f"), address("2")]);

  assert.deepEqual(nameOf(names, address("a")), {
    kind: "vault",
    name: "Volatility-target SPX",
    address: address("A"),
  });
  assert.deepEqual(nameOf(names, address("6")), { kind: "mandate", vault: "Volatility-target SPX" });
  assert.deepEqual(nameOf(names, address("7")), { kind: "base", symbol: "USD" });
  assert.deepEqual(nameOf(names, address("8")), { kind: "token", symbol: "SPX" });
  assert.deepEqual(nameOf(names, address("D")), { kind: "contract", name: "PoolFiller" });
  assert.deepEqual(nameOf(names, address("E")), { kind: "pool", market: "SPX/USD" });
  assert.deepEqual(nameOf(names, address("F")), { kind: "signer", number: 1 });
});

test("a contract's own name goes before all others, and strangers have none", () => {
  const names = namesOf(CHAIN, [address("2")]);

  assert.deepEqual(nameOf(names, address("2")), { kind: "contract", name: "PriceBook" });
  assert.equal(nameOf(names, address("9")), undefined);
  assert.equal(nameOf(names, null), undefined);
});

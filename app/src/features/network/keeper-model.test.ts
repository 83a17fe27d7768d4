import assert from "node:assert/strict";
import { test } from "node:test";
import type { Filler } from "../../data/network.ts";
import { fillerRows, type Sent, senderRows, signerRows } from "./keeper-model.ts";

const filler = (over: Partial<Filler>): Filler => ({
  id: "1",
  chain: 1,
  address: "0xaa",
  fills: 2,
  volume: 1_000_000n,
  discount: 1_500n,
  block: 9,
  timestamp: 90n,
  tx: "0x01",
  vault: { address: "0xf1", symbol: "A", baseSymbol: "USD", baseDecimals: 6 },
  ...over,
});

test("a filler's vaults are summed in one asset, and never across assets", () => {
  const rows = fillerRows([
    filler({}),
    filler({ id: "2", fills: 5, volume: 3_000_000n, discount: -300n, timestamp: 70n }),
    filler({ id: "3", fills: 9, vault: { address: "0xf2", symbol: "B", baseSymbol: "EUR", baseDecimals: 6 } }),
    filler({ id: "4", fills: 1, address: "0xbb" }),
  ]);

  assert.deepEqual(
    rows.map(({ address, baseSymbol, fills, volume, discount, discountBps, lastAt }) => ({
      ...{ address, baseSymbol, fills, volume, discount, discountBps, lastAt },
    })),
    [
      {
        address: "0xaa",
        baseSymbol: "EUR",
        fills: 9,
        volume: 1_000_000n,
        discount: 1_500n,
        discountBps: 15n,
        lastAt: 90n,
      },
      {
        address: "0xaa",
        baseSymbol: "USD",
        fills: 7,
        volume: 4_000_000n,
        discount: 1_200n,
        discountBps: 3n,
        lastAt: 90n,
      },
      {
        address: "0xbb",
        baseSymbol: "USD",
        fills: 1,
        volume: 1_000_000n,
        discount: 1_500n,
        discountBps: 15n,
        lastAt: 90n,
      },
    ],
  );
});

test("the discount is rounded against the filler, and nothing traded earns nothing", () => {
  const bps = (volume: bigint, discount: bigint) => fillerRows([filler({ volume, discount })])[0]?.discountBps;

  assert.equal(bps(1_000_000n, 1_599n), 15n);
  assert.equal(bps(1_000_000n, -1n), -1n);
  assert.equal(bps(1_000_000n, -1_500n), -15n);
  assert.equal(bps(0n, 0n), 0n);
});

test("senders are counted by what they did, and a transaction that did two things is paid once", () => {
  const sent = (over: Partial<Sent>): Sent => ({
    chain: 1,
    tx: "0x01",
    timestamp: 10n,
    what: "published",
    sending: { sender: "0xaa", fee: 100n },
    ...over,
  });

  const rows = senderRows([
    sent({}),
    sent({ what: "filled" }),
    sent({ tx: "0x02", timestamp: 30n }),
    sent({ tx: "0x03", chain: 2 }),
    sent({ tx: "0x04", sending: undefined }),
  ]);

  assert.deepEqual(rows, [
    { key: "1-0xaa", chain: 1, address: "0xaa", published: 2, filled: 1, fee: 200n, lastAt: 30n },
    { key: "2-0xaa", chain: 2, address: "0xaa", published: 1, filled: 0, fee: 100n, lastAt: 10n },
  ]);
});

test("each signer is counted once a report, and strangers are nobody's", () => {
  const rows = signerRows(["0xAA", "0xbb", "0xcc"], [["0xaa", "0xbb"], ["0xaa"], ["0xdd"]]);

  assert.deepEqual(
    rows.map(({ number, signed }) => [number, signed]),
    [
      [1, 2],
      [2, 1],
      [3, 0],
    ],
  );
});

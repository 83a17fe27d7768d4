import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Hex, numberToHex } from "viem";
import type { ReadHeader } from "./chain-reader.ts";
import { assemble, halve, neededHeaders } from "./range-blocks.ts";
import { nextLength } from "./range-source.ts";
import type { RawLog } from "./wanted.ts";

const hashOf = (height: number): Hex => `0x${height.toString(16).padStart(64, "0")}`;
const header = (height: number, changes: Partial<ReadHeader> = {}): ReadHeader => ({
  height,
  hash: hashOf(height),
  parentHash: hashOf(height - 1),
  timestamp: height * 1_000,
  ...changes,
});
const log = (height: number, index = 0): RawLog => ({
  address: "0x01",
  topics: ["0x02"],
  data: "0x",
  blockNumber: numberToHex(height),
  blockHash: hashOf(height),
  blockTimestamp: numberToHex(height),
  transactionHash: "0x03",
  logIndex: numberToHex(index),
});
const range = { from: 10, to: 19 };
const ends = [header(10), header(19)];

describe("a range of blocks", () => {
  it("is put together from its logs and the headers of its ends", () => {
    const logs = [log(12), log(12, 1), log(15)];

    const result = assemble({ range, logs, headers: ends, parent: hashOf(9) });

    assert.equal(result.kind, "blocks");
    assert.deepEqual(
      result.blocks.map(({ header: { height, hash, timestamp }, logs: own }) => [height, hash, timestamp, own.length]),
      [
        [10, hashOf(10), 10_000, 0],
        [12, hashOf(12), 12_000, 2],
        [15, hashOf(15), 15_000, 1],
        [19, hashOf(19), 19_000, 0],
      ],
    );
  });

  it("needs the headers of its ends, and of blocks whose logs do not say when they were", () => {
    const { blockTimestamp: _, ...untimed } = log(14);

    assert.deepEqual(neededHeaders(range, [log(12), untimed, { ...untimed, logIndex: "0x1" }]), [10, 19, 14]);
    assert.deepEqual(neededHeaders({ from: 7, to: 7 }, []), [7]);
  });

  it("is refused where it contradicts itself", () => {
    const fault = (params: Partial<Parameters<typeof assemble>[0]>) =>
      assemble({ range, logs: [], headers: ends, parent: undefined, ...params });

    assert.deepEqual(fault({ parent: hashOf(8) }), { kind: "fault", fault: "broken-chain", height: 10 });
    assert.deepEqual(fault({ logs: [log(25)] }), { kind: "fault", fault: "foreign-log", height: 25 });
    assert.deepEqual(fault({ logs: [{ ...log(10), blockHash: hashOf(4) }] }), {
      kind: "fault",
      fault: "foreign-log",
      height: 10,
    });
    assert.deepEqual(fault({ logs: [log(12), { ...log(12, 1), blockHash: hashOf(4) }] }), {
      kind: "fault",
      fault: "foreign-log",
      height: 12,
    });
    assert.deepEqual(fault({ headers: [header(10), header(19, { timestamp: 1 })] }), {
      kind: "fault",
      fault: "broken-chain",
      height: 19,
    });
  });

  it("grows while there is little in it and shrinks where there is much, within bounds", () => {
    assert.deepEqual(
      [
        nextLength(100, 0),
        nextLength(100, 4_000),
        nextLength(100, 40_000),
        nextLength(1, 9_999),
        nextLength(20_000, 0),
      ],
      [400, 100, 10, 1, 20_000],
    );
    assert.deepEqual(halve({ from: 3, to: 4 }), [
      { from: 3, to: 3 },
      { from: 4, to: 4 },
    ]);
  });
});

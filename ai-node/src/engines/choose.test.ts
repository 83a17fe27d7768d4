import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { estimatedMs, fastest, type Timing } from "./choose.ts";

const reference: Timing[] = [
  { rows: 1, ms: 0.05 },
  { rows: 64, ms: 3.2 },
];
const wasm: Timing[] = [
  { rows: 1, ms: 0.002 },
  { rows: 64, ms: 0.1 },
  { rows: 4_096, ms: 6.4 },
];
const gpu: Timing[] = [
  { rows: 1, ms: 0.5 },
  { rows: 64, ms: 0.5 },
  { rows: 4_096, ms: 0.9 },
];

describe("the time of a batch", () => {
  const cases: [what: string, timings: Timing[], rows: number, ms: number][] = [
    ["is what was measured", wasm, 64, 0.1],
    ["is what was measured, of one row", wasm, 1, 0.002],
    ["lies between two measured ones", gpu, 2_080, 0.7],
    ["goes on behind the largest measured one", reference, 127, 6.35],
    ["is proportional when there is one measurement", [{ rows: 2, ms: 3 }], 4, 6],
    ["does not shrink when a larger batch seemed faster", [gpu[1] ?? assert.fail(), { rows: 128, ms: 0.1 }], 256, 0.5],
    ["is endless when nothing was measured", [], 1, Number.POSITIVE_INFINITY],
  ];
  for (const [what, timings, rows, ms] of cases) {
    it(what, () => assert.ok(Math.abs(estimatedMs(timings, rows) - ms) < 1e-9 || estimatedMs(timings, rows) === ms));
  }
});

describe("the fastest engine", () => {
  const candidates = [
    { name: "typescript", timings: reference },
    { name: "wasm", timings: wasm },
    { name: "webgpu", timings: gpu },
  ];

  it("is chosen for the size of the batch", () => {
    const chosen = [1, 64, 256, 400, 4_096, 100_000].map((rows) => fastest(candidates, rows)?.name);
    assert.deepEqual(chosen, ["wasm", "wasm", "wasm", "webgpu", "webgpu", "webgpu"]);
  });

  it("is the earlier one of equals, and none of none", () => {
    const equal = ["a", "b"].map((name) => ({ name, timings: wasm }));
    assert.equal(fastest(equal, 10)?.name, "a");
    assert.equal(fastest([], 10), undefined);
  });
});

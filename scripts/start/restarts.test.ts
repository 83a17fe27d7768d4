import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeExit, type Exit, type Fate, fateOf, nextDelay } from "./restarts.ts";

const code = (value: number): Exit => ({ code: value, signal: null });
const killed: Exit = { code: null, signal: "SIGKILL" };

describe("fateOf", () => {
  const cases: [exit: Exit, restart: boolean, fate: Fate][] = [
    [code(0), true, "stays down"],
    [code(1), true, "gives up"],
    [code(75), true, "starts again"],
    [code(134), true, "starts again"], // out of memory
    [code(13), true, "starts again"],
    [killed, true, "starts again"],
    [code(0), false, "stays down"],
    [code(75), false, "gives up"],
    [code(137), false, "gives up"],
    [killed, false, "gives up"],
  ];
  for (const [exit, restart, fate] of cases) {
    it(`is "${fate}" for one that ${describeExit(exit)}${restart ? "" : " and is not to be restarted"}`, () => {
      assert.equal(fateOf(exit, restart), fate);
    });
  }
});

describe("describeExit", () => {
  it("knows a death by a signal from a code, behind a shell too", () => {
    assert.equal(describeExit(killed), "was killed by SIGKILL");
    assert.equal(describeExit(code(137)), "was killed by signal 9");
    assert.equal(describeExit(code(75)), "ended with code 75");
  });
});

describe("nextDelay", () => {
  it("doubles up to 5 s and begins anew for a program that had lasted a minute", () => {
    const delays = [200];
    while (delays.length < 7) delays.push(nextDelay(delays.at(-1) as number, 1_000));

    assert.deepEqual(delays, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    assert.equal(nextDelay(5_000, 60_001), 200);
  });
});

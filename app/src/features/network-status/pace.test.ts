import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createPace } from "./pace.ts";

const EVERY_MS = 120;
const STEP_MS = 5;

const setUp = (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const ran: number[] = [];
  const pace = createPace(EVERY_MS, () => ran.push(Date.now()));
  /** In small steps: the mocked clock shows the end of a step to everything that runs within it. */
  const pass = (ms: number, each: () => void = () => undefined) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      each();
      context.mock.timers.tick(STEP_MS);
    }
  };
  return { ran, pace, pass };
};

test("the first block is shown at once, the next after the pause, the last one always", (context) => {
  const { ran, pace, pass } = setUp(context);
  pace.request();
  assert.deepEqual(ran, [0]);

  pass(100, pace.request);
  pass(500);

  assert.deepEqual(ran, [0, 120]);
});

test("a block after a quiet time waits for nothing", (context) => {
  const { ran, pace, pass } = setUp(context);
  pace.request();
  pass(1_000);
  pace.request();
  assert.deepEqual(ran, [0, 1_000]);
});

test("a block every 5 ms gives a refresh every 120 ms and no fewer", (context) => {
  const { ran, pace, pass } = setUp(context);
  pass(600, pace.request);
  assert.deepEqual(ran, [0, 120, 240, 360, 480, 600]);
});

test("what has been stopped runs no more", (context) => {
  const { ran, pace, pass } = setUp(context);
  pace.request();
  pace.request();
  pace.stop();
  pass(1_000);
  assert.deepEqual(ran, [0]);
});

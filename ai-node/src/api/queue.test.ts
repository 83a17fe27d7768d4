import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createQueue } from "./queue.ts";

const HOUR_MS = 3_600_000;

/** A task that ends when it is told to. */
const createTask = <Value>(value: Value) => {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  let isStarted = false;
  const task = () => {
    isStarted = true;
    return promise;
  };
  return { task, isStarted: () => isStarted, end: () => resolve(value), fail: reject };
};

describe("the queue", () => {
  it("runs one task at a time, in order", async () => {
    const queue = createQueue({ limit: 2, timeoutMs: HOUR_MS });
    const [first, second] = [createTask("a"), createTask("b")];
    const answers = [queue.run(first.task), queue.run(second.task)];
    assert.deepEqual([first.isStarted(), second.isStarted(), queue.waiting()], [true, false, 1]);

    first.end();
    assert.deepEqual(await answers[0], { kind: "done", value: "a" });
    second.end();
    assert.deepEqual(await answers[1], { kind: "done", value: "b" });
  });

  it("turns away whoever finds it full, and takes the next one when there is room", async () => {
    const queue = createQueue({ limit: 1, timeoutMs: HOUR_MS });
    const [running, waiting, third] = [createTask(1), createTask(2), createTask(3)];
    const answers = [queue.run(running.task), queue.run(waiting.task)];
    assert.deepEqual(await queue.run(third.task), { kind: "full" });
    assert.equal(third.isStarted(), false);

    running.end();
    await answers[0];
    while (queue.waiting() > 0) await new Promise(setImmediate);
    const late = queue.run(third.task);
    waiting.end();
    third.end();
    assert.deepEqual(await late, { kind: "done", value: 3 });
  });

  it("tells whoever waits too long, and never starts that task", async ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const queue = createQueue({ limit: 2, timeoutMs: HOUR_MS });
    const [stuck, waiting, next] = [createTask(1), createTask(2), createTask(3)];
    const answers = [queue.run(stuck.task), queue.run(waiting.task)];
    mock.timers.tick(HOUR_MS);
    assert.deepEqual(await Promise.all(answers), [{ kind: "late" }, { kind: "late" }]);
    assert.equal(queue.waiting(), 0);

    stuck.end();
    next.end();
    assert.deepEqual(await queue.run(next.task), { kind: "done", value: 3 });
    assert.equal(waiting.isStarted(), false);
  });

  it("passes on what a task throws, and goes on", async () => {
    const queue = createQueue({ limit: 2, timeoutMs: HOUR_MS });
    const [bad, good] = [createTask(1), createTask(2)];
    const answers = [queue.run(bad.task), queue.run(good.task)];
    bad.fail(new Error("lost"));
    good.end();
    await assert.rejects(answers[0] ?? assert.fail(), /lost/);
    assert.deepEqual(await answers[1], { kind: "done", value: 2 });
  });
});

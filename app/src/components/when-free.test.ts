import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { whenFree } from "./when-free.ts";

test("what can wait comes in its order, one piece a turn, and not for whoever has left", async () => {
  const done: string[] = [];
  const turn = (name: string) => () => {
    done.push(name);
    queueMicrotask(() => done.push("rest")); // the browser is free again between two
  };

  whenFree(turn("a"));
  const leave = whenFree(turn("b"));
  whenFree(turn("c"));
  leave();
  assert.deepEqual(done, [], "not at once");
  await setTimeout(20);

  assert.deepEqual(done, ["a", "rest", "c", "rest"]);
  whenFree(turn("d"));
  await setTimeout(20);
  assert.deepEqual(done.slice(4), ["d", "rest"], "also later");
});

import type { Clock } from "../clock.ts";

/** A clock that stands still until it is told to go on, and then jumps from one task to the next. */
export type VirtualClock = Clock & {
  sleep: (ms: number) => Promise<void>;
  /** Runs tasks in the order of their times, with everything they lead to, until `isOver` or nothing is left. */
  run: (isOver: () => boolean) => Promise<void>;
};

type Task = { at: number; order: number; run: (() => void) | undefined };

const isBefore = (a: Task, b: Task) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: the earliest task is the first. */
const createAgenda = () => {
  const tasks: Task[] = [];
  const at = (i: number) => tasks[i] as Task;
  const swap = (i: number, j: number) => {
    [tasks[i], tasks[j]] = [at(j), at(i)];
  };
  const push = (task: Task) => {
    let i = tasks.push(task) - 1;
    for (let parent = (i - 1) >> 1; i > 0 && isBefore(at(i), at(parent)); parent = (i - 1) >> 1) {
      swap(i, parent);
      i = parent;
    }
  };
  const pop = (): Task | undefined => {
    const first = tasks[0];
    const last = tasks.pop();
    if (first === undefined || last === undefined || tasks.length === 0) return first;
    tasks[0] = last;
    for (let i = 0; ; ) {
      const children = [2 * i + 1, 2 * i + 2].filter((child) => child < tasks.length);
      const child = children.reduce((best, each) => (isBefore(at(each), at(best)) ? each : best), i);
      if (child === i) return first;
      swap(i, child);
      i = child;
    }
  };
  return { push, pop };
};

/** Every promise that can settle without time passing has done so when the event loop turns. */
const settleAll = () => new Promise<void>((resolve) => setImmediate(resolve));

export const createVirtualClock = (): VirtualClock => {
  const agenda = createAgenda();
  let now = 0;
  let order = 0;

  const after = (ms: number, run: () => void) => {
    const task: Task = { at: now + Math.max(0, ms), order: order++, run };
    agenda.push(task);
    return () => {
      task.run = undefined;
    };
  };

  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    run: async (isOver) => {
      await settleAll();
      for (let task = agenda.pop(); task !== undefined; task = agenda.pop()) {
        if (task.run === undefined) continue;
        now = task.at;
        task.run();
        await settleAll();
        if (isOver()) return;
      }
    },
  };
};

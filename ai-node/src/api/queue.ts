// Batches wait for their turn, one after the other, few and not for long: whoever comes too late is told so at once.

export type Queued<Value> = { kind: "done"; value: Value } | { kind: "full" } | { kind: "late" };

export type Queue = {
  /** Runs `task` in its turn; rejects when the task does. */
  run: <Value>(task: () => Promise<Value>) => Promise<Queued<Value>>;
  waiting: () => number;
};

export type QueueParams = { limit: number; timeoutMs: number };

export const createQueue = ({ limit, timeoutMs }: QueueParams): Queue => {
  const turns: (() => Promise<void>)[] = [];
  let isBusy = false;

  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      await turn();
      await new Promise(setImmediate); // engines on the CPU hold the thread: let requests and /health in between
    }
    isBusy = false;
  };

  const run = <Value>(task: () => Promise<Value>): Promise<Queued<Value>> => {
    if (turns.length >= limit) return Promise.resolve({ kind: "full" });
    return new Promise((resolve, reject) => {
      const turn = () =>
        task()
          .then((value) => resolve({ kind: "done", value }), reject)
          .finally(() => clearTimeout(timer));
      const timer = setTimeout(() => {
        const place = turns.indexOf(turn);
        if (place !== -1) turns.splice(place, 1);
        resolve({ kind: "late" });
      }, timeoutMs);
      turns.push(turn);
      void work();
    });
  };
  return { run, waiting: () => turns.length };
};

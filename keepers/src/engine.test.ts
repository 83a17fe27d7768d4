import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import type { SendResult, TransactionsStatus } from "@aibot/kit/node/transactions";
import type { PublicClient } from "viem";
import { startEngine } from "./engine.ts";
import { ALARM_AFTER, addFailure, type Failure, isAlarm, keepWanted } from "./failures.ts";
import { type Action, chooseActions, type Decision } from "./strategy.ts";

const action = (key: string, changes: string[]): Decision => ({
  kind: "act",
  action: { name: key, key, to: "0x0000000000000000000000000000000000000001", data: "0x", changes } satisfies Action,
});
const keys = (decisions: Decision[]) => chooseActions(decisions).map(({ key }) => key);

describe("chooseActions", () => {
  it("sends what is independent together, in order", () => {
    assert.deepEqual(keys([action("update", ["price"]), action("publish", ["signal"])]), ["update", "publish"]);
  });

  it("leaves for the next look what relies on something about to change", () => {
    const decisions = [action("update", ["price"]), action("arbitrage", ["price", "pool"]), action("fill", ["pool"])];

    assert.deepEqual(keys(decisions), ["update", "fill"]);
  });

  it("passes over skips", () => {
    assert.deepEqual(keys([{ kind: "skip", name: "open", reason: "not due" }, action("fill", ["pool"])]), ["fill"]);
  });
});

describe("failures", () => {
  const after = (count: number, isPaid = false): Failure => {
    let failure: Failure | undefined;
    for (let i = 0; i < count; i++) failure = addFailure(failure, { reason: "reason", isPaid, now: 1_000 });
    return failure as Failure;
  };

  it("try again at once at first, then after pauses that double up to a minute", () => {
    const pauses = [1, 4, 5, 6, 7, 11, 40].map((count) => after(count).retryAt - 1_000);

    assert.deepEqual(pauses, [0, 0, 1_000, 2_000, 4_000, 60_000, 60_000]);
  });

  it("K5 raise an alarm at the fifth of the same reason", () => {
    assert.equal(isAlarm(after(ALARM_AFTER - 1)), false);
    assert.equal(isAlarm(after(ALARM_AFTER)), true);
  });

  it("K5 end the key at the fifth transaction that reverted, whatever the reasons were", () => {
    let failure = after(4, true);
    assert.equal(failure.retryAt, 1_000);
    failure = addFailure(failure, { reason: "refused meanwhile", isPaid: false, now: 2_000 });
    assert.equal(isAlarm(failure), false);
    failure = addFailure(failure, { reason: "reason", isPaid: true, now: 3_000 });

    assert.equal(failure.retryAt, Number.POSITIVE_INFINITY);
    assert.equal(isAlarm(failure), true);
  });

  it("begin anew with another reason", () => {
    assert.equal(addFailure(after(10), { reason: "another", isPaid: false, now: 1_000 }).count, 1);
  });

  it("end when the action is no longer wanted", () => {
    const failures = new Map([
      ["mine", after(7)],
      ["lost", after(7)],
    ]);

    assert.deepEqual([...keepWanted(failures, ["mine"]).keys()], ["mine"]);
  });
});

const head = { number: 7n, hash: "0x01", parentHash: "0x00", timestamp: 0n, baseFeePerGas: 1n } as const;
const calm: TransactionsStatus = {
  pending: 0,
  oldestPendingMs: 0,
  feesCapped: false,
  balance: 10n ** 18n,
  lowBalance: undefined,
  journalError: undefined,
  foreignNonces: 0,
};

/** An engine over a manager that answers as told; `announce` is a head, as often as wanted. */
const startWith = (answer: (key: string) => Promise<SendResult>) => {
  const stop = new AbortController();
  const sent: string[] = [];
  let key = "need 1";
  let status = calm;
  let onHead: (next: typeof head) => void = () => {};
  const looks = { count: 0 };
  const engine = startEngine({
    chain: {
      id: 1,
      client: { multicall: async () => [] } as unknown as PublicClient,
      watchHeads: (watcher) => {
        onHead = watcher;
      },
    },
    strategies: [
      {
        name: "only",
        look: async () => {
          looks.count += 1;
          return [action(key, ["thing"])];
        },
      },
    ],
    transactions: {
      send: async ({ key: wanted }) => {
        sent.push(wanted);
        return answer(wanted);
      },
      status: () => status,
    },
    metrics: createMetrics(),
    log: createLog("test", "silent"),
    signal: stop.signal,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...engine,
    sent,
    looks,
    announce: async (times = 1) => {
      for (let i = 0; i < times; i++) onHead(head);
      await settled();
    },
    want: (next: string) => {
      key = next;
    },
    setStatus: (next: Partial<TransactionsStatus>) => {
      status = { ...calm, ...next };
    },
    stop: () => stop.abort(),
  };
};

describe("startEngine", () => {
  const reverted = { kind: "mined", hash: "0x01", blockNumber: 7n, status: "reverted" } as const;

  it("K4 a head that comes three times during a look makes one more look, and one send while one is under way", async () => {
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    const engine = startWith(() => promise);

    await engine.announce(3);
    await engine.announce(3);

    assert.deepEqual(engine.sent, ["need 1"]);
    assert.equal(engine.looks.count, 1);
    resolve({ ...reverted });
    await engine.announce(0);
    assert.equal(engine.looks.count, 2);
    engine.stop();
  });

  it("K5 stops an action that keeps reverting, says so with the reason, and goes on when the need changes", async () => {
    const engine = startWith(async () => reverted);

    for (let i = 0; i < 20; i++) await engine.announce();
    const alarms = engine.status().reasons;
    engine.want("need 2");
    await engine.announce();

    assert.deepEqual(engine.sent, [...Array(ALARM_AFTER).fill("need 1"), "need 2"]);
    assert.deepEqual(alarms, ["need 1: reverted in its block, 5 times."]);
    assert.deepEqual(engine.status().reasons, []);
    engine.stop();
  });

  it("K5 names the contract's error when simulations refuse", async () => {
    const refusal = {
      kind: "rejected",
      reason: "PriceTooOld(market: 0x11, updatedAt: 7)",
      error: "PriceTooOld",
    } as const;
    const engine = startWith(async () => refusal);

    for (let i = 0; i < 20; i++) await engine.announce();

    assert.equal(engine.sent.length, ALARM_AFTER);
    assert.deepEqual(engine.status().reasons, ["need 1: PriceTooOld, 5 times."]);
    engine.stop();
  });

  it("K3 sends nothing while a block costs more than the cap, says so, and goes on by itself", async () => {
    const engine = startWith(async () => ({ kind: "mined", hash: "0x01", blockNumber: 7n, status: "reverted" }));

    engine.setStatus({ feesCapped: true });
    for (let i = 0; i < 20; i++) await engine.announce();
    const reasons = engine.status().reasons;
    engine.setStatus({});
    await engine.announce();

    assert.match(reasons.join(), /^A block costs more than the fee cap/);
    assert.deepEqual(engine.sent, ["need 1"]);
    engine.stop();
  });

  it("K3 does not hold it against an action that the fees rose before it was sent", async () => {
    const engine = startWith(async () => ({ kind: "rejected", reason: "the base fee is above", error: "FeesCapped" }));

    for (let i = 0; i < 20; i++) await engine.announce();

    assert.deepEqual(engine.status().alarms, []);
    engine.stop();
  });

  it("K12 is not healthy while the balance is low, or the journal cannot be written", async () => {
    const engine = startWith(async () => reverted);
    await engine.announce();

    engine.setStatus({ lowBalance: "The account is poor.", journalError: "The disk is full." });

    assert.deepEqual(engine.status().reasons, ["The disk is full.", "The account is poor."]);
    engine.stop();
  });

  it("reports a send that throws, and looks again", async () => {
    let isBroken = true;
    const engine = startWith(async () => {
      if (isBroken) throw new Error("disk full");
      return reverted;
    });

    await engine.announce();
    const reasons = engine.status().reasons;
    isBroken = false;
    await engine.announce();

    assert.deepEqual(reasons, ["The last look failed: disk full"]);
    assert.deepEqual(engine.status().reasons, []);
    engine.stop();
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  afterFailure,
  afterProbe,
  type Endpoint,
  type EndpointRules,
  inOrder,
  isDue,
  isLagging,
  newEndpoint,
  withHead,
} from "./rpc-endpoints.ts";

const rules: EndpointRules = {
  chainId: 1,
  lookMs: 5_000,
  firstRetryMs: 500,
  lastRetryMs: 60_000,
  maxLagBlocks: 16n,
  maxLagMs: 20_000,
};
const of = (condition: Endpoint["condition"], change: Partial<Endpoint> = {}): Endpoint => ({
  ...newEndpoint(0),
  condition,
  ...change,
});

describe("inOrder", () => {
  const cases: [endpoints: Endpoint["condition"][], order: number[]][] = [
    [
      ["well", "well", "well"],
      [0, 1, 2],
    ],
    [
      ["sick", "well", "well"],
      [1, 2, 0],
    ],
    [
      ["sick", "lagging", "well"],
      [2, 1, 0],
    ],
    [
      ["sick", "sick"],
      [0, 1],
    ],
    [["wrong chain", "sick"], [1]],
    [["wrong chain"], []],
  ];
  for (const [conditions, order] of cases) {
    it(`asks ${order.join(", ") || "nobody"} of ${conditions.join(", ")}`, () => {
      assert.deepEqual(inOrder(conditions.map((condition) => of(condition))), order);
    });
  }
});

describe("afterFailure", () => {
  it("pauses twice as long after each failure, up to the last pause", () => {
    let endpoint = newEndpoint(0);
    const pauses: number[] = [];
    for (let i = 0, now = 0; i < 10; i++, now = endpoint.probeAt) {
      endpoint = afterFailure(endpoint, { reason: "timeout", now, rules });
      pauses.push(endpoint.probeAt - now);
    }

    assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("counts requests that fail together once", () => {
    const first = afterFailure(newEndpoint(0), { reason: "timeout", now: 100, rules });
    const second = afterFailure(first, { reason: "connection", now: 101, rules });

    assert.deepEqual([second.strikes, second.probeAt], [1, 600]);
  });

  it("waits as long as a rate limit asks for", () => {
    const { probeAt } = afterFailure(newEndpoint(0), { reason: "rate limit", retryAfterMs: 7_000, now: 0, rules });

    assert.equal(probeAt, 7_000);
  });
});

describe("afterProbe", () => {
  const probe = { chainId: 1, head: 9n };

  it("makes a sick endpoint well, and forgets its strikes at the next look only", () => {
    const sick = of("sick", { reason: "timeout", strikes: 3 });
    const back = afterProbe(sick, { probe, lagging: false, now: 0, rules });
    const later = afterProbe(back, { probe, lagging: false, now: 5_000, rules });

    assert.deepEqual([back.condition, back.reason, back.strikes, back.probeAt], ["well", undefined, 3, 5_000]);
    assert.equal(later.strikes, 0);
  });

  it("leaves out one that lags, and one of another chain, whose head means nothing", () => {
    const lagging = afterProbe(newEndpoint(0), { probe, lagging: true, now: 0, rules });
    const other = afterProbe(newEndpoint(0), { probe: { chainId: 2, head: 9n }, lagging: false, now: 0, rules });

    assert.deepEqual([lagging.condition, lagging.head], ["lagging", 9n]);
    assert.deepEqual([other.condition, other.head], ["wrong chain", undefined]);
  });
});

describe("isDue", () => {
  it("looks at what is sick or has others beside it, when its time has come", () => {
    assert.equal(isDue(of("well", { probeAt: 10 }), { alone: false, now: 9 }), false);
    assert.equal(isDue(of("well", { probeAt: 10 }), { alone: false, now: 10 }), true);
    assert.equal(isDue(of("well", { probeAt: 10 }), { alone: true, now: 10 }), false);
    assert.equal(isDue(of("sick", { probeAt: 10 }), { alone: true, now: 10 }), true);
  });
});

describe("isLagging", () => {
  // Another endpoint showed 100 at 0 s and 101 at 12 s.
  const best = [
    { number: 100n, at: 0 },
    { number: 101n, at: 12_000 },
  ];
  const cases: [what: string, head: bigint, others: bigint[], now: number, lagging: boolean][] = [
    ["as far as the others", 101n, [101n], 40_000, false],
    ["ahead", 102n, [101n], 40_000, false],
    ["one block behind, for a moment", 100n, [101n], 31_999, false],
    ["one block behind, for too long", 100n, [101n], 32_000, true],
    ["16 blocks behind, for a moment", 85n, [101n], 13_000, false],
    ["17 blocks behind", 84n, [101n], 13_000, true],
    ["with nothing to compare it with", 3n, [], 40_000, false],
    ["as low as the others after the chain was set back", 50n, [50n, 48n], 40_000, false],
  ];
  for (const [what, head, others, now, lagging] of cases) {
    it(`${lagging ? "is true" : "is false"} for a head ${what}`, () => {
      assert.equal(isLagging({ head, others, best, now, rules }), lagging);
    });
  }
});

describe("withHead", () => {
  it("keeps the heads of the last while and one before it", () => {
    let best: { number: bigint; at: number }[] = [];
    for (let now = 0; now <= 100_000; now += 10_000)
      best = withHead(best, BigInt(now / 10_000), { now, maxLagMs: 20_000 });

    assert.deepEqual(
      best.map(({ number }) => number),
      [8n, 9n, 10n],
    );
    assert.equal(withHead(best, 9n, { now: 100_001, maxLagMs: 20_000 }).at(-1)?.number, 10n);
  });
});

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { clientOf, createRate } from "./rate.ts";

const at = (times: number[]) => {
  let turn = 0;
  return () => times[turn++] ?? 0;
};

describe("a rate", () => {
  it("lets a burst pass, then as many as are due, and says how long the next one takes", () => {
    const rate = createRate({ perSecond: 2, burst: 3, now: at([0, 0, 0, 0, 250, 500, 500, 60_000]) });

    const taken = Array.from({ length: 8 }, () => rate.take("a"));

    assert.deepEqual(
      taken.map(({ isAllowed }) => isAllowed),
      [true, true, true, false, false, true, false, true],
    );
    assert.deepEqual(
      taken.map(({ remaining }) => remaining),
      [2, 1, 0, 0, 0, 0, 0, 2], // a pause never makes more than a full bucket
    );
    assert.equal(taken[3]?.resetSeconds, 1);
  });

  it("has a bucket for each client, of the last ten thousand", () => {
    const rate = createRate({ perSecond: 1, burst: 1, now: () => 0 });
    rate.take("first");
    assert.equal(rate.take("first").isAllowed, false);

    for (let k = 0; k < 9_999; k++) assert.equal(rate.take(`${k}`).isAllowed, true);
    assert.equal(rate.take("first").isAllowed, false);
    for (let k = 0; k < 10_000; k++) rate.take(`other ${k}`);

    assert.equal(rate.take("first").isAllowed, true, "forgotten");
  });
});

describe("a client", () => {
  const request = (forwarded?: string) =>
    ({
      socket: { remoteAddress: "127.0.0.1" },
      headers: { "x-forwarded-for": forwarded },
    }) as unknown as IncomingMessage;

  it("is who is connected, or behind a proxy the last address that it names", () => {
    assert.equal(clientOf(request("9.9.9.9"), false), "127.0.0.1");
    assert.equal(clientOf(request("6.6.6.6, 9.9.9.9"), true), "9.9.9.9");
    assert.equal(clientOf(request(), true), "127.0.0.1");
  });
});

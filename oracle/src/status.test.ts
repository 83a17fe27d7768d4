import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMetrics } from "@aibot/kit/node/metrics";
import type { Address } from "viem";
import { candleRound } from "./round.ts";
import type { NodeStatus } from "./status.ts";
import { describeHealth, writeMetrics } from "./status.ts";

const [ANNE, BEN, CLEO, DAN] = ["aa", "bb", "cc", "dd"].map((byte): Address => `0x${byte.repeat(20)}`) as [
  Address,
  Address,
  Address,
  Address,
];
const NOW = Date.parse("2026-01-02T03:04:05Z");

const well: NodeStatus = {
  self: ANNE,
  members: [ANNE, BEN, CLEO, DAN],
  quorum: 3,
  peers: [{ address: BEN }, { address: CLEO }, { address: DAN }],
  openRounds: [],
  agreed: { candle: { round: candleRound(86_400n), role: "leader", at: NOW - 1_000 } },
  refusals: [
    { from: BEN, reason: "equivocation", count: 2 },
    { from: "unknown", reason: "silent", count: 1 },
  ],
  source: {
    name: "replay test",
    chainTime: 1_000n,
    ticker: { price: 5n, time: 990n },
    readAt: NOW - 5_000,
    looks: { done: 7, failed: new Map([["rate limited", 3]]) },
  },
  transmissions: { succeeded: 4, rejected: 1 },
};

const silent = (...addresses: Address[]): NodeStatus => ({
  ...well,
  peers: well.peers.map((peer) => (addresses.includes(peer.address) ? { ...peer, silentSince: NOW - 60_000 } : peer)),
});

describe("the health of a node", () => {
  it("is well with all there, and says what was agreed and how far the source is behind", () => {
    const health = describeHealth(well, NOW);
    assert.deepEqual(health.reasons, []);
    assert.deepEqual(health.agreed, {
      candle: { round: "candle:86400", role: "leader", at: "2026-01-02T03:04:04.000Z" },
      price: undefined,
    });
    assert.deepEqual(health.source, { name: "replay test", readAt: "2026-01-02T03:04:00.000Z", lagSeconds: 10 });
  });

  it("is well with one silent, and says since when", () => {
    const health = describeHealth(silent(DAN), NOW);
    assert.deepEqual(health.reasons, []);
    assert.deepEqual((health.peers as unknown[])[2], { address: DAN, silentSince: "2026-01-02T03:03:05.000Z" });
  });

  it("is not well with two silent", () => {
    const [reason] = describeHealth(silent(CLEO, DAN), NOW).reasons;
    assert.match(
      reason ?? "",
      new RegExp(`^2 of 3 nodes of a quorum are there: ${CLEO} is silent since 2026-01-02T03:03`),
    );
  });

  it("does not wait for one that is no member any more", () => {
    const members = [ANNE, BEN, CLEO];
    assert.deepEqual(describeHealth({ ...silent(DAN), members }, NOW).reasons, []);
    assert.equal(describeHealth({ ...silent(CLEO), members }, NOW).reasons.length, 1);
  });

  it("is not well when the chains want more signatures than there are signers here", () => {
    const [reason] = describeHealth({ ...well, members: [ANNE, BEN] }, NOW).reasons;
    assert.equal(reason, "the chains want 3 signatures, but only 2 nodes of PEERS are signers");
  });

  it("is not well when the source has failed for a minute, to the millisecond", () => {
    const failing = (forMs: number): NodeStatus => ({
      ...well,
      source: { ...well.source, failingSince: NOW - forMs, lastFault: "it is down" },
    });
    assert.deepEqual(describeHealth(failing(59_999), NOW).reasons, []);
    assert.deepEqual(describeHealth(failing(60_000), NOW).reasons, [
      "the source replay test cannot be read since 2026-01-02T03:03:05.000Z: it is down",
    ]);
  });
});

describe("the metrics of a node", () => {
  it("tell what was refused by peer and reason, who is silent, and how the source does", () => {
    const metrics = createMetrics();
    writeMetrics(metrics, silent(DAN), NOW);
    const lines = metrics.text().split("\n");
    for (const line of [
      "oracle_members 4",
      "oracle_quorum 3",
      `oracle_peer_silent_seconds{peer="${BEN}"} 0`,
      `oracle_peer_silent_seconds{peer="${DAN}"} 60`,
      "oracle_rounds_open 0",
      `oracle_agreed_timestamp_seconds{kind="candle"} ${NOW / 1_000 - 1}`,
      `oracle_refused{peer="${BEN}",reason="equivocation"} 2`,
      'oracle_refused{peer="unknown",reason="silent"} 1',
      'oracle_source_looks{result="done"} 7',
      'oracle_source_looks{result="rate limited"} 3',
      "oracle_source_lag_seconds 10",
      'oracle_transmissions{result="succeeded"} 4',
      'oracle_transmissions{result="rejected"} 1',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Address, Hex } from "viem";
import { createAgreement } from "./agree.ts";
import type { Agreement, AgreementAction, AgreementEvent, ReportSignatures, SignedObservation } from "./agreement.ts";
import type { Observation, RoundKey } from "./round.ts";
import { candleRound, medianOf, priceRound } from "./round.ts";

const DAY = 86_400n;
const GRACE_MS = 5;
const TAKEOVER_MS = 1_000;
const DELAY_MS = 1;

const address = (index: number): Address => `0x${(index + 1).toString(16).padStart(40, "0")}`;
const MEMBERS: Address[] = [0, 1, 2, 3].map(address);
const [ANNE, BEN, CLEO, DAN] = MEMBERS as [Address, Address, Address, Address];

// Day 4k is led by Anne, the next ones by Ben, Cleo and Dan.
const ROUND = candleRound(4n * DAY);

const seen = (price: bigint, round: RoundKey = ROUND, observedAt = 5n * DAY): Observation => {
  const [kind, time = "0"] = round.split(":");
  if (kind === "price") return { price, observedAt };
  const start = BigInt(time);
  return { price, observedAt, candle: { start, end: start + DAY, open: price, high: price, low: price, close: price } };
};

/** What stands for a signature here: the signer and what was signed. */
const mark = (signer: Address, content: unknown): Hex =>
  `0x${Buffer.from(JSON.stringify([signer, content], (_, item) => (typeof item === "bigint" ? `${item}` : item))).toString("hex")}`;

const signedBy = (from: Address, observation: Observation, round: RoundKey = ROUND): SignedObservation => ({
  round,
  observation,
  envelope: { from, signature: mark(from, [round, observation]), body: "" },
});

const observed = (from: Address, observation: Observation, round: RoundKey = ROUND): AgreementEvent => ({
  kind: "observation",
  ...signedBy(from, observation, round),
});

const reportsOf = (signer: Address, outcome: Observation): ReportSignatures[] => [
  { chainId: 1, price: mark(signer, outcome) },
];

const createNode = (self: Address): Agreement =>
  createAgreement({
    self,
    members: MEMBERS,
    quorum: 3,
    period: DAY,
    spreadBps: 500n,
    graceMs: GRACE_MS,
    takeoverMs: TAKEOVER_MS,
    verify: (signer, outcome, reports) => reports[0]?.price === mark(signer, outcome),
  });

const kinds = (actions: AgreementAction[]): string[] => actions.map(({ kind }) => kind);

const find = <K extends AgreementAction["kind"]>(actions: AgreementAction[], kind: K) =>
  actions.find((action): action is Extract<AgreementAction, { kind: K }> => action.kind === kind);

/** A proposal as its receiver sees it. */
const proposal = (from: Address, observations: SignedObservation[], change: Partial<AgreementEvent> = {}) =>
  ({
    kind: "proposal",
    from,
    round: ROUND,
    attempt: 0,
    outcome: medianOf(observations.map(({ observation }) => observation)),
    observations,
    ...change,
  }) as AgreementEvent;

const three = (prices: [bigint, bigint, bigint] = [100n, 101n, 102n]): SignedObservation[] => [
  signedBy(ANNE, seen(prices[0])),
  signedBy(BEN, seen(prices[1])),
  signedBy(CLEO, seen(prices[2])),
];

describe("a leader", () => {
  const leading = (): Agreement => {
    const node = createNode(ANNE);
    node.step(observed(ANNE, seen(100n)), 0);
    node.step(observed(BEN, seen(101n)), 0);
    return node;
  };

  it("broadcasts what it saw and proposes nothing before a quorum has observed", () => {
    const node = createNode(ANNE);
    assert.deepEqual(kinds(node.step(observed(ANNE, seen(100n)), 0)), ["broadcast"]);
    assert.deepEqual(node.step(observed(BEN, seen(101n)), 0), []);
  });

  it("waits for the fourth observation, but not for long", () => {
    const node = leading();
    assert.deepEqual(node.step(observed(CLEO, seen(102n)), 1), []);
    assert.equal(node.nextAt(), 1 + GRACE_MS);
    const made = find(node.step({ kind: "time" }, 1 + GRACE_MS), "propose");
    assert.equal(made?.outcome.price, 101n);
    assert.equal(made?.observations.length, 3);
  });

  it("proposes the medians at once when all have observed", () => {
    const node = leading();
    node.step(observed(CLEO, seen(102n)), 1);
    const made = find(node.step(observed(DAN, seen(103n)), 1), "propose");
    assert.deepEqual(made?.outcome, seen(101n));
  });

  it("transmits once, when a quorum has signed", () => {
    const node = leading();
    node.step(observed(CLEO, seen(102n)), 1);
    node.step(observed(DAN, seen(103n)), 1);
    const sign = (from: Address): AgreementAction[] =>
      node.step({ kind: "signed", from, round: ROUND, attempt: 0, reports: reportsOf(from, seen(101n)) }, 2);
    assert.deepEqual([...sign(ANNE), ...sign(BEN), ...sign(BEN)], []);
    const sent = find(sign(DAN), "transmit");
    assert.deepEqual(
      sent?.endorsements.map(({ signer }) => signer),
      [ANNE, BEN, DAN],
    );
    assert.deepEqual(sign(CLEO), []);
  });

  it("counts and ignores signatures of something else", () => {
    const node = leading();
    node.step(observed(CLEO, seen(102n)), 1);
    node.step(observed(DAN, seen(103n)), 1);
    node.step({ kind: "signed", from: BEN, round: ROUND, attempt: 0, reports: reportsOf(BEN, seen(99n)) }, 2);
    node.step({ kind: "signed", from: BEN, round: ROUND, attempt: 7, reports: reportsOf(BEN, seen(101n)) }, 2);
    assert.equal(node.refusals.of("wrong signature"), 1);
    assert.equal(node.refusals.of("stale"), 1);
  });

  it("counts one who signs two different reports for one proposal, and keeps the first", () => {
    const node = leading();
    node.step(observed(CLEO, seen(102n)), 1);
    node.step(observed(DAN, seen(103n)), 1);
    const sign = (from: Address, outcome: Observation): AgreementAction[] =>
      node.step({ kind: "signed", from, round: ROUND, attempt: 0, reports: reportsOf(from, outcome) }, 2);
    sign(BEN, seen(101n));
    sign(BEN, seen(101n)); // once more is not another one
    assert.equal(node.refusals.of("equivocation"), 0);
    sign(BEN, seen(99n));
    assert.equal(node.refusals.of("equivocation", BEN), 1);
    sign(ANNE, seen(101n));
    assert.equal(find(sign(CLEO, seen(101n)), "transmit")?.endorsements[0]?.reports[0]?.price, mark(BEN, seen(101n)));
  });

  it("does not propose what contradicts its own observation", () => {
    const node = createNode(ANNE);
    node.step(observed(ANNE, seen(200n)), 0);
    for (const other of [BEN, CLEO, DAN]) assert.deepEqual(node.step(observed(other, seen(100n)), 0), []);
    assert.equal(node.refusals.of("contradiction"), 1);
  });
});

describe("a follower", () => {
  const following = (price = 103n): Agreement => {
    const node = createNode(DAN);
    node.step(observed(DAN, seen(price)), 0);
    return node;
  };

  it("endorses medians that it finds itself", () => {
    const actions = following().step(proposal(ANNE, three()), 1);
    assert.deepEqual(actions, [{ kind: "endorse", leader: ANNE, round: ROUND, attempt: 0, outcome: seen(101n) }]);
  });

  it("refuses other medians", () => {
    const node = following();
    assert.deepEqual(node.step(proposal(ANNE, three(), { outcome: seen(102n) } as Partial<AgreementEvent>), 1), []);
    assert.equal(node.refusals.of("wrong outcome"), 1);
  });

  it("refuses what contradicts grossly what it saw", () => {
    const node = following(200n);
    assert.deepEqual(node.step(proposal(ANNE, three()), 1), []);
    assert.equal(node.refusals.of("contradiction"), 1);
  });

  it("refuses fewer than three observations, one node twice, and those of another round", () => {
    const node = following();
    const [anne, ben] = three() as [SignedObservation, SignedObservation, SignedObservation];
    const other = candleRound(8n * DAY);
    node.step(proposal(ANNE, [anne, ben]), 1);
    node.step(proposal(ANNE, [anne, ben, ben]), 1);
    node.step(proposal(ANNE, [anne, ben, signedBy(CLEO, seen(102n, other), other)]), 1);
    assert.equal(node.refusals.of("malformed"), 3);
  });

  it("judges a proposal only after it has observed itself", () => {
    const node = createNode(DAN);
    assert.deepEqual(node.step(proposal(ANNE, three()), 1), [{ kind: "observe", round: ROUND }]);
    assert.deepEqual(kinds(node.step(observed(DAN, seen(103n)), 2)), ["broadcast", "endorse"]);
  });

  it("does not sign for one proposer again and again", () => {
    const node = following();
    node.step(proposal(ANNE, three()), 1);
    assert.deepEqual(node.step(proposal(ANNE, three(), { attempt: 1 } as Partial<AgreementEvent>), 2), []);
    assert.equal(node.refusals.of("hasty proposal", ANNE), 1);
  });

  it("does not sign a second outcome for the same attempt, however late it comes", () => {
    const node = following();
    const [anne, ben, cleo] = three() as [SignedObservation, SignedObservation, SignedObservation];
    node.step(proposal(ANNE, [anne, ben, cleo]), 1);
    const other = proposal(ANNE, [ben, cleo, signedBy(DAN, seen(103n))]);
    assert.deepEqual(node.step(other, 1 + 10 * TAKEOVER_MS), []);
    assert.equal(node.refusals.of("equivocation", ANNE), 1);
  });

  it("observes when more nodes than can be faulty have seen something", () => {
    const node = createNode(DAN);
    assert.deepEqual(node.step(observed(ANNE, seen(100n)), 0), []);
    assert.deepEqual(node.step(observed(BEN, seen(100n)), 0), [{ kind: "observe", round: ROUND }]);
  });
});

describe("observations", () => {
  it("of a node that tells two stories are left out and counted", () => {
    const node = createNode(ANNE);
    node.step(observed(ANNE, seen(100n)), 0);
    node.step(observed(BEN, seen(101n)), 0);
    const stories = [signedBy(BEN, seen(101n)).envelope, signedBy(BEN, seen(90n)).envelope];
    assert.deepEqual(node.step(observed(BEN, seen(90n)), 0), [{ kind: "accuse", round: ROUND, stories }]);
    assert.deepEqual(node.step(observed(BEN, seen(101n)), 0), []);
    node.step(observed(CLEO, seen(102n)), 0);
    assert.equal(node.refusals.of("equivocation", BEN), 1);
    const made = find(node.step(observed(DAN, seen(103n)), 0), "propose");
    assert.equal(made?.outcome.price, 102n);
  });

  it("may bring a newer price with the same candle, not an older one", () => {
    const node = createNode(ANNE);
    const { candle } = seen(100n);
    const of = (price: bigint, observedAt: bigint): Observation => ({
      ...seen(price),
      ...(candle && { candle }),
      observedAt,
    });
    node.step(observed(ANNE, of(100n, 10n)), 0);
    node.step(observed(BEN, of(101n, 20n)), 0);
    node.step(observed(BEN, of(99n, 10n)), 0);
    node.step(observed(CLEO, of(102n, 30n)), 0);
    const made = find(node.step(observed(DAN, of(103n, 40n)), 0), "propose");
    assert.equal(node.refusals.of("equivocation"), 0);
    assert.deepEqual(made?.outcome, of(101n, 20n));
  });

  it("of rounds that are done are stale", () => {
    const node = createNode(ANNE);
    node.step({ kind: "progress", candleEnd: 5n * DAY, observedAt: 5n * DAY }, 0);
    node.step(observed(BEN, seen(101n)), 0);
    node.step(observed(BEN, seen(101n, priceRound(DAY)), priceRound(DAY)), 0);
    node.step(observed(BEN, seen(101n, priceRound(5n * DAY), 6n * DAY), priceRound(5n * DAY)), 0);
    assert.equal(node.refusals.of("stale"), 2);
    assert.deepEqual(node.openRounds(), [priceRound(5n * DAY)]);
  });

  it("of one node fill only a bounded number of rounds", () => {
    const node = createNode(ANNE);
    for (let day = 10n; day < 100n; day += 1n) {
      const round = candleRound(day * DAY);
      node.step(observed(BEN, seen(100n, round), round), 0);
    }
    assert.equal(node.openRounds().length, 16);
    assert.equal(node.refusals.of("flood"), 74);
  });
});

describe("a change of members", () => {
  const without = (...gone: Address[]): Address[] => MEMBERS.filter((member) => !gone.includes(member));

  it("takes the vote of one who is gone, and goes on with the new quorum", () => {
    const node = createNode(BEN); // the leader of this round once three are left
    for (const [from, price] of [
      [ANNE, 100n],
      [BEN, 101n],
      [DAN, 103n],
    ] as const) {
      node.step(observed(from, seen(price)), 0);
    }
    node.step({ kind: "membership", members: without(DAN), quorum: 2 }, 1);
    assert.deepEqual(node.step(observed(DAN, seen(103n)), 1), []);
    assert.equal(node.refusals.of("stranger", DAN), 1);
    const made = find(node.step({ kind: "time" }, 1 + GRACE_MS), "propose");
    assert.deepEqual(
      made?.observations.map(({ from }) => from),
      [ANNE, BEN],
    );
  });

  it("takes a signature that one who is gone gave before", () => {
    const node = createNode(ANNE);
    MEMBERS.forEach((from, index) => void node.step(observed(from, seen(100n + BigInt(index))), 0));
    const sign = (from: Address): AgreementAction[] =>
      node.step({ kind: "signed", from, round: ROUND, attempt: 0, reports: reportsOf(from, seen(101n)) }, 2);
    sign(ANNE);
    sign(DAN);
    node.step({ kind: "membership", members: without(DAN), quorum: 3 }, 2);
    assert.deepEqual(sign(BEN), []);
    assert.deepEqual(
      find(sign(CLEO), "transmit")?.endorsements.map(({ signer }) => signer),
      [ANNE, BEN, CLEO],
    );
  });

  it("refuses a proposal that counts on one who is gone", () => {
    const node = createNode(DAN);
    node.step(observed(DAN, seen(103n)), 0);
    node.step({ kind: "membership", members: without(CLEO), quorum: 3 }, 0);
    assert.deepEqual(node.step(proposal(ANNE, three()), 1), []);
    assert.equal(node.refusals.of("malformed", ANNE), 1);
  });
});

type Behaviour = "honest" | "stopped" | "lying" | "equivocating" | "slow" | "mute leader" | "forging";

type Transmission = { by: Address; outcome: Observation; at: number };

/** Four nodes on a network that delivers after a millisecond; the chain takes the first transmission of the round. */
const simulate = (
  behaviours: Behaviour[],
  untilMs: number,
  options: { wakeAt?: number; jitter?: () => number } = {},
) => {
  const { wakeAt = Number.POSITIVE_INFINITY, jitter = () => 0 } = options;
  const nodes = MEMBERS.map(createNode);
  const queue: { at: number; to: number; event: AgreementEvent }[] = [];
  const transmissions: Transmission[] = [];
  const prices = [1_000n, 1_001n, 1_002n, 1_003n];

  const isDown = (index: number, at: number): boolean => behaviours[index] === "stopped" && at < wakeAt;
  const post = (to: number, event: AgreementEvent, at: number): void => {
    const late = behaviours[to] === "slow" ? 400 : 0;
    queue.push({ at: at + DELAY_MS + late + jitter(), to, event });
  };
  const others = (index: number): number[] => [0, 1, 2, 3].filter((other) => other !== index);
  const ownPrice = (index: number): bigint => (behaviours[index] === "lying" ? 5n : (prices[index] ?? 0n));

  const act = (index: number, action: AgreementAction, at: number): void => {
    const self = address(index);
    const behaviour = behaviours[index];
    switch (action.kind) {
      case "observe":
        return void queue.push({ at, to: index, event: observed(self, seen(ownPrice(index))) });
      case "broadcast":
        for (const to of others(index)) {
          const isTwisted = behaviour === "equivocating" && to % 2 === 0;
          post(to, observed(self, seen(isTwisted ? 7n : ownPrice(index))), at);
        }
        return;
      case "propose": {
        if (behaviour === "mute leader") return;
        const { round, attempt } = action;
        const outcome = behaviour === "lying" ? seen(5n) : action.outcome;
        const observations = action.observations.map(({ from, signature }): SignedObservation => {
          const [, [, observation]] = JSON.parse(Buffer.from(signature.slice(2), "hex").toString());
          return signedBy(from, seen(BigInt(observation.price)));
        });
        for (const to of others(index))
          post(to, { kind: "proposal", from: self, round, attempt, outcome, observations }, at);
        const reports = reportsOf(self, action.outcome);
        return void queue.push({ at, to: index, event: { kind: "signed", from: self, round, attempt, reports } });
      }
      case "endorse": {
        const outcome = behaviour === "forging" ? seen(6n) : action.outcome;
        const { round, attempt, leader } = action;
        const event: AgreementEvent = { kind: "signed", from: self, round, attempt, reports: reportsOf(self, outcome) };
        post(MEMBERS.indexOf(leader), event, at);
        return;
      }
      case "transmit":
        if (behaviour === "mute leader") return;
        transmissions.push({ by: self, outcome: action.outcome, at });
        for (const to of [0, 1, 2, 3]) post(to, { kind: "progress", candleEnd: 5n * DAY, observedAt: 5n * DAY }, at);
        return;
      case "accuse":
    }
  };

  for (const index of [0, 1, 2, 3]) {
    const at = isDown(index, 0) ? wakeAt : jitter();
    if (at < untilMs) queue.push({ at, to: index, event: observed(address(index), seen(ownPrice(index))) });
  }
  const timers = (): { at: number; to: number; event: AgreementEvent }[] =>
    nodes.flatMap((node, to) => {
      const at = node.nextAt();
      return at === undefined || isDown(to, at) ? [] : [{ at, to, event: { kind: "time" as const } }];
    });
  for (let steps = 0; steps < 10_000; steps += 1) {
    const [next] = [...queue, ...timers()].sort((a, b) => a.at - b.at);
    if (next === undefined || next.at > untilMs) return { transmissions, nodes };
    const { at, to, event } = next;
    if (queue.includes(next)) queue.splice(queue.indexOf(next), 1);
    if (isDown(to, at)) continue;
    for (const action of nodes[to]?.step(event, at) ?? []) act(to, action, at);
  }
  throw new Error("the simulation does not come to rest");
};

describe("four nodes", () => {
  const isHonest = (price: bigint): boolean => price >= 1_000n && price <= 1_003n;

  it("agree within a few messages when all are well", () => {
    const { transmissions } = simulate(["honest", "honest", "honest", "honest"], 10_000);
    assert.equal(transmissions.length, 1);
    assert.deepEqual(transmissions[0], { by: ANNE, outcome: seen(1_001n), at: 3 * DELAY_MS });
  });

  const faults: Behaviour[] = ["stopped", "lying", "equivocating", "slow", "mute leader", "forging"];
  for (const fault of faults) {
    for (const index of [0, 1, 2, 3]) {
      it(`PRC-1 report an honest price with node ${index} ${fault}`, () => {
        const behaviours: Behaviour[] = ["honest", "honest", "honest", "honest"];
        behaviours[index] = fault;
        const { transmissions } = simulate(behaviours, 10_000);
        const [first] = transmissions;
        assert.ok(first !== undefined, "nothing was transmitted");
        assert.ok(isHonest(first.outcome.price), `${first.outcome.price} is not honest`);
        const limit = index === 0 ? TAKEOVER_MS + 500 : GRACE_MS + 10; // only a faulty leader costs time
        assert.ok(first.at <= limit, `took ${first.at} ms`);
      });
    }
  }

  it("transmit nothing with two stopped, and recover when one returns", () => {
    const behaviours: Behaviour[] = ["honest", "stopped", "honest", "stopped"];
    assert.deepEqual(simulate(behaviours, 20_000).transmissions, []);
    const { transmissions } = simulate(behaviours, 20_000, { wakeAt: 9_500 });
    assert.equal(transmissions.length, 1);
    assert.ok((transmissions[0]?.at ?? 0) < 9_500 + 4 * TAKEOVER_MS);
  });

  it("report an honest price with one faulty node, whatever the order and delay of messages", () => {
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let run = 0; run < 300; run += 1) {
      const behaviours: Behaviour[] = ["honest", "honest", "honest", "honest"];
      const fault = faults[random(faults.length)] ?? "lying";
      behaviours[random(4)] = fault;
      const { transmissions } = simulate(behaviours, 30_000, { jitter: () => random(50) });
      assert.ok(transmissions.length > 0, `run ${run}: nothing with ${behaviours}`);
      for (const { outcome } of transmissions) assert.ok(isHonest(outcome.price), `run ${run}: ${outcome.price}`);
    }
  });
});

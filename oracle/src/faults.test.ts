import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import type { Anvil } from "@aibot/kit/node/anvil";
import type { Address } from "viem";
import { openSlowLine, type SlowLine } from "./local-delay.ts";
import type { LocalMarket } from "./local-market.ts";
import { createMutator } from "./local-mutations.ts";
import type { LocalNetwork } from "./local-network.ts";
import { candleOf, openLocalNetwork, startChain, unfairRefusals, until } from "./local-network.ts";
import type { Puppet } from "./local-puppet.ts";
import { startPuppet } from "./local-puppet.ts";
import type { Body, Message } from "./message.ts";
import { createOpener, encodeEnvelope } from "./message.ts";
import type { Observation, RoundKey } from "./round.ts";
import { createVerify } from "./signatures.ts";

const TAKEOVER_MS = 250;
const FAULTY = 3;
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));

let anvil: Anvil;
let network: LocalNetwork;
let market: LocalMarket;
let day = 0n;

before(async () => {
  anvil = await startChain(31_337);
  network = await openLocalNetwork({ name: "faulty network", nodes: 4, anvils: [anvil], takeoverMs: TAKEOVER_MS });
  market = network.markets[0] as LocalMarket;
  for (const index of [0, 1, 2]) await network.start(index);
  await network.connected();
});

after(async () => {
  await network.close();
  await anvil.stop();
});

/** The next day: what the chain gets is what the honest saw, to the last digit, in one transaction. */
const passDay = async (what: string): Promise<void> => {
  day += 1n;
  const candle = candleOf(day);
  await network.closeDay(day);
  await network.landed(day);
  // Whoever looked between ticker and candle has an older price; then the newest follows by itself.
  await until("its price is there too", async () => (await market.reported()).observedAt >= candle.end);
  assert.deepEqual(await market.reported(), { candle, price: candle.close, observedAt: candle.end }, what);
  const { candle: transactions } = await market.reportTransactions();
  assert.equal(transactions.length, Number(day), `one report a day, ${what}`);
};

/** What the honest nodes have refused of the faulty one, by reason; and what of each other, which must be nothing. */
const refused = (): { ofFaulty: Map<string, number>; ofHonest: string[] } => {
  const faulty = network.accounts[FAULTY]?.address;
  const rows = [...network.running].flatMap(([index, node]) => (index === FAULTY ? [] : unfairRefusals(node)));
  const ofFaulty = new Map<string, number>();
  for (const { from, reason, count } of rows) {
    if (from === faulty) ofFaulty.set(reason, (ofFaulty.get(reason) ?? 0) + count);
  }
  return { ofFaulty, ofHonest: rows.filter(({ from }) => from !== faulty).map(({ reason }) => reason) };
};

const signed = (puppet: Puppet, message: Extract<Message, { kind: "proposal" }>, outcome: Observation) =>
  puppet.sign(outcome).then((reports) => {
    const { round, attempt } = message;
    return puppet.seal({ kind: "signed", round, attempt, reports });
  });

describe("of four nodes, one that lies", { timeout: 240_000 }, () => {
  type Lie = (truth: Observation) => Observation;
  const inCandle =
    (change: (candle: Candle) => Partial<Candle>): Lie =>
    (truth) =>
      truth.candle === undefined ? truth : { ...truth, candle: { ...truth.candle, ...change(truth.candle) } };

  const lies: [name: string, lie: Lie][] = [
    ["price, up", (truth) => ({ ...truth, price: 2n * truth.price })],
    ["price, down", (truth) => ({ ...truth, price: truth.price / 2n })],
    ["price, a little up", (truth) => ({ ...truth, price: truth.price + 1n })],
    ["price, a little down", (truth) => ({ ...truth, price: truth.price - 1n })],
    ["time, up", (truth) => ({ ...truth, observedAt: truth.observedAt + 3_600n })],
    ["time, down", (truth) => ({ ...truth, observedAt: truth.observedAt - 3_600n })],
    ...(["start", "end"] as const).flatMap((field): [string, Lie][] => [
      [`${field}, up`, inCandle((candle) => ({ [field]: candle[field] + 60n }))],
      [`${field}, down`, inCandle((candle) => ({ [field]: candle[field] - 60n }))],
    ]),
    ...(["open", "high", "low", "close"] as const).flatMap((field): [string, Lie][] => [
      [`${field}, up`, inCandle((candle) => ({ [field]: 2n * candle[field] }))],
      [`${field}, down`, inCandle((candle) => ({ [field]: candle[field] / 2n }))],
    ]),
    ["open, as high as it can", inCandle(({ high }) => ({ open: high }))],
    ["open, as low as it can", inCandle(({ low }) => ({ open: low }))],
    ["close, as high as it can", inCandle(({ high }) => ({ close: high }))],
    ["close, as low as it can", inCandle(({ low }) => ({ close: low }))],
  ];

  let lie: Lie = (truth) => truth;
  let liar: Puppet;
  before(async () => {
    const told = new Set<RoundKey>();
    liar = await startPuppet({
      network,
      index: FAULTY,
      behave: async (message) => {
        if (message.kind === "observation" && !told.has(message.round)) {
          told.add(message.round);
          const observation = lie(message.observation);
          liar.send(await liar.seal({ kind: "observation", round: message.round, observation }));
        }
        if (message.kind !== "proposal") return;
        // It signs whatever it is asked to, so that its own numbers count; and it proposes its own lie on top.
        const { from, round, attempt, observations } = message;
        liar.send(await signed(liar, message, message.outcome), from);
        const outcome = lie(message.outcome);
        const envelopes = observations.map(({ envelope }) => envelope);
        liar.send(await liar.seal({ kind: "proposal", round, attempt, outcome, observations: envelopes }));
      },
    });
    await until("the liar is among them", () => liar.connected().length === 3);
  });
  after(() => liar.stop());

  for (const [name, each] of lies) {
    it(`PRC-1 changes nothing in what the chain gets: ${name}`, async () => {
      lie = each;
      await passDay(name);
    });
  }

  it("is counted by its name, and nobody else is", async () => {
    await until("its proposals are counted", () => (refused().ofFaulty.get("wrong outcome") ?? 0) > 0);
    const { ofFaulty, ofHonest } = refused();
    assert.ok((ofFaulty.get("malformed") ?? 0) > 0, "candles that are none");
    assert.deepEqual(ofHonest, []);
  });
});

describe("of four nodes, one that tells two stories", { timeout: 240_000 }, () => {
  let twoFaced: Puppet;
  before(async () => {
    const told = new Set<RoundKey>();
    const other = (truth: Observation): Observation => ({ ...truth, price: truth.price + 1n });
    const [first] = network.accounts;
    twoFaced = await startPuppet({
      network,
      index: FAULTY,
      behave: async (message) => {
        const { round } = message;
        if (message.kind === "observation" && !told.has(round)) {
          told.add(round);
          const truth = message.observation;
          const stories = await Promise.all(
            [truth, other(truth)].map((observation) => twoFaced.seal({ kind: "observation", round, observation })),
          );
          const [one, two] = stories as [(typeof stories)[0], (typeof stories)[0]];
          // The first node hears one story at first, the others the other one; in the end all hear both.
          twoFaced.send(one, first?.address);
          for (const { address } of network.accounts.slice(1, 3)) twoFaced.send(two, address);
          for (const story of stories) twoFaced.send(story);
        }
        if (message.kind !== "proposal") return;
        const { from, attempt, outcome } = message;
        twoFaced.send(await signed(twoFaced, message, outcome), from);
        twoFaced.send(await signed(twoFaced, message, other(outcome)), from);
        const observations = message.observations.map(({ envelope }) => envelope);
        for (const each of [outcome, other(outcome)]) {
          twoFaced.send(await twoFaced.seal({ kind: "proposal", round, attempt, outcome: each, observations }));
        }
      },
    });
    await until("it is among them", () => twoFaced.connected().length === 3);
  });
  after(() => twoFaced.stop());

  it("PRC-1 changes nothing in what the chain gets, whoever's turn it is", async () => {
    for (let turn = 0; turn < 8; turn += 1) await passDay(`turn ${turn}`);
  });

  it("is counted by its name, and nobody else is", async () => {
    await until("its stories are counted", () => (refused().ofFaulty.get("equivocation") ?? 0) >= 8);
    assert.deepEqual(refused().ofHonest, []);
  });
});

describe(`of four nodes, one that babbles, FUZZ_SEED=${SEED}`, { timeout: 240_000 }, () => {
  let babbler: Puppet;
  const real: string[] = [];
  before(async () => {
    babbler = await startPuppet({
      network,
      index: FAULTY,
      behave: async (message) => {
        if (message.kind !== "proposal") return;
        const { round, attempt, outcome } = message;
        const observations = message.observations.map(({ envelope }) => envelope);
        const bodies: Body[] = [
          { kind: "observation", round, observation: outcome },
          { kind: "proposal", round, attempt, outcome, observations },
          { kind: "signed", round, attempt, reports: await babbler.sign(outcome) },
        ];
        for (const body of bodies) real.push(encodeEnvelope(await babbler.seal(body)));
      },
    });
    await until("it is among them", () => babbler.connected().length === 3);
  });
  after(() => babbler.stop());

  const unread = (index: number): number =>
    (network.running.get(index)?.status().refusals ?? [])
      .filter(({ from }) => from === network.accounts[FAULTY]?.address)
      .filter(({ reason }) => ["unreadable", "forged", "another's name", "flood"].includes(reason))
      .reduce((sum, { count }) => sum + count, 0);

  it("changes nothing in what the chain gets, and each of its texts is counted", async () => {
    await passDay("before it babbles");
    await until("it has heard something", () => real.length > 0);
    const mutator = createMutator(SEED);
    const isReal = createOpener({ network: babbler.networkId, members: babbler.members, verify: createVerify() });
    let wrong = 0;
    const before = [0, 1, 2].map(unread);
    for (let turn = 0; turn < 4; turn += 1) {
      for (let index = 0; index < 150; index += 1) {
        const text = mutator.text(real);
        if (isReal(babbler.address, text).kind === "message") continue;
        wrong += 1;
        babbler.sendText(text);
      }
      await passDay(`turn ${turn}`);
    }
    await until("all are counted", () => [0, 1, 2].every((index) => unread(index) === (before[index] ?? 0) + wrong));
    assert.deepEqual(refused().ofHonest, []);
  });
});

describe("of four nodes, one that is slow", { timeout: 240_000 }, () => {
  let lines: SlowLine[] = [];
  let delay = 0;
  before(async () => {
    for (const index of [0, 1, 2]) await network.stop(index);
    const slow = network.ports[FAULTY] ?? 0;
    const ports = network.ports.slice(0, 3);
    lines = await Promise.all([...ports, slow].map((port) => openSlowLine(port, () => delay)));
    const through = (index: number) => {
      const { address } = network.accounts[index] ?? { address: "0x" };
      return { address, url: `ws://127.0.0.1:${lines[index]?.port}` };
    };
    const [anne, ben, cleo, slowPeer] = network.peers;
    assert.ok(anne && ben && cleo && slowPeer);
    for (const index of [0, 1, 2]) await network.start(index, { peers: [anne, ben, cleo, through(FAULTY)] });
    await network.start(FAULTY, { peers: [through(0), through(1), through(2), slowPeer] });
    await network.connected();
  });
  after(async () => {
    delay = 0;
    for (const index of [0, 1, 2, FAULTY]) await network.stop(index);
    await Promise.all(lines.map((line) => line.stop()));
  });

  // There and back again takes two delays: the answer comes just before or well after the others take over.
  for (const [name, ms] of [
    ["just within the takeover", 0.45 * TAKEOVER_MS],
    ["beyond the takeover", 1.2 * TAKEOVER_MS],
  ] as const) {
    it(`changes nothing in what the chain gets, ${name}, whoever's turn it is`, async () => {
      delay = ms;
      for (let turn = 0; turn < 4; turn += 1) await passDay(`turn ${turn}, ${name}`);
    });
  }

  it("is refused nothing but what came too late", () => {
    const { ofFaulty, ofHonest } = refused();
    assert.deepEqual([[...ofFaulty.keys()], ofHonest], [[], []]);
  });
});

describe("of four nodes, two that are stopped", { timeout: 240_000 }, () => {
  let other: LocalNetwork;
  let otherMarket: LocalMarket;
  before(async () => {
    for (const index of [0, 1]) await network.start(index);
    await network.connected();
    // Another market of the same chain, with nodes of its own that use the same clock.
    other = await openLocalNetwork({ name: "other market", nodes: 4, anvils: [anvil], takeoverMs: TAKEOVER_MS });
    otherMarket = other.markets[0] as LocalMarket;
    await other.startAll();
  });
  after(() => other.close());

  const health = (index: number): Address[] =>
    (network.running.get(index)?.status().peers ?? []).flatMap(({ address, silentSince }) =>
      silentSince === undefined ? [] : [address],
    );

  it("halt their market and nothing else, and every candle follows when one of them is back", async () => {
    const halted = day;
    for (let step = 1n; step <= 3n; step += 1n) {
      await network.closeDay(halted + step);
      other.exchange.close(candleOf(halted + step));
      await other.landed(halted + step);
    }
    // Whoever takes over looks again: after four more looks everybody has had a turn to do wrong.
    const looks = (index: number): number => network.running.get(index)?.status().source.looks.done ?? 0;
    const before = [0, 1].map(looks);
    await until("everybody has had a turn", () => [0, 1].every((index) => looks(index) >= (before[index] ?? 0) + 4));
    assert.deepEqual((await market.reported()).candle, candleOf(halted));
    assert.deepEqual((await otherMarket.reported()).candle, candleOf(halted + 3n));
    assert.deepEqual(health(0), [network.accounts[2]?.address, network.accounts[3]?.address]);

    await network.start(2);
    await network.landed(halted + 3n);
    day = halted + 3n;
    const { candle: transactions } = await market.reportTransactions();
    assert.equal(transactions.length, Number(day), "no candle was lost, none came twice");
    await passDay("after the halt");
  });
});

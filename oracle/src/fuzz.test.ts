import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Address, Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createAgreement } from "./agree.ts";
import type { Agreement, Envelope } from "./agreement.ts";
import { shakeHands } from "./handshake.ts";
import { createMutator } from "./local-mutations.ts";
import type { Body } from "./message.ts";
import { createOpener, encodeBody, encodeEnvelope, envelopeHash, networkId } from "./message.ts";
import type { Observation } from "./round.ts";
import { candleRound, medianOf, priceRound } from "./round.ts";
import { createVerify } from "./signatures.ts";

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const TEXTS = 6_000;
const BODIES = 1_500;

const accounts = [1, 2, 3, 4].map((digit) => privateKeyToAccount(`0x${String(digit).repeat(64)}`));
const members: Address[] = accounts.map(({ address }) => address);
const [self, mallory] = accounts;
if (self === undefined || mallory === undefined) throw new Error("there are four");
const network = networkId(`0x${"5b".repeat(32)}`, members);
const verify = createVerify();
const DAY = 86_400n;
const ROUND = candleRound(DAY);
const SEEN: Observation = {
  price: 141_660_000_000n,
  observedAt: 172_800n,
  candle: { start: DAY, end: 2n * DAY, open: 2n, high: 4n, low: 1n, close: 3n },
};

const sealText = async (account: typeof mallory, body: string): Promise<Envelope> => ({
  from: account.address,
  signature: await account.sign({ hash: envelopeHash(network, body) }),
  body,
});
const seal = (account: typeof mallory, body: Body): Promise<Envelope> => sealText(account, encodeBody(body));

const openAgreement = (): Agreement =>
  createAgreement({
    ...{ self: self.address, members, quorum: 3, period: DAY, spreadBps: 500n, graceMs: 5, takeoverMs: 1_000 },
    verify: () => true, // what is signed in a report is not in question here
  });

describe(`malformed messages, FUZZ_SEED=${SEED}`, { timeout: 240_000 }, () => {
  const bodies: string[] = [];
  const texts: string[] = []; // whole envelopes of Mallory
  let observations: Envelope[];

  before(async () => {
    const observation: Body = { kind: "observation", round: ROUND, observation: SEEN };
    observations = await Promise.all(accounts.map((account) => seal(account, observation)));
    const price: Observation = { price: 7n, observedAt: 6n };
    const reports = [{ chainId: 1, price: `0x${"ab".repeat(65)}` as Hex, candle: `0x${"cd".repeat(65)}` as Hex }];
    const real: Body[] = [
      observation,
      { kind: "observation", round: priceRound(5n), observation: price },
      { kind: "proposal", round: ROUND, attempt: 0, outcome: medianOf([SEEN]), observations },
      { kind: "signed", round: ROUND, attempt: 0, reports },
    ];
    for (const body of real) {
      bodies.push(encodeBody(body));
      texts.push(encodeEnvelope(await seal(mallory, body)));
    }
  });

  it("that nobody signed are each refused, unless they say the same as the real one", () => {
    const mutator = createMutator(SEED);
    const open = createOpener({ network, members, verify });
    const counts = new Map<string, number>();
    for (let index = 0; index < TEXTS; index += 1) {
      const text = mutator.text(texts);
      const opened = open(mallory.address, text);
      if (opened.kind === "refused") counts.set(opened.reason, (counts.get(opened.reason) ?? 0) + 1);
      else assert.ok(isSameAs(text, texts), `accepted: ${text}`);
    }
    for (const reason of ["unreadable", "forged"]) assert.ok((counts.get(reason) ?? 0) > TEXTS / 50, reason);
  });

  /** JSON has room for spaces, hex digits for capitals; neither is part of what was signed. */
  const isSameAs = (text: string, originals: string[]): boolean => {
    const { from, signature, body } = JSON.parse(text) as Envelope;
    return originals.some((original) => {
      const real = JSON.parse(original) as Envelope;
      const isSameHex = `${from}${signature}`.toLowerCase() === `${real.from}${real.signature}`.toLowerCase();
      return isSameHex && body === real.body;
    });
  };

  it("that a member signed neither stop a node nor fill it, and each has its count or its effect", async () => {
    const mutator = createMutator(SEED + 1);
    const open = createOpener({ network, members, verify });
    const agreement = openAgreement();
    const own = observations[0] as Envelope;
    agreement.step({ kind: "observation", round: ROUND, observation: SEEN, envelope: own }, 0);
    let unread = 0;
    let taken = 0;
    const refused = (): number => agreement.refusals.entries().reduce((sum, { count }) => sum + count, 0);
    for (let index = 0; index < BODIES; index += 1) {
      const body = mutator.json(bodies[index % bodies.length] as string);
      const opened = open(mallory.address, encodeEnvelope(await sealText(mallory, body)));
      if (opened.kind === "refused") {
        unread += 1;
        continue;
      }
      const before = refused();
      agreement.step(opened.message, index);
      agreement.step({ kind: "time" }, index);
      if (refused() === before) taken += 1; // well-formed after all, such as another price
    }
    assert.equal(
      agreement.refusals.entries().every(({ from }) => from !== self.address),
      true,
    );
    assert.ok(unread > BODIES / 4, `${unread} unread`);
    assert.ok(refused() > BODIES / 50, `${refused()} refused`);
    assert.ok(taken < BODIES / 2, `${taken} taken`);
    assert.ok(agreement.openRounds().length <= 17, `${agreement.openRounds().length} rounds`); // 16 of a member, and ours
    assert.ok(agreement.refusals.entries().length <= 9, "one row for each reason");
  });

  it("in a handshake end it with a reason", async () => {
    const mutator = createMutator(SEED + 3);
    const hello = JSON.stringify({ network, from: mallory.address, nonce: `0x${"01".repeat(32)}` });
    const proof = JSON.stringify({ proof: `0x${"11".repeat(65)}` });
    const reasons = new Map<string, number>();
    for (let index = 0; index < 600; index += 1) {
      const script = index % 2 === 0 ? [mutator.text([hello]), proof] : [hello, mutator.text([proof, hello])];
      const wire = { send: () => {}, receive: async () => script.shift() };
      const side = index % 4 < 2 ? "listener" : "dialer";
      const result = await shakeHands({ side, account: self, network, expected: members.slice(1), verify, wire });
      assert.equal(result.kind, "refused");
      if (result.kind === "refused") reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
    }
    for (const reason of ["unreadable hello", "wrong proof"]) assert.ok((reasons.get(reason) ?? 0) > 50, reason);
  });
});

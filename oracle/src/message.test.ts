import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Address, Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Envelope } from "./agreement.ts";
import type { Body } from "./message.ts";
import { createOpener, encodeBody, encodeEnvelope, envelopeHash, networkId } from "./message.ts";
import type { Observation } from "./round.ts";
import { candleRound, priceRound } from "./round.ts";
import { createVerify } from "./signatures.ts";

const anne = privateKeyToAccount(`0x${"11".repeat(32)}`);
const ben = privateKeyToAccount(`0x${"22".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"33".repeat(32)}`);

const MARKET: Hex = `0x${"5b".repeat(32)}`;
const MEMBERS: Address[] = [anne.address, ben.address];
const NETWORK = networkId(MARKET, MEMBERS);
const ROUND = candleRound(86_400n);
const SEEN: Observation = {
  price: 141_660_000_000n,
  observedAt: 172_800n,
  candle: { start: 86_400n, end: 172_800n, open: 1n, high: 4n, low: 1n, close: 3n },
};

const sealBody = async (author: typeof anne, body: string, network = NETWORK): Promise<Envelope> => ({
  from: author.address,
  signature: await author.sign({ hash: envelopeHash(network, body) }),
  body,
});

const seal = (author: typeof anne, body: Body, network = NETWORK): Promise<Envelope> =>
  sealBody(author, encodeBody(body), network);

const read = createOpener({ network: NETWORK, members: MEMBERS, verify: createVerify() });

/** What `from` has sent, when it is a message, or why it is none. */
const open = (from: typeof anne, text: string): unknown => {
  const opened = read(from.address, text);
  return opened.kind === "message" ? opened.message : opened.reason;
};

describe("a message", () => {
  const observation: Body = { kind: "observation", round: ROUND, observation: SEEN };

  it("arrives as it was sent: an observation", async () => {
    const sealed = await seal(anne, observation);
    assert.deepEqual(open(anne, encodeEnvelope(sealed)), { ...observation, envelope: sealed });
  });

  it("arrives as it was sent: an observation of a price alone", async () => {
    const body: Body = { kind: "observation", round: priceRound(5n), observation: { price: 7n, observedAt: 6n } };
    const sealed = await seal(ben, body);
    assert.deepEqual(open(ben, encodeEnvelope(sealed)), { ...body, envelope: sealed });
  });

  it("arrives as it was sent: a proposal", async () => {
    const observations = [await seal(anne, observation), await seal(ben, observation)];
    const sealed = await seal(ben, { kind: "proposal", round: ROUND, attempt: 2, outcome: SEEN, observations });
    const inner = observations.map((envelope) => ({ round: ROUND, observation: SEEN, envelope }));
    const expected = {
      kind: "proposal",
      from: ben.address,
      round: ROUND,
      attempt: 2,
      outcome: SEEN,
      observations: inner,
    };
    assert.deepEqual(open(ben, encodeEnvelope(sealed)), expected);
  });

  it("arrives as it was sent: signatures", async () => {
    const reports = [{ chainId: 31_337, price: `0x${"ab".repeat(65)}` as Hex, candle: `0x${"cd".repeat(65)}` as Hex }];
    const sealed = await seal(ben, { kind: "signed", round: ROUND, attempt: 0, reports });
    assert.deepEqual(open(ben, encodeEnvelope(sealed)), {
      kind: "signed",
      from: ben.address,
      round: ROUND,
      attempt: 0,
      reports,
    });
  });

  it("of a stranger, in another's name, handed on for another or altered is not read", async () => {
    const sealed = await seal(anne, observation);
    const altered = { ...sealed, body: sealed.body.replace("141660000000", "141660000001") };
    assert.equal(open(stranger, encodeEnvelope(await seal(stranger, observation))), "forged");
    assert.equal(open(ben, encodeEnvelope({ ...sealed, from: ben.address })), "forged");
    assert.equal(open(ben, encodeEnvelope(sealed)), "another's name");
    assert.equal(open(anne, encodeEnvelope(altered)), "forged");
    assert.deepEqual(open(anne, encodeEnvelope(sealed)), { ...observation, envelope: sealed });
    assert.equal(open(anne, encodeEnvelope(altered)), "forged");
  });

  it("of another market or of other members is not read", async () => {
    const elsewhere = [networkId(`0x${"00".repeat(32)}`, MEMBERS), networkId(MARKET, [...MEMBERS, stranger.address])];
    for (const network of elsewhere)
      assert.equal(open(anne, encodeEnvelope(await seal(anne, observation, network))), "forged");
  });

  it("with a forged observation inside is not read", async () => {
    const forged = { ...(await seal(anne, observation)), from: ben.address };
    const body: Body = { kind: "proposal", round: ROUND, attempt: 0, outcome: SEEN, observations: [forged] };
    assert.equal(open(ben, encodeEnvelope(await seal(ben, body))), "forged");
  });

  it("that is malformed is not read, though a member signed it", async () => {
    const bodies = [
      "",
      "null",
      "[]",
      '{"kind":"other"}',
      '{"kind":"observation","round":"candle:-1","observation":{"price":"1","observedAt":"1"}}',
      '{"kind":"observation","round":"candle:1","observation":{"price":1,"observedAt":"1"}}',
      '{"kind":"observation","round":"candle:1","observation":{"price":"1.5","observedAt":"1"}}',
      '{"kind":"observation","round":"candle:1","observation":{"price":"1","observedAt":"1","more":"1"}}',
      `{"kind":"observation","round":"price:1","observation":{"price":"${"9".repeat(40)}","observedAt":"1"}}`,
      '{"kind":"signed","round":"candle:1","attempt":0.5,"reports":[]}',
      '{"kind":"signed","round":"candle:1","attempt":0,"reports":[{"chainId":1,"price":"0x00"}]}',
    ];
    for (const body of bodies) {
      assert.equal(open(anne, encodeEnvelope(await sealBody(anne, body))), "unreadable", body);
    }
  });

  it("that is no envelope is not read", () => {
    for (const text of ["", "{", "[]", "7", '{"from":"0x00"}', "\u0000"]) {
      assert.equal(open(anne, text), "unreadable", text);
    }
  });
});

describe("a network's name", () => {
  it("does not depend on the order in which its members are listed", () => {
    assert.equal(networkId(MARKET, MEMBERS.toReversed()), NETWORK);
  });
});

// What travels between the nodes: JSON texts inside signed envelopes. The signature covers the text as it is sent, the
// network (market and members) and the round named in the text, so nothing can be replayed elsewhere.
import { createHash } from "node:crypto";
import type { Address, Hex } from "viem";
import { concatHex, getAddress, hashMessage, keccak256 } from "viem";
import { z } from "zod";
import type { AgreementEvent, Envelope, ReportSignatures, SignedObservation } from "./agreement.ts";
import type { Observation, RoundKey } from "./round.ts";
import type { Verify } from "./signatures.ts";

/** The longest message: a proposal with the envelopes of 31 nodes. */
export const MAX_MESSAGE_BYTES = 32_768;

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`))
    .transform((text) => text as Hex);
const decimal = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,38})$/)
  .transform(BigInt);
const roundKey = z
  .string()
  .regex(/^(candle|price):(0|[1-9][0-9]{0,14})$/)
  .transform((text) => text as RoundKey);
const attempt = z.number().int().nonnegative();

const candle = z.strictObject({
  start: decimal,
  end: decimal,
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
});

const observation = z
  .strictObject({ price: decimal, observedAt: decimal, candle: candle.optional() })
  .transform(({ candle: seen, ...rest }): Observation => (seen === undefined ? rest : { ...rest, candle: seen }));

const envelope = z.strictObject({ from: hex(20), signature: hex(65), body: z.string().max(MAX_MESSAGE_BYTES) });

const reports = z
  .strictObject({ chainId: z.number().int().positive(), price: hex(65), candle: hex(65).optional() })
  .transform(
    ({ candle: signature, ...rest }): ReportSignatures =>
      signature === undefined ? rest : { ...rest, candle: signature },
  );

const observationBody = z.strictObject({ kind: z.literal("observation"), round: roundKey, observation });

const body = z.discriminatedUnion("kind", [
  observationBody,
  z.strictObject({
    kind: z.literal("proposal"),
    round: roundKey,
    attempt,
    outcome: observation,
    observations: z.array(envelope).max(31),
  }),
  z.strictObject({ kind: z.literal("signed"), round: roundKey, attempt, reports: z.array(reports).max(64) }),
]);

export type Body =
  | { kind: "observation"; round: RoundKey; observation: Observation }
  | { kind: "proposal"; round: RoundKey; attempt: number; outcome: Observation; observations: Envelope[] }
  | { kind: "signed"; round: RoundKey; attempt: number; reports: ReportSignatures[] };

/** A message whose sender is a member and has signed it, ready for the agreement. */
export type Message = Extract<AgreementEvent, { kind: Body["kind"] }>;

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? item.toString() : item));

export const encodeBody = (message: Body): string => asText(message);
export const encodeEnvelope = (sealed: Envelope): string => asText(sealed);

/** Names one network: messages of another market or of other members are not for us. */
export const networkId = (market: Hex, members: Address[]): Hex =>
  keccak256(concatHex([market, ...members.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))]));

/**
 * EIP-191: no such text is ever a transaction or typed data of a contract. Of the text itself only the SHA-256, which
 * Node has natively: Keccak of a long proposal would take each node longer than all its signatures.
 */
export const envelopeHash = (network: Hex, text: string): Hex =>
  hashMessage(`AIBOT IYI oracle message\n${network}\n${createHash("sha256").update(text).digest("hex")}`);

export type OpenerParams = { network: Hex; members: Address[]; verify: Verify };

// A round has 4n messages and the envelopes of a proposal were seen before; older ones need no memory.
const REMEMBERED_ENVELOPES = 256;

/**
 * What makes a text no message. `another's name`: a member hands on what it did not write itself; `forged`: a signature,
 * its own or one inside, is not of who is said to have given it.
 */
export type MessageRefusal = "unreadable" | "another's name" | "forged";

export type Opened = { kind: "message"; message: Message } | { kind: "refused"; reason: MessageRefusal };

type OpenedEnvelope = { kind: "opened"; sealed: Envelope; content: unknown } | Extract<Opened, { kind: "refused" }>;

const refused = (reason: MessageRefusal) => ({ kind: "refused", reason }) as const;

/** Reads what `from`, a member, has sent. */
export const createOpener = ({ network, members, verify }: OpenerParams) => {
  const authentic = new Map<Hex, string>(); // signature → sender and body

  const isAuthentic = (sealed: Envelope): boolean => {
    const content = `${sealed.from}${sealed.body}`;
    if (authentic.get(sealed.signature) === content) return true;
    if (!verify(sealed.from, envelopeHash(network, sealed.body), sealed.signature)) return false;
    if (authentic.size >= REMEMBERED_ENVELOPES) authentic.delete(authentic.keys().next().value ?? "0x");
    authentic.set(sealed.signature, content);
    return true;
  };

  const openEnvelope = (value: unknown, author?: Address): OpenedEnvelope => {
    const parsed = envelope.safeParse(value);
    if (!parsed.success) return refused("unreadable");
    const sealed: Envelope = { ...parsed.data, from: getAddress(parsed.data.from) };
    if (author !== undefined && sealed.from !== author) return refused("another's name");
    if (!members.includes(sealed.from) || !isAuthentic(sealed)) return refused("forged");
    return { kind: "opened", sealed, content: parseJson(sealed.body) };
  };

  const openObservation = (value: Envelope): SignedObservation | MessageRefusal => {
    const opened = openEnvelope(value);
    if (opened.kind === "refused") return opened.reason;
    const parsed = observationBody.safeParse(opened.content);
    if (!parsed.success) return "unreadable";
    return { round: parsed.data.round, observation: parsed.data.observation, envelope: opened.sealed };
  };

  return (from: Address, text: string): Opened => {
    const opened = openEnvelope(parseJson(text), from);
    if (opened.kind === "refused") return opened;
    const { sealed, content } = opened;
    const parsed = body.safeParse(content);
    if (!parsed.success) return refused("unreadable");
    const message = parsed.data;
    switch (message.kind) {
      case "observation":
        return { kind: "message", message: { ...message, envelope: sealed } };
      case "signed":
        return { kind: "message", message: { ...message, from } };
      case "proposal": {
        const inner = message.observations.map((each) => openObservation(each));
        const fault = inner.find((each) => typeof each === "string");
        if (fault !== undefined) return refused(fault);
        const observations = inner.filter((each) => typeof each !== "string");
        return { kind: "message", message: { ...message, from, observations } };
      }
    }
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

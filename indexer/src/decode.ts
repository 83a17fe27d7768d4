// Decodes logs. Almost all events have words of a fixed size and nothing else; reading those straight from the text is
// many times as fast as the general decoder, which does the rest: arrays, and logs of another shape than their event's.
import type { AbiEvent, Hex } from "viem";
import { decodeEventLog } from "viem/utils";

export type LogData = { topics: string[]; data: string };
export type Decoded = { eventName: string; args: Record<string, unknown> | undefined };

/** Undefined: a word of another type. */
type ReadWord = (digits: string) => unknown;
type Field = { name: string; read: ReadWord };

const WORD = 64; // digits
const LARGEST_NUMBER = 48; // bits; viem's types have bigints above
const NUMBER = LARGEST_NUMBER / 4; // digits
const [zeros, ones] = ["0".repeat(WORD - NUMBER), "f".repeat(WORD - NUMBER)];

const readWide: ReadWord = (digits) => BigInt(`0x${digits}`);
const readWideSigned: ReadWord = (digits) => BigInt.asIntN(256, BigInt(`0x${digits}`));
const readNumber: ReadWord = (digits) =>
  digits.startsWith(zeros) ? Number.parseInt(digits.slice(-NUMBER), 16) : undefined;
const readSigned: ReadWord = (digits) =>
  digits.startsWith(ones) ? Number.parseInt(digits.slice(-NUMBER), 16) - 2 ** LARGEST_NUMBER : readNumber(digits);

/** Addresses in lower case, as rows have them. */
const readerOf = (type: string): ReadWord | undefined => {
  if (type === "address") return (digits) => `0x${digits.slice(24)}`;
  if (type === "bytes32") return (digits) => `0x${digits}`;
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(type) ?? [];
  if (bits === undefined) return undefined;
  const isNumber = Number(bits) <= LARGEST_NUMBER;
  if (sign === "u") return isNumber ? readNumber : readWide;
  return isNumber ? readSigned : readWideSigned;
};

const fieldsOf = (inputs: AbiEvent["inputs"]): Field[] | undefined => {
  const fields = inputs.flatMap(({ name = "", type }) => {
    const read = readerOf(type);
    return read === undefined ? [] : [{ name, read }];
  });
  return fields.length === inputs.length ? fields : undefined;
};

const decodeAny = (event: AbiEvent, { topics, data }: LogData): Decoded =>
  decodeEventLog({ abi: [event], topics: topics as [Hex, ...Hex[]], data: data as Hex }) as unknown as Decoded;

const hasWords = (text: string, count: number): boolean =>
  text.length === 2 + WORD * count && /^0x[0-9a-f]*$/.test(text);

/** Undefined where a word is of another type than its field's. */
const readArgs = (inTopics: Field[], inData: Field[], { topics, data }: LogData): Decoded["args"] => {
  const args: Record<string, unknown> = {};
  for (const [i, { name, read }] of inTopics.entries()) {
    args[name] = read((topics[1 + i] as string).slice(2));
    if (args[name] === undefined) return undefined;
  }
  for (const [i, { name, read }] of inData.entries()) {
    args[name] = read(data.slice(2 + WORD * i, 2 + WORD * (i + 1)));
    if (args[name] === undefined) return undefined;
  }
  return args;
};

/** What a log of `event` says, as viem has it, but for the case of addresses. Throws where the log cannot be of it. */
export const decoderOf = (event: AbiEvent): ((log: LogData) => Decoded) => {
  const [inTopics, inData] = [true, false].map((isIndexed) =>
    fieldsOf(event.inputs.filter(({ indexed = false }) => indexed === isIndexed)),
  );
  const isPlain = event.inputs.length > 0 && inTopics !== undefined && inData !== undefined;
  if (!isPlain) return (log) => decodeAny(event, log);
  const isUsual = ({ topics, data }: LogData): boolean =>
    topics.length === 1 + inTopics.length &&
    topics.every((topic) => hasWords(topic, 1)) &&
    hasWords(data, inData.length);
  return (log) => {
    const args = isUsual(log) ? readArgs(inTopics, inData, log) : undefined;
    return args === undefined ? decodeAny(event, log) : { eventName: event.name, args };
  };
};

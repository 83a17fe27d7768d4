import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  mandateAbi,
  modelRegistryAbi,
  priceBookAbi,
  signalFeedAbi,
  signedSourceAbi,
  vaultAbi,
} from "@aibot/kit/generated/abis";
import { createRandom } from "@aibot/kit/node/simulation/random";
import type { AbiEvent, Hex } from "viem";
import { decodeEventLog, isAddress, toEventSelector } from "viem/utils";
import { createFakeChain } from "../test/fake-chain.ts";
import { period, seeds, setUp } from "../test/story.ts";
import { decoderOf, type LogData } from "./decode.ts";

const events = [mandateAbi, modelRegistryAbi, priceBookAbi, signalFeedAbi, signedSourceAbi, vaultAbi]
  .flat()
  .filter((item): item is typeof item & AbiEvent => item.type === "event");
const WORD = /^u?int\d+$|^address$|^bytes32$/;
const plain = events.filter(({ inputs }) => inputs.every(({ type }) => WORD.test(type)));

const withLowerAddresses = (value: unknown): unknown => {
  if (typeof value === "string") return isAddress(value, { strict: false }) ? value.toLowerCase() : value;
  if (Array.isArray(value)) return value.map(withLowerAddresses);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withLowerAddresses(item)]));
};

/** What viem says, or that it throws. */
const expected = (event: AbiEvent, { topics, data }: LogData): unknown => {
  try {
    return withLowerAddresses(decodeEventLog({ abi: [event], topics: topics as [Hex, ...Hex[]], data: data as Hex }));
  } catch (error) {
    return (error as Error).name;
  }
};
const actual = (event: AbiEvent, log: LogData): unknown => {
  try {
    return withLowerAddresses(decoderOf(event)(log));
  } catch (error) {
    return (error as Error).name;
  }
};

const random = createRandom(2);
const digits = (count: number) => Array.from({ length: count }, () => random.between(0, 15).toString(16)).join("");
/** A word: small, negative, full, zero, or of no type at all. */
const word = (): string => {
  const full = digits(64);
  const small = random.between(1, 63);
  return random.pick([
    full.slice(small).padStart(64, "0"),
    full.slice(small).padStart(64, "f"),
    full.slice(24).padStart(64, "0"),
    full,
    "f".repeat(64),
    "0".repeat(64),
  ]);
};
const logOf = (event: AbiEvent): LogData => {
  const [topics, words] = [true, false].map((isIndexed) =>
    event.inputs.filter(({ indexed = false }) => indexed === isIndexed).map(word),
  ) as [string[], string[]];
  return { topics: [toEventSelector(event), ...topics.map((topic) => `0x${topic}`)], data: `0x${words.join("")}` };
};

describe("decoderOf", () => {
  it("says what viem says of every log of a story, but for the case of addresses", () => {
    const chain = createFakeChain(1);
    for (const block of [...setUp(), ...[1, 2, 3, 4, 5].flatMap((i) => period(seeds + i))]) chain.mine(block);
    const logs = chain.blocks.flatMap(({ logs }) => logs);

    for (const log of logs) {
      const event = events.find((item) => toEventSelector(item) === log.topics[0]) ?? assert.fail(log.topics[0]);
      assert.deepEqual(actual(event, log), expected(event, log));
    }
    assert.ok(logs.length > 50);
  });

  for (const event of plain) {
    it(`says what viem says of ${event.name}, whatever the words`, () => {
      for (let i = 0; i < 50; i++) {
        const log = logOf(event);
        assert.deepEqual(actual(event, log), expected(event, log), JSON.stringify(log));
      }
    });

    it(`leaves logs of another shape than ${event.name} to viem`, () => {
      const { topics, data } = logOf(event);
      const shapes: LogData[] = [
        { topics, data: `${data}${"1".padStart(64, "0")}` },
        { topics, data: data.slice(0, -64) },
        { topics, data: data.slice(0, -2) },
        { topics, data: "0x" },
        { topics, data: data.slice(0, -3) },
        { topics, data: data.replace(/[a-f]/g, (digit) => digit.toUpperCase()) },
        { topics, data: data.replace(/.$/, "g") },
        { topics: [...topics, `0x${word()}`], data },
        { topics: topics.slice(0, -1), data },
        { topics: topics.map((topic, i) => (i === 0 ? topic : topic.slice(0, -2))), data },
      ];

      for (const log of shapes) assert.deepEqual(actual(event, log), expected(event, log), JSON.stringify(log));
    });
  }
});

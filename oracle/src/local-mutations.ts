// Real messages made wrong in every way, the same way for the same seed; for tests.

import { createRandom as createGenerator } from "@aibot/kit/node/simulation/random";

export type Mutator = {
  /** A text with some of its characters lost, doubled, swapped or replaced, or mixed with another one. */
  text: (texts: string[]) => string;
  /** A JSON text of which one value, somewhere, is another, missing, doubled or one too many. */
  json: (text: string) => string;
};

/** Numbers from 0 to `below` − 1. */
const createRandom = (seed: number): ((below: number) => number) => {
  const { next } = createGenerator(seed);
  return (below) => Math.floor(next() * below);
};

const ODD_VALUES: unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    0.5,
    1e300,
    2 ** 53,
    "",
    "0",
    "-1",
    "0x",
    "00",
    "1e9",
    "\u0000",
    "9".repeat(39),
    "9".repeat(400),
  ],
  ...[
    [],
    {},
    [[]],
    { kind: "observation" },
    "candle:0",
    "price:0",
    `candle:${"9".repeat(15)}`,
    `candle:${"9".repeat(16)}`,
  ],
  ...["__proto__", `0x${"00".repeat(20)}`, `0x${"00".repeat(65)}`, `0x${"ff".repeat(65)}`, "signed", "proposal"],
];

export const createMutator = (seed: number): Mutator => {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

  const text = (texts: string[]): string => {
    const original = pick(texts);
    const [at, length] = [random(original.length), 1 + random(20)];
    const [head, middle, tail] = [original.slice(0, at), original.slice(at, at + length), original.slice(at + length)];
    const other = pick(texts);
    return pick([
      () => head + tail,
      () => head + middle + middle + tail,
      () => head + [...middle].reverse().join("") + tail,
      () => head + String.fromCharCode(random(0x300)) + tail,
      () => head + pick(['"', "{", "}", "[", "]", ",", ":", "\\", "0", "\ud800"]) + middle + tail,
      () => head, // cut off
      () => head + other.slice(random(other.length)), // the end of another
      () => "[".repeat(1 + random(8_000)) + original,
      () => original + original,
    ])();
  };

  const change = (value: unknown): unknown => {
    const isLeaf = value === null || typeof value !== "object";
    if (isLeaf || random(6) === 0) return pick(ODD_VALUES);
    if (Array.isArray(value)) {
      const at = random(value.length + 1);
      if (at === value.length || random(4) === 0) return [...value, ...value.slice(0, 1 + random(40))];
      return value.map((item, index) => (index === at ? change(item) : item));
    }
    const entries = Object.entries(value);
    const at = random(entries.length + 1);
    if (at === entries.length) return { ...value, [pick(["more", "__proto__x", "kind", "from"])]: pick(ODD_VALUES) };
    if (random(5) === 0) return Object.fromEntries(entries.filter((_, index) => index !== at));
    return Object.fromEntries(entries.map(([name, item], index) => [name, index === at ? change(item) : item]));
  };

  return { text, json: (original) => JSON.stringify(change(JSON.parse(original))) ?? "" };
};

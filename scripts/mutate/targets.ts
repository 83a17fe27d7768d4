// What is mutated, and which tests must notice.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";

export type Target = {
  name: string;
  files: string[]; // sources that are changed
  carrier: string; // file whose contracts carry the change; with a library the test itself, which inlines it
  tests: RegExp; // files of tests; whatever these import is there as well
  isGated: boolean; // a score below the floor fails the run
};

type Rule = Omit<Target, "files"> & { owns: RegExp };

type RuleParams = { path: string; carrier?: string; libraries?: string; isGated?: boolean };

/** A contract with the libraries that only its tests watch; its tests are those of its module. */
const contractRule = ({ path, carrier = path, libraries = "-", isGated = false }: RuleParams): Rule => ({
  name: path.replace(/^.*\W/, ""),
  owns: new RegExp(`^contracts/(${path}|libraries/(${libraries}))\\.sol$`),
  carrier: `contracts/${carrier}.sol`,
  tests: new RegExp(`^contracts/${path.split("/")[0]}/`),
  isGated,
});

/** A library with tests of its own. */
const libraryRule = (file: string): Rule => {
  const test = file.replace(/\.sol$/, ".t.sol");
  const name = file.replace(/^.*\/(\w+)\.sol$/, "$1");
  return { name, owns: new RegExp(`^${file}$`), carrier: test, tests: new RegExp(`^${test}$`), isGated: false };
};

const vault = { carrier: "vault/Vault", isGated: true };

// The first that matches a file owns it; libraries with tests of their own come before these.
const rules: Rule[] = [
  contractRule({ path: "vault/Mandate", libraries: "Budget", isGated: true }),
  contractRule({ path: "vault/Auction", ...vault }),
  { ...contractRule({ path: "vault/Vault", ...vault }), owns: /^contracts\/vault\// }, // with what it is made of
  contractRule({ path: "oracle/PriceBook", libraries: "Candles|MarketCode", isGated: true }),
  contractRule({ path: "oracle/SignalFeed", libraries: "Models|Inference|Forest" }),
  contractRule({ path: "oracle/SignalAggregator" }),
  contractRule({ path: "oracle/ModelRegistry", libraries: "ModelBlob|ModelBounds" }),
  contractRule({ path: "oracle/sources/SignedSource" }),
  contractRule({ path: "oracle/sources/ChainlinkSource", libraries: "Rounds" }),
];

// No behaviour of their own, or none that a Solidity test watches.
const exempt = /^contracts\/(interfaces|access|bench|demo)\/|^contracts\/trading\/PoolFiller\.sol$/;

/** Every target of the tree; a file that belongs to none is an error, so that none is forgotten. */
export const targetsOf = (root: string): Target[] => {
  const files = readdirSync(join(root, "contracts"), { recursive: true, encoding: "utf8" })
    .map((file) => `contracts/${file}`)
    .filter((file) => /^(?!.*\.t\.sol$).*\.sol$/.test(file) && !exempt.test(file))
    .sort();
  const libraries = files.filter((file) => /\/libraries\//.test(file) && hasTests(root, file)).map(libraryRule);
  const found = new Map<string, Target>();
  for (const file of files) {
    const owner = [...libraries, ...rules].find((candidate) => candidate.owns.test(file));
    if (owner === undefined) {
      throw new InputError(`${file} belongs to no mutation target: give it one in scripts/mutate/targets.ts.`);
    }
    const { name, carrier, tests, isGated } = owner;
    const target = found.get(name) ?? { name, carrier, tests, isGated, files: [] };
    target.files.push(file);
    found.set(name, target);
  }
  return [...found.values()];
};

/** The targets of these names; when none is named, all that are gated, or all there are. */
export const chosenTargets = (targets: Target[], names: string[], all: boolean): Target[] => {
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) {
    throw new InputError(
      `--contract ${unknown} is unknown: choose from ${targets.map(({ name }) => name).join(", ")}.`,
    );
  }
  if (names.length > 0) return targets.filter(({ name }) => names.includes(name));
  return targets.filter(({ isGated }) => isGated || all);
};

/** The file beside it may also be a bare harness for tests elsewhere. */
const hasTests = (root: string, file: string): boolean => {
  const test = join(root, file.replace(/\.sol$/, ".t.sol"));
  return existsSync(test) && /function test/.test(readFileSync(test, "utf8"));
};

// `npm run bench`: what things cost, each beside what does the same, measured in one run on a chain in this process.
import { parseArgs } from "node:util";
import { measureApp } from "./bench/app.ts";
import { measureAuction } from "./bench/auction.ts";
import { measureEngines } from "./bench/engines.ts";
import { measureIndexer } from "./bench/indexer.ts";
import { measureForestRounds, measureInference } from "./bench/inference.ts";
import { measureInferenceApi } from "./bench/inference-api.ts";
import { measureKeepers } from "./bench/keepers.ts";
import { boundedFigures, type Kind, type Line, missed, type Peer, row } from "./bench/line.ts";
import { measureMaths } from "./bench/maths.ts";
import { measureOracle } from "./bench/oracle.ts";
import { measurePrices } from "./bench/prices.ts";
import { measureSignal } from "./bench/signal.ts";
import { measureSize } from "./bench/size.ts";
import { measureTraining } from "./bench/training.ts";
import { measureVault } from "./bench/vault.ts";
import { startWorld } from "./bench/world.ts";

const usage = `npm run bench -- [options]

  --json          one JSON object a line on standard output instead of a table
  --only <kind>   gas: what the chain charges; time: how fast the services are; app: what the app costs to open
                  (default: all)
  --help          print this

Exits with 1 when a figure is missing or gas misses its bound. A time that misses its bound is said, but other programs
on the same machine may be the reason.`;

const allKinds: Kind[] = ["gas", "time", "app"];

const options = { json: { type: "boolean" }, only: { type: "string" }, help: { type: "boolean" } } as const;

const readArgs = (args: string[]) => {
  try {
    const { json, only, help } = parseArgs({ args, options }).values;
    const kinds = only === undefined ? allKinds : allKinds.filter((kind) => kind === only);
    if (kinds.length === 0) throw new Error(`--only ${only} is none of ${allKinds.join(", ")}`);
    return { json, kinds, help };
  } catch (error) {
    console.error(`${(error as Error).message.split(". ")[0]}. Run \`npm run bench -- --help\` for the options.`);
    process.exit(1);
  }
};

type Say = (line: Line) => void; // hears of each figure at once

/** Measures every contract, each on the same fresh chain. */
const measureGas = async (say: Say): Promise<Line[]> => {
  const world = await startWorld();
  const lines: Line[] = [];
  const area = async (name: string, measure: () => Promise<Line[]>): Promise<void> => {
    console.error(`measuring ${name}`);
    const measured = await world.protocol.chain.undone(measure);
    measured.forEach(say);
    lines.push(...measured);
  };
  const peer = (name: string, of: string): Peer => {
    const line = lines.find((candidate) => candidate.name === of);
    if (line === undefined) throw new Error(`${of} was not measured`);
    return { name, value: line.value };
  };

  await area("prices", () => measurePrices(world));
  const transfer = peer("ERC-20 transfer", "erc20.transfer.gas");
  const report = peer("four-signer price report, executed", "price.report.core.gas");
  await area("signals", () => measureSignal(world, { transfer, report }));
  await area("a forest's signals", async () => [await measureForestRounds(world, transfer)]);
  await area("maths", () => measureMaths(world));
  await area("inference", () => measureInference(world));
  await area("the vault", () => measureVault(world));
  await area("auctions", () => measureAuction(world, transfer));
  await area("the contracts' size", measureSize);
  await world.protocol.close();
  return lines;
};

const services: [name: string, measure: () => Promise<Line[]>][] = [
  ["training", measureTraining],
  ["engines", measureEngines],
  ["the inference API", measureInferenceApi],
  ["the oracle network", measureOracle],
  ["keepers", measureKeepers],
  ["the indexer", measureIndexer],
];

const pages: typeof services = [["the app", measureApp]];

/** Measures one after the other, so that none takes time from another. */
const measureEach = async (areas: typeof services, say: Say): Promise<Line[]> => {
  const lines: Line[] = [];
  for (const [name, measure] of areas) {
    console.error(`measuring ${name}`);
    const measured = await measure();
    measured.forEach(say);
    lines.push(...measured);
  }
  return lines;
};

const { json, kinds, help } = readArgs(process.argv.slice(2));
if (help) {
  console.log(usage);
} else {
  const say = (line: Line) => console.log(json ? JSON.stringify(line) : row(line));
  const lines: Line[] = [];
  if (kinds.includes("gas")) lines.push(...(await measureGas(say)));
  if (kinds.includes("time")) lines.push(...(await measureEach(services, say)));
  if (kinds.includes("app")) lines.push(...(await measureEach(pages, say)));
  const unmeasured = kinds.flatMap(boundedFigures).filter((name) => !lines.some((line) => line.name === name));
  const misses = lines.flatMap((line) => {
    const sentence = missed(line);
    return sentence === undefined ? [] : [{ sentence, isTime: line.isTime ?? false }];
  });
  for (const { sentence } of misses) console.error(sentence);
  for (const name of unmeasured) console.error(`${name} was not measured.`);
  process.exitCode = unmeasured.length > 0 || misses.some(({ isTime }) => !isTime) ? 1 : 0;
}

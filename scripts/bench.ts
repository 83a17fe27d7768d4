// `npm run bench`: what things cost, each beside what does the same, measured in one run on a chain in this process.
import { parseArgs } from "node:util";
import { measureAuction } from "./bench/auction.ts";
import { measureForestRounds, measureInference } from "./bench/inference.ts";
import { boundedFigures, type Line, missed, type Peer, row } from "./bench/line.ts";
import { measureMaths } from "./bench/maths.ts";
import { measurePrices } from "./bench/prices.ts";
import { measureSignal } from "./bench/signal.ts";
import { measureVault } from "./bench/vault.ts";
import { startWorld } from "./bench/world.ts";

const usage = `npm run bench -- [options]

  --json   one JSON object a line on standard output instead of a table
  --help   print this

Exits with 1 when a figure misses its bound.`;

const options = { json: { type: "boolean" }, help: { type: "boolean" } } as const;

const readArgs = (args: string[]) => {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    console.error(`${(error as Error).message.split(". ")[0]}. Run \`npm run bench -- --help\` for the options.`);
    process.exit(1);
  }
};

/** Measures every area, each on the same fresh chain; `say` hears of each figure at once. */
const bench = async (say: (line: Line) => void): Promise<Line[]> => {
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
  await world.protocol.close();
  return lines;
};

const { json, help } = readArgs(process.argv.slice(2));
if (help) {
  console.log(usage);
} else {
  const lines = await bench((line) => console.log(json ? JSON.stringify(line) : row(line)));
  const unmeasured = boundedFigures.filter((name) => !lines.some((line) => line.name === name));
  const faults = [
    ...lines.flatMap((line) => missed(line) ?? []),
    ...unmeasured.map((name) => `${name} was not measured.`),
  ];
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

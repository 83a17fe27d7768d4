// `npm run analyse`: static analysis of the contracts. High and medium findings must be explained in docs/assurance.md.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InputError } from "@aibot/kit/errors";
import { writeBuildInfo } from "./analyse/build-info.ts";
import { type Finding, installSlither, runSlither } from "./analyse/slither.ts";
import { triage } from "./analyse/triage.ts";

const root = join(import.meta.dirname, "..");

const usage = `npm run analyse -- [options]

  --all    print low, informational and explained findings as well
  --help   print this

Exit code 1 when a high or medium finding is not explained in docs/assurance.md, or when one explained there is gone.`;

const readArgs = (args: string[]) => {
  try {
    return parseArgs({ args, options: { all: { type: "boolean" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    const reason = (error as Error).message.split(". ")[0] ?? "";
    throw new InputError(`${reason}. Run \`npm run analyse -- --help\` for the options.`);
  }
};

const isGrave = ({ impact }: Finding) => impact === "High" || impact === "Medium";

const show = ({ impact, detector, where, description }: Finding) =>
  console.log(`${impact} · ${detector} · ${where}\n  ${description.replaceAll("\n", "\n  ")}\n`);

const analyse = (folder: string, all: boolean): number => {
  const installed = installSlither(root);
  if (installed.kind === "missing") {
    console.log(`Static analysis skipped: Slither cannot be installed here (${installed.reason}).`);
    return 0;
  }
  writeBuildInfo(root, folder);
  const findings = runSlither(installed.program, folder);
  const document = join(root, "docs/assurance.md");
  const grave = findings.filter(isGrave);
  const { explained, unexplained, stale } = triage(grave, existsSync(document) ? readFileSync(document, "utf8") : "");
  for (const finding of all ? findings : unexplained) show(finding);
  for (const line of stale) console.error(`docs/assurance.md explains ${line}, which is not found any more.`);
  const minor = findings.length - grave.length;
  console.log(
    `${grave.length} high or medium findings, ${explained.length} of them explained, and ${minor} minor ones`,
  );
  return unexplained.length + stale.length === 0 ? 0 : 1;
};

const folder = mkdtempSync(join(tmpdir(), "aibot-analyse-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(1));

try {
  const { all, help } = readArgs(process.argv.slice(2));
  if (help) console.log(usage);
  else process.exitCode = analyse(folder, all ?? false);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}

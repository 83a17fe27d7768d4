// How much Solidity an auditor has to read.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { figure, type Line } from "./line.ts";

const CONTRACTS = join(import.meta.dirname, "..", "..", "contracts");
const BESIDE_CORE = [/\.t\.sol$/, /^bench\//, /^demo\//]; // tests, meters, and what only the local chain has

/** Lines that hold code: neither blank nor nothing but a comment. */
export const codeLines = (source: string): number =>
  source
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "").length;

export const measureSize = async (): Promise<Line[]> => {
  const paths = await readdir(CONTRACTS, { recursive: true });
  const core = paths.filter((path) => path.endsWith(".sol") && !BESIDE_CORE.some((pattern) => pattern.test(path)));
  const counts = await Promise.all(core.map(async (path) => codeLines(await readFile(join(CONTRACTS, path), "utf8"))));
  const value = counts.reduce((sum, count) => sum + count, 0);
  return [figure({ name: "contracts.core.lines", value, unit: "lines" })];
};

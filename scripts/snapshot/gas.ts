// Gas of the hot paths: the figures of the bench, which measures whole transactions by name.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { table } from "./table.ts";

export type Figure = { name: string; value: number; unit: string };

/** One text per area, which is the first word of a figure's name. */
export const formatGas = (figures: Figure[]): Map<string, string> => {
  const areas = Map.groupBy(
    figures.filter(({ unit }) => unit === "gas"),
    ({ name }) => name.split(".")[0] ?? name,
  );
  const text = (area: Figure[]) =>
    `${table(area.map(({ name, value }) => [name.replace(/\.gas$/, ""), value.toLocaleString("en-US")])).join("\n")}\n`;
  return new Map([...areas].map(([name, area]) => [name, text(area)]));
};

/** Runs the bench; a figure above its bound is the bench's own concern. */
export const measureGas = (root: string): Figure[] => {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/bench.ts"), "--only", "gas", "--json"], {
    cwd: root,
    encoding: "utf8",
  });
  const figures = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Figure => JSON.parse(line));
  if (figures.length === 0) throw new InputError(`The bench measured nothing:\n${stderr.trim()}`);
  return figures;
};

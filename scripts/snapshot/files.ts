// Snapshots on disk: written, or compared with what they should be.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export type Snapshots = Map<string, string>; // path from the folder of all snapshots → text

/** What lies under `part` is exactly these afterwards. */
export const writeSnapshots = (folder: string, part: string, snapshots: Snapshots): void => {
  for (const path of present(folder, part)) if (!snapshots.has(path)) rmSync(join(folder, path));
  for (const [path, text] of snapshots) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** A sentence or a few changed lines for each snapshot that is not as it should be. */
export const compareSnapshots = (folder: string, part: string, snapshots: Snapshots): string[] => {
  const stale = present(folder, part).filter((path) => !snapshots.has(path));
  const changed = [...snapshots].flatMap(([path, text]) => {
    const file = join(folder, path);
    if (!existsSync(file)) return [`${path} is missing`];
    const stored = readFileSync(file, "utf8");
    return stored === text ? [] : [`${path} differs:\n${changedLines(stored, text).join("\n")}`];
  });
  return [...stale.map((path) => `${path} belongs to nothing any more`), ...changed];
};

const changedLines = (stored: string, text: string): string[] => {
  const [before, after] = [stored.split("\n"), text.split("\n")];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
  ];
};

const present = (folder: string, part: string): string[] => {
  const place = join(folder, part);
  if (part.endsWith(".txt")) return existsSync(place) ? [part] : [];
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".txt"))
    .map((file) => relative(folder, join(place, file)));
};

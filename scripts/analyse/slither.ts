// Slither, installed once into the clone with the exact packages of requirements.txt, and what it finds.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Impact = "High" | "Medium" | "Low" | "Informational" | "Optimization";

export type Finding = {
  detector: string;
  impact: Impact;
  where: string; // Contract.function, or what there is of it
  description: string;
};

export type Installed = { kind: "ready"; program: string } | { kind: "missing"; reason: string };

const requirements = join(import.meta.dirname, "requirements.txt");

/** Installs what is missing; a machine without Python or a package index is told so instead of failing. */
export const installSlither = (root: string): Installed => {
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(root, "node_modules/.cache/tools", `slither-${hash}`);
  const stamp = join(folder, ".installed");
  const program = join(folder, "bin/slither");
  if (existsSync(stamp)) return { kind: "ready", program };

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "-r", requirements];
  const steps: [command: string, args: string[]][] = [
    ["python3", ["-m", "venv", folder]],
    [join(folder, "bin/python"), pip],
  ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    return { kind: "missing", reason: error?.message ?? lastLine(stderr) };
  }
  writeFileSync(stamp, "");
  return { kind: "ready", program };
};

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

type Element = { type: string; name: string; type_specific_fields?: { parent?: Element } };
type Detected = { check: string; impact: Impact; description: string; elements: Element[] };

/** Runs every detector over the Hardhat project in `folder`. */
export const runSlither = (program: string, folder: string): Finding[] => {
  const result = join(folder, "findings.json");
  const args = [".", "--ignore-compile", "--compile-force-framework", "hardhat", "--filter-paths", "node_modules"];
  const { status, stderr } = spawnSync(program, [...args, "--json", result, "--fail-none"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0 || !existsSync(result)) throw new Error(`Slither failed: ${lastLine(stderr)}`);
  const { results } = JSON.parse(readFileSync(result, "utf8")) as { results: { detectors?: Detected[] } };
  return (results.detectors ?? []).map(({ check, impact, description, elements }) => ({
    detector: check,
    impact,
    where: elements[0] === undefined ? "" : placeOf(elements[0]),
    description: description.trim(),
  }));
};

/** The contract and the function, whatever is inside them. */
const placeOf = (element: Element): string => {
  const names: string[] = [];
  for (let at: Element | undefined = element; at !== undefined; at = at.type_specific_fields?.parent) {
    if (at.type === "contract" || at.type === "function") names.unshift(at.name);
  }
  return names.join(".") || element.name;
};

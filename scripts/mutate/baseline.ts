// The project every mutant starts from, built and tested once.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { run, writeCompiler } from "./forge.ts";
import { layOut } from "./project.ts";

export type Baseline = { project: string; skipped: string[] };

export type BaselineParams = { root: string; folder: string; forge: string; tests: RegExp };

/**
 * Lays out and builds a project with these tests in `folder`. Tests that count storage writes or gas may need the
 * optimizer, which mutants do without; these are named and left out.
 */
export const buildBaseline = async ({ root, folder, forge, tests }: BaselineParams): Promise<Baseline> => {
  const project = join(folder, "project");
  mkdirSync(project, { recursive: true });
  const params = { root, folder: project, compiler: writeCompiler(root, folder), tests };

  layOut({ ...params, skipped: [] });
  const skipped = await failingTests(project, forge);
  if (skipped.length === 0) return { project, skipped };
  layOut({ ...params, skipped });
  const failing = await failingTests(project, forge);
  if (failing.length > 0) throw new InputError(`Tests fail without any mutation: ${failing.join(", ")}.`);
  return { project, skipped };
};

const failingTests = async (project: string, forge: string): Promise<string[]> => {
  const built = await run({ command: forge, args: ["build"], folder: project });
  if (built.code !== 0) throw new InputError(`forge cannot build the contracts:\n${built.output.trim()}`);
  const { code, output } = await run({ command: forge, args: ["test"], folder: project });
  // The name comes at the end of what is said about a failure: "[FAIL: reason] name(uint256) (runs: 8, …".
  const names = [...output.matchAll(/^\[FAIL\b[\s\S]*?\b(\w+)\([^)]*\) \((?:runs|gas): /gm)].map(
    ([, name = ""]) => name,
  );
  if (code !== 0 && names.length === 0) throw new InputError(`forge cannot run the tests:\n${output.trim()}`);
  return [...new Set(names)];
};

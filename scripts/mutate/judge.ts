// Decides about mutants: whether each is one, and whether a test notices it.
import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { type Compiled, type CompileResult, type Compiler, startCompiler } from "./compiler.ts";
import { run } from "./forge.ts";
import { type Mutant, mutantsOf, sampleOf } from "./mutants.ts";
import { install, placeOf } from "./project.ts";
import type { Target } from "./targets.ts";

export type Verdict =
  | "invalid" // does not compile
  | "same" // compiles to what the original or an earlier mutant compiles to
  | "killed"
  | "survived";

export type Judged = { mutant: Mutant; verdict: Verdict };
export type Result = { target: Target; total: number; judged: Judged[]; seconds: number };

export type JudgeParams = {
  project: string; // built, and its tests pass
  folder: string; // for copies of it
  forge: string;
  workers: number;
  sample: number | undefined;
  onProgress: (done: number, of: number) => void;
};

const originalTimeoutMs = 1_800_000; // on a busy machine too: nothing to compare with yet
const minTimeoutMs = 60_000;

// Most mutants fall to the few runs that the project asks for; what survives these meets more.
const quick = {};
const thorough = { FOUNDRY_FUZZ_RUNS: "128", FOUNDRY_INVARIANT_RUNS: "8", FOUNDRY_INVARIANT_DEPTH: "50" };

type Slot = { folder: string; compiler: Compiler };
type Context = JudgeParams & {
  target: Target;
  seen: Set<string>;
  timeoutMs: number;
  optimized?: Promise<CompileResult>;
};

/** Judges the mutants of one target, several at a time. */
export const judgeTarget = async (target: Target, params: JudgeParams): Promise<Result> => {
  const started = performance.now();
  const slots = Array.from({ length: params.workers }, (_, index): Slot => {
    const folder = join(params.folder, `${target.name}-${index}`);
    cpSync(params.project, folder, { recursive: true, verbatimSymlinks: true });
    return { folder, compiler: startCompiler(params.project) };
  });
  try {
    const context: Context = { ...params, target, seen: new Set(), timeoutMs: originalTimeoutMs };
    const all = await listMutants(target, slots[0] as Slot);
    context.timeoutMs = await checkOriginal(slots[0] as Slot, context);
    const chosen = params.sample === undefined ? all : sampleOf(all, params.sample);
    const judged = await judgeAll(chosen, slots, context);
    return { target, total: all.length, judged, seconds: (performance.now() - started) / 1000 };
  } finally {
    await Promise.all(slots.map(({ compiler }) => compiler.stop()));
    for (const { folder } of slots) rmSync(folder, { recursive: true, force: true });
  }
};

const listMutants = async ({ files }: Target, { compiler, folder }: Slot): Promise<Mutant[]> => {
  const compiled = await compiler.compile({ sources: {}, output: files, isOptimized: false, ast: true });
  if (compiled.kind === "invalid") throw new InputError(`The contracts do not compile:\n${compiled.message}`);
  return files.flatMap((file) => {
    const ast = compiled.asts[file];
    return ast === undefined ? [] : mutantsOf(file, readFileSync(join(folder, file), "utf8"), ast);
  });
};

/** The tests must pass on the original as the mutants are built; returns how long a mutant's tests may take. */
const checkOriginal = async (slot: Slot, context: Context): Promise<number> => {
  const compiled = await compileWith(slot, context, {}, false);
  if (compiled.kind === "invalid") throw new InputError(`The contracts do not compile:\n${compiled.message}`);
  context.seen.add(hashOf(compiled.contracts));
  install(slot.folder, compiled.contracts);
  const started = performance.now();
  const { code, output } = await runTests(slot, context, thorough);
  if (code !== 0) throw new InputError(`The tests fail without any mutation:\n${output.trim()}`);
  return Math.max(minTimeoutMs, Math.ceil(20 * (performance.now() - started)));
};

const judgeAll = async (mutants: Mutant[], slots: Slot[], context: Context): Promise<Judged[]> => {
  const judged: Judged[] = [];
  let next = 0;
  const work = async (slot: Slot) => {
    while (next < mutants.length) {
      const index = next++;
      const mutant = mutants[index] as Mutant;
      judged[index] = { mutant, verdict: await judge(mutant, slot, context) };
      context.onProgress(judged.filter(Boolean).length, mutants.length);
    }
  };
  await Promise.all(slots.map(work));
  return judged;
};

const judge = async (mutant: Mutant, slot: Slot, context: Context): Promise<Verdict> => {
  const changed = { [mutant.file]: mutant.text };
  const compiled = await compileWith(slot, context, changed, false);
  if (compiled.kind === "invalid") return "invalid";
  const hash = hashOf(compiled.contracts);
  if (context.seen.has(hash)) return "same";
  context.seen.add(hash);
  install(slot.folder, compiled.contracts);
  for (const runs of [quick, thorough]) {
    const { code, output, isTimeout } = await runTests(slot, context, runs);
    if (isTimeout || /\[FAIL\b/.test(output)) return "killed";
    if (code !== 0) throw new Error(`forge failed: ${output.trim()}`);
  }
  return (await isSameOptimized(changed, slot, context)) ? "same" : "survived";
};

/** The optimizer sees some equivalences, for example of `> 0` and `!= 0`; it is slow, so only survivors are asked. */
const isSameOptimized = async (changed: Record<string, string>, slot: Slot, context: Context): Promise<boolean> => {
  context.optimized ??= compileWith(slot, context, {}, true);
  const original = await context.optimized;
  const mutated = await compileWith(slot, context, changed, true);
  if (original.kind === "invalid" || mutated.kind === "invalid") return false;
  return hashOf(original.contracts) === hashOf(mutated.contracts);
};

const compileWith = (
  { compiler }: Slot,
  { target }: Context,
  sources: Record<string, string>,
  isOptimized: boolean,
): Promise<CompileResult> => compiler.compile({ sources, output: [placeOf(target.carrier)], isOptimized });

const runTests = ({ folder }: Slot, { forge, timeoutMs }: Context, env: Record<string, string>) =>
  run({ command: forge, args: ["test", "--fail-fast"], folder, env, timeoutMs });

const hashOf = (contracts: Compiled[]): string => createHash("sha256").update(JSON.stringify(contracts)).digest("hex");

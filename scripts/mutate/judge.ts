// Decides about mutants: whether each is one, and whether a test notices it.
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
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
  | "endless" // its tests use many times the processor time of the original's; counts as killed
  | "survived";

export type Judged = { mutant: Mutant; verdict: Verdict };
export type Result = { target: Target; total: number; judged: Judged[]; seconds: number };

export type JudgeParams = {
  project: string; // built, and its tests pass
  folder: string; // for copies of it
  forge: string;
  workers: number;
  sample: number | undefined;
  lines: number[]; // only mutants of these; of all when empty
  isExplained: (mutant: Mutant) => boolean;
  onJudged: (judged: Judged, done: number, of: number) => void;
};

const minProcessorSeconds = 60;

// Most mutants fall to the few runs of each fuzz test that the project asks for; what survives these meets more.
const quick = {};
const thorough = { FOUNDRY_FUZZ_RUNS: "32", FOUNDRY_INVARIANT_RUNS: "4", FOUNDRY_INVARIANT_DEPTH: "50" };

type Slot = { folder: string; compiler: Compiler };
type Context = JudgeParams & {
  target: Target;
  seen: Set<string>;
  processorSeconds?: number;
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
    const context: Context = { ...params, target, seen: new Set() };
    const all = await listMutants(target, slots[0] as Slot);
    context.processorSeconds = await checkOriginal(slots[0] as Slot, context);
    const wanted = params.lines.length === 0 ? all : all.filter(({ line }) => params.lines.includes(line));
    const chosen = params.sample === undefined ? wanted : sampleOf(wanted, params.sample);
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

/**
 * The tests must pass on the original as the mutants are built; returns the processor time that a mutant's tests may use:
 * at least five times what the original's did, which is at most the time that passed on every processor.
 */
const checkOriginal = async (slot: Slot, context: Context): Promise<number> => {
  const compiled = await compileWith(slot, context, {}, false);
  if (compiled.kind === "invalid") throw new InputError(`The contracts do not compile:\n${compiled.message}`);
  context.seen.add(hashOf(compiled.contracts));
  install(slot.folder, compiled.contracts);
  const started = performance.now();
  const { code, output } = await runTests(slot, context, thorough);
  if (code !== 0) throw new InputError(`The tests fail without any mutation:\n${output.trim()}`);
  const passedSeconds = (performance.now() - started) / 1000;
  return Math.max(minProcessorSeconds, Math.ceil(5 * availableParallelism() * passedSeconds));
};

const judgeAll = async (mutants: Mutant[], slots: Slot[], context: Context): Promise<Judged[]> => {
  const judged: Judged[] = [];
  let next = 0;
  const work = async (slot: Slot) => {
    while (next < mutants.length) {
      const index = next++;
      const mutant = mutants[index] as Mutant;
      const item = { mutant, verdict: await judge(mutant, slot, context) };
      judged[index] = item;
      context.onJudged(item, judged.filter(Boolean).length, mutants.length);
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

  for (const selection of selections(mutant, slot)) {
    const verdict = await test(slot, context, quick, selection);
    if (verdict !== undefined) return verdict;
  }
  if (await isSameOptimized(changed, slot, context)) return "same";
  if (context.isExplained(mutant)) return "survived"; // nobody expects a test to notice
  return (await test(slot, context, thorough)) ?? "survived";
};

/** Tests in the order in which they are asked: the file beside, which kills most; those that are cheap; all. */
const selections = ({ file }: Mutant, { folder }: Slot): string[][] => {
  const beside = placeOf(file.replace(/\.sol$/, ".t.sol"));
  const cheap = ["--no-match-path", "tests/**/*{Invariants,Properties}.t.sol"];
  return [...(existsSync(join(folder, beside)) ? [["--match-path", beside]] : []), cheap, []];
};

/** Undefined when no test notices. */
const test = async (
  slot: Slot,
  context: Context,
  runs: Record<string, string>,
  selection: string[] = [],
): Promise<Verdict | undefined> => {
  const { code, output, isEndless } = await runTests(slot, context, runs, selection);
  if (isEndless) return "endless";
  if (/\[FAIL\b/.test(output)) return "killed";
  if (code !== 0) throw new Error(`forge failed: ${output.trim()}`);
  return undefined;
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

const runTests = (
  { folder }: Slot,
  { forge, processorSeconds }: Context,
  env: Record<string, string>,
  selection: string[] = [],
) => run({ command: forge, args: ["test", "--fail-fast", ...selection], folder, env, processorSeconds });

const hashOf = (contracts: Compiled[]): string => createHash("sha256").update(JSON.stringify(contracts)).digest("hex");

// The compiler in a thread of its own: warm, so that a mutant takes half a second instead of three.
import { parentPort, Worker, workerData } from "node:worker_threads";
import type { Node } from "./ast.ts";
import { type Import, loadSolc, readImport } from "./solc.ts";

export type CompileRequest = {
  sources: Record<string, string>; // file → content; every other file is read from the project
  output: string[]; // files whose contracts are wanted
  isOptimized: boolean; // as deployed; otherwise as fast as possible
  ast?: boolean;
};

export type Code = { object: string; linkReferences: object };
export type Compiled = { file: string; name: string; creation: Code; runtime: Code };
export type CompileResult =
  | { kind: "invalid"; message: string }
  | { kind: "compiled"; contracts: Compiled[]; asts: Record<string, Node> };

export type Compiler = { compile: (request: CompileRequest) => Promise<CompileResult>; stop: () => Promise<number> };

/** A compiler of the project in `folder`; one request at a time. */
export const startCompiler = (folder: string): Compiler => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder } });
  return {
    compile: (request) =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners();
        worker.once("message", resolve).once("error", reject);
        worker.postMessage(request);
      }),
    stop: () => worker.terminate(),
  };
};

export const remappings = ["forge-std/=node_modules/@uniswap/v4-core/lib/forge-std/src/"];

const outputs = ["bytecode", "deployedBytecode"].flatMap((code) => [
  `evm.${code}.object`,
  `evm.${code}.linkReferences`,
]);

type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  sources?: Record<string, { ast: Node }>;
  contracts?: Record<string, Record<string, { evm: { bytecode: Code; deployedBytecode: Code } }>>;
};

const serve = (folder: string) => {
  const solc = loadSolc();
  const files = new Map<string, Import>();

  const read = (path: string): Import => {
    const found = files.get(path) ?? readImport(folder, path);
    files.set(path, found);
    return found;
  };

  const compile = ({ sources, output, isOptimized, ast }: CompileRequest): CompileResult => {
    const wanted = output.map((file) => [file, ast ? { "": ["ast"] } : { "*": outputs }]);
    const input = {
      language: "Solidity",
      sources: {
        ...Object.fromEntries(output.map((file) => [file, { content: contentOf(read(file)) }])),
        ...Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
      },
      settings: {
        optimizer: { enabled: isOptimized, runs: 200 },
        evmVersion: "cancun",
        metadata: { appendCBOR: false },
        remappings,
        outputSelection: Object.fromEntries(wanted),
      },
    };
    const result: Output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
    const fault = result.errors?.find(({ severity }) => severity === "error");
    if (fault !== undefined) return { kind: "invalid", message: fault.formattedMessage };
    const contracts = Object.entries(result.contracts ?? {}).flatMap(([file, named]) =>
      Object.entries(named).map(([name, { evm }]) => ({
        file,
        name,
        creation: evm.bytecode,
        runtime: evm.deployedBytecode,
      })),
    );
    const asts = Object.fromEntries(Object.entries(result.sources ?? {}).map(([file, source]) => [file, source.ast]));
    return { kind: "compiled", contracts, asts };
  };

  parentPort?.on("message", (request: CompileRequest) => parentPort?.postMessage(compile(request)));
};

const contentOf = (found: Import): string => ("contents" in found ? found.contents : "");

if (workerData?.folder !== undefined) serve(workerData.folder);

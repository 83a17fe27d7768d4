// Starts, watches, restarts and stops the programs of a run. Each writes to its own log file.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeExit, fateOf, firstDelayMs, nextDelay } from "./restarts.ts";

export type Program = {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  restart: boolean; // start again when it dies without having given up (exit code 1)
  foundation?: boolean; // others rely on it: stopped after them
  stopBy?: "input"; // by the end of its standard input; otherwise by SIGTERM
  messages?: (message: unknown) => void; // opens a message channel to the program
};

export type Running = { name: string; pid: () => number | undefined; send: (message: object) => void };

const graceMs = 30_000; // a long chain takes seconds to write its state

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

const exit = (child: ChildProcess) =>
  new Promise<void>((resolve) => (ended(child) ? resolve() : child.once("exit", () => resolve())));

/** Each program leads a group, so that what it has started ends with it. */
const killGroup = ({ pid }: ChildProcess) => {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
};

export type Processes = ReturnType<typeof createProcesses>;

export type ProcessesParams = {
  logDir: string;
  onPids: (pids: Record<string, number>) => void; // by name, after every start
  onRestart: (name: string, why: string) => void;
  onGivenUp: (name: string, sentence: string) => void; // a program cannot go on; the sentence is the last one it wrote
};

export const createProcesses = ({ logDir, onPids, onRestart, onGivenUp }: ProcessesParams) => {
  mkdirSync(logDir, { recursive: true });
  const slots: { program: Program; child: ChildProcess }[] = [];
  let stopping = false;

  const pids = () =>
    Object.fromEntries(
      slots.flatMap(({ program, child }) =>
        ended(child) || child.pid === undefined ? [] : [[program.name, child.pid] as const],
      ),
    );

  const spawnProgram = (program: Program): ChildProcess => {
    const file = openSync(join(logDir, `${program.name}.log`), "a");
    const child = spawn(program.command, program.args, {
      // A group of its own: Ctrl-C reaches this process alone, which stops the others in order. Its end of the
      // standard-input pipe closes when this process dies in any way, and the program then stops by itself.
      detached: true,
      stdio: ["pipe", file, file, ...(program.messages ? (["ipc"] as const) : [])],
      env: { ...process.env, EXIT_WITH_PARENT: "1", ...program.env },
    });
    closeSync(file);
    child.on("error", () => undefined); // spawn failures surface as an exit without code
    if (program.messages) child.on("message", program.messages);
    return child;
  };

  const watch = (slot: { program: Program; child: ChildProcess }, delayMs: number) => {
    const { name, restart } = slot.program;
    const started = performance.now();
    slot.child.once("exit", async (code, signal) => {
      const exit = { code, signal };
      const fate = fateOf(exit, restart);
      if (stopping || fate === "stays down") return;
      if (fate === "gives up") return onGivenUp(name, code === 1 ? lastSentence(logDir, name) : describeExit(exit));
      onRestart(name, describeExit(exit));
      await sleep(delayMs);
      if (stopping) return;
      slot.child = spawnProgram(slot.program);
      onPids(pids());
      watch(slot, nextDelay(delayMs, performance.now() - started));
    });
  };

  const stopChild = async ({ program, child }: { program: Program; child: ChildProcess }) => {
    if (ended(child)) return;
    if (program.stopBy === "input") child.stdin?.end();
    else child.kill("SIGTERM");
    const timer = setTimeout(() => killGroup(child), graceMs);
    await exit(child);
    clearTimeout(timer);
  };

  return {
    start: (program: Program): Running => {
      const slot = { program, child: spawnProgram(program) };
      slots.push(slot);
      onPids(pids());
      watch(slot, firstDelayMs);
      return {
        name: program.name,
        pid: () => slot.child.pid,
        send: (message) => {
          if (slot.child.connected) slot.child.send(message);
        },
      };
    },
    /** Stops everything, the programs that others rely on last; what takes longer than 30 s is killed. */
    stop: async () => {
      stopping = true;
      await Promise.all(slots.filter(({ program }) => !program.foundation).map(stopChild));
      await Promise.all(slots.map(stopChild));
    },
  };
};

/** The last thing a program wrote that is neither a log record of routine nor part of a stack. */
const lastSentence = (logDir: string, name: string): string => {
  const lines = readFileSync(join(logDir, `${name}.log`), "utf8")
    .trimEnd()
    .split("\n");
  return lines.findLast((line) => line !== "" && !/^(\s|\{|\}|Node\.js v)/.test(line)) ?? "see its log";
};

// Starts, watches, restarts and stops the programs of a run. Each writes to its own log file.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export type Program = {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  restart: boolean; // true: start again when it dies without having given up (exit code 1)
  foundation?: boolean; // others rely on it: stopped after them
  stopBy?: "input"; // by the end of its standard input; otherwise by SIGTERM
  messages?: (message: unknown) => void; // opens a message channel to the program
};

export type Running = { name: string; pid: () => number | undefined; send: (message: object) => void };

const firstDelayMs = 200;
const maxDelayMs = 5_000;
const graceMs = 30_000; // a long chain takes seconds to write its state

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

const exit = (child: ChildProcess) =>
  new Promise<void>((resolve) => (ended(child) ? resolve() : child.once("exit", () => resolve())));

/** Each program leads a group, so that what it has started ends with it. */
const killGroup = ({ pid }: ChildProcess) => {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
};

export type Processes = ReturnType<typeof createProcesses>;

type ProcessesParams = {
  logDir: string;
  onPids: (pids: number[]) => void; // after every start
  onGivenUp: (name: string, sentence: string) => void; // a program cannot go on; the sentence is the last one it wrote
};

export const createProcesses = ({ logDir, onPids, onGivenUp }: ProcessesParams) => {
  mkdirSync(logDir, { recursive: true });
  const slots: { program: Program; child: ChildProcess }[] = [];
  let stopping = false;

  const pids = () => slots.flatMap(({ child }) => (ended(child) || child.pid === undefined ? [] : [child.pid]));

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
    const started = performance.now();
    slot.child.once("exit", async (code) => {
      if (stopping || code === 0) return;
      if (!slot.program.restart || code === 1)
        return onGivenUp(slot.program.name, lastSentence(logDir, slot.program.name));
      await sleep(delayMs);
      if (stopping) return;
      slot.child = spawnProgram(slot.program);
      onPids(pids());
      const lastedLong = performance.now() - started > 60_000;
      watch(slot, lastedLong ? firstDelayMs : Math.min(delayMs * 2, maxDelayMs));
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

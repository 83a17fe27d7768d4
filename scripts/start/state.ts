// The ignored folder that makes the next start continue where this one stopped.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";

export type State = {
  dir: string;
  logs: string;
  database: string;
  chainDir: (id: number) => string;
  /** Remembers the programs of this run, so that the next one can end what a kill -9 left behind. */
  savePids: (pids: Record<string, number>) => void;
  release: () => void;
};

type OpenStateParams = { dir: string; reset: boolean; fingerprint: string };

/** Takes the folder for this process; throws a sentence when that is impossible. */
export const openState = ({ dir, reset, fingerprint }: OpenStateParams): State => {
  const lock = join(dir, "lock");
  const pidsFile = join(dir, "pids.json");
  const marker = join(dir, "run.json");
  makeDir(dir);
  const owner = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : undefined;
  if (owner !== undefined && isOurs(owner)) {
    throw new InputError(`Another run (process ${owner}) uses ${dir}: stop it first or choose a folder with --state.`);
  }
  endLeftovers(pidsFile);
  if (reset) {
    rmSync(dir, { recursive: true, force: true });
    makeDir(dir);
  }
  if (existsSync(marker) && JSON.parse(readFileSync(marker, "utf8")).fingerprint !== fingerprint) {
    throw new InputError(
      `${dir} holds a run with other data or options: add --reset to begin anew or choose a folder with --state.`,
    );
  }
  writeFileSync(lock, String(process.pid));
  writeFileSync(marker, JSON.stringify({ fingerprint }));
  return {
    dir,
    logs: join(dir, "logs"),
    database: join(dir, "database"),
    chainDir: (id) => join(dir, `chain-${id}`),
    savePids: (pids) => {
      writeFileSync(`${pidsFile}.new`, JSON.stringify(pids));
      renameSync(`${pidsFile}.new`, pidsFile); // whoever reads it while it is written sees the former one
    },
    release: () => {
      rmSync(pidsFile, { force: true });
      rmSync(lock, { force: true });
    },
  };
};

const makeDir = (dir: string) => {
  try {
    if (!existsSync(dir)) mkdirSync(dir); // not its parents: below /proc that loops for ever
    writeFileSync(join(dir, ".writable"), "");
    rmSync(join(dir, ".writable"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`${dir} cannot be written (${code}): make it writable or choose a folder with --state.`);
  }
};

const root = join(import.meta.dirname, "../..");

/** Whether `pid` is alive and runs something of this project; a number that was given out again does not count. */
const isOurs = (pid: number): boolean => {
  if (pid === process.pid) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(root);
  } catch {
    return false; // no such process
  }
};

const endLeftovers = (pidsFile: string) => {
  if (!existsSync(pidsFile)) return;
  for (const pid of Object.values(JSON.parse(readFileSync(pidsFile, "utf8")) as Record<string, number>))
    if (isOurs(pid)) process.kill(pid, "SIGKILL");
  rmSync(pidsFile);
};

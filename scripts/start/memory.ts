// How much memory a tree of processes holds.
import { readdirSync, readFileSync } from "node:fs";

type Entry = { pid: number; parent: number; residentKiB: number };

/** Resident memory in MiB of `rootPid` and every descendant, shared pages counted in each process that maps them. */
export const residentMiB = (rootPid: number): number => {
  const entries = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? readEntry(Number(name)) : []));
  const tree = new Set([rootPid]);
  // A child's pid may be smaller than its parent's, so sweep until nothing is added.
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const { pid, parent } of entries) if (tree.has(parent)) tree.add(pid);
  }
  const total = entries.reduce((sum, { pid, residentKiB }) => sum + (tree.has(pid) ? residentKiB : 0), 0);
  return Math.round(total / 1024);
};

const readEntry = (pid: number): Entry[] => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return [{ pid, parent: field("PPid"), residentKiB: field("VmRSS") }];
  } catch {
    return []; // ended meanwhile
  }
};

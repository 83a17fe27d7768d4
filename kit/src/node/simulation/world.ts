import { DatabaseSync } from "node:sqlite";
import { type Hex, hexToString } from "viem";
import { createJournal, type Journal, JournalError } from "../journal.ts";
import { SCHEMA } from "../journal-schema.ts";
import type { Logger } from "../log.ts";
import { ancestry, createSimulatedChain, type Sent } from "./chain.ts";
import { createAnnouncer, type Faults, noFaults, viewOf } from "./node.ts";
import { createPlan, FINALITY_BLOCKS, type Plan } from "./plan.ts";
import type { WishResult } from "./verdict.ts";
import { createVirtualClock } from "./virtual-clock.ts";

/** The data of transactions that another sender makes with the key: "foreign". */
export const FOREIGN: Hex = "0x666f726569676e";

/** What is on the way through one schedule. */
export type World = {
  plan: Plan;
  clock: ReturnType<typeof createVirtualClock>;
  chain: ReturnType<typeof createSimulatedChain>;
  announcer: ReturnType<typeof createAnnouncer>;
  database: DatabaseSync;
  isCalm: boolean;
  broadcasts: Sent[];
  results: Map<string, WishResult>;
  simulated: Map<string, number>;
  orphaned: number;
  kills: number;
  log: Logger; // of every life
};

/** Which wish a transaction is for, and which try of its caller. */
export const attemptOf = (data: Hex): { key: string; tries: number } => {
  const [key = "", tries = "0"] = hexToString(data).split("#");
  return { key, tries: Number(tries) };
};

/** How the node misbehaves at this moment. */
export const faultsOf = ({ isCalm, plan, clock }: Pick<World, "isCalm" | "plan" | "clock">): Faults => {
  const { from, to, behind } = plan.outage;
  if (isCalm) return noFaults;
  return { ...plan.faults, behind: clock.now() >= from && clock.now() < to ? behind : 0 };
};

export const createWorld = (seed: number, log: Logger): World => {
  const plan = createPlan(seed);
  const { random } = plan;
  const clock = createVirtualClock();
  const statusOf = ({ data }: Sent) => {
    if (data === "0x" || data === FOREIGN) return "success";
    const { key, tries } = attemptOf(data);
    const reverts = plan.wishes.find((wish) => wish.key === key)?.reverts ?? 0;
    return tries < reverts && !(plan.isMoody && random.chance(0.5)) ? "reverted" : "success";
  };
  const chain = createSimulatedChain({ random, statusOf });
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  const world = {
    plan,
    clock,
    chain,
    database,
    isCalm: false,
    broadcasts: [],
    results: new Map(),
    simulated: new Map(),
    orphaned: 0,
    kills: 0,
    log,
  };
  const faults = () => faultsOf(world);
  return Object.assign(world, { announcer: createAnnouncer({ chain, clock, random, faults }) });
};

const WRITES = ["record", "recordEmpty", "signed", "mined", "foreign", "setState", "setGas", "takeBack"] as const;

export type MortalParams = { world: World; stop: AbortController; lastWrite: number };

/** A journal on a disk that is full at times, of a process that dies right after its last write. */
export const mortalJournal = ({ world, stop, lastWrite }: MortalParams): Journal => {
  const journal = createJournal(world.database);
  let left = lastWrite;
  const wrap = (write: (...args: never[]) => unknown) =>
    ((...args: never[]) => {
      stop.signal.throwIfAborted();
      if (!world.isCalm && world.plan.random.chance(world.plan.faults.full)) throw new JournalError("disk full");
      const result = write(...args);
      left -= 1;
      if (left === 0) stop.abort(new Error("killed"));
      stop.signal.throwIfAborted();
      return result;
    }) as never;
  return { ...journal, ...Object.fromEntries(WRITES.map((name) => [name, wrap(journal[name] as never)])) };
};

/** Whether an effect of this key is in the chain, deep enough to stay there, as a caller sees it through such a node. */
export const effectOf = (world: World, key: string): "final" | "there" | "absent" => {
  const view = viewOf({ chain: world.chain, random: world.plan.random, faults: () => faultsOf(world) });
  const { number } = view.head;
  for (const { sent, head } of ancestry(view)) {
    const isHere = sent.some(
      ({ transaction, status }) => status === "success" && attemptOf(transaction.data).key === key,
    );
    if (isHere) return number - head.number > FINALITY_BLOCKS ? "final" : "there";
  }
  return "absent";
};

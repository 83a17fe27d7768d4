import { type Hex, stringToHex } from "viem";
import { persist } from "../clock.ts";
import type { Logger } from "../log.ts";
import { createManager } from "../transaction-manager.ts";
import { defaultPatience } from "../transaction-state.ts";
import { parseSent, type Sent, scribe } from "./chain.ts";
import { createSimulatedNode } from "./node.ts";
import { DEEPEST_ORPHAN, FEE_CAP, FINALITY_BLOCKS, type Wish } from "./plan.ts";
import { findViolations, type Verdict } from "./verdict.ts";
import { attemptOf, createWorld, effectOf, FOREIGN, faultsOf, mortalJournal, type World } from "./world.ts";

const GWEI = 10n ** 9n;
const ACCOUNT: Hex = "0x00000000000000000000000000000000000000aa";
const CALLEE: Hex = "0x00000000000000000000000000000000000000bb";
const CALM_LIMIT_MS = 900_000;
const MOST_TRIES = 60;

const patience = { ...defaultPatience, replaceAfterMs: 10_000, foreignAfterMs: 60_000, mendAfterMs: 5_000 };

type Life = { send: Awaited<ReturnType<typeof createManager>>["send"]; pending: () => number; stop: AbortController };

const startLife = async (world: World, stop: AbortController, lastWrite: number): Promise<Life> => {
  const { plan, chain, clock, announcer, log } = world;
  const { signal } = stop;
  const node = createSimulatedNode({
    ...{ chain, clock, random: plan.random, signal },
    faults: () => faultsOf(world),
    wouldRevert: (data) => {
      const { key } = attemptOf(data);
      const before = world.simulated.get(key) ?? 0;
      world.simulated.set(key, before + 1);
      return before < (plan.wishes.find((wish) => wish.key === key)?.refusals ?? 0);
    },
    onBroadcast: (sent) => world.broadcasts.push(sent),
  });
  const [head, tip, balance] = await persist({ clock, log, signal }, () =>
    Promise.all([node.head(), node.tip(), node.balance()]),
  );
  const { send, status } = await createManager({
    ...{
      chainId: 31_337,
      account: scribe(ACCOUNT),
      node,
      watchHeads: announcer.watchHeads,
      clock,
      log,
      signal,
      patience,
    },
    journal: mortalJournal({ world, stop, lastWrite }),
    start: { head, tip, balance },
    maxFeePerGas: FEE_CAP,
    finalityBlocks: FINALITY_BLOCKS,
    reserveTransactions: 1n,
  });
  return { send, pending: () => status().pending, stop };
};

/** A caller as keepers are: it derives its need from the chain, and asks again while the effect is not there. */
const ask = async (world: World, life: Life, { key, isBlind }: Wish, firstTry: number): Promise<void> => {
  const { clock, plan, results } = world;
  for (let tries = firstTry; tries < firstTry + MOST_TRIES; ) {
    const effect = effectOf(world, key);
    if (effect === "final") return void results.set(key, "done");
    if (effect === "absent") {
      const data = stringToHex(`${key}#${tries++}`);
      await life.send({ key, to: CALLEE, data, ...(isBlind ? { gas: 90_000n } : {}) }).catch(() => {});
    }
    if (life.stop.signal.aborted) return;
    await clock.sleep(plan.random.between(100, 6_000));
    if (life.stop.signal.aborted) return;
  }
  results.set(key, "gave up");
};

/** Lives follow each other: each dies at its appointed write or time, the last one does not. */
const live = async (world: World, onLife: (life: Life) => void): Promise<void> => {
  const { plan, clock, results } = world;
  const { random } = plan;
  for (const [i, kill] of [...plan.kills, undefined].entries()) {
    const stop = new AbortController();
    const died = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve(), { once: true }));
    if (kill !== undefined && "atMs" in kill) clock.after(kill.atMs, () => stop.abort(new Error("killed")));
    const lastWrite = kill !== undefined && "atWrite" in kill ? kill.atWrite : Number.POSITIVE_INFINITY;
    const life = await Promise.race([startLife(world, stop, lastWrite).catch(() => undefined), died]);
    if (life !== undefined && !stop.signal.aborted) {
      onLife(life);
      for (const wish of plan.wishes) {
        if (results.has(wish.key)) continue;
        const isForgotten = i > 0 && wish.at < clock.now() && random.chance(0.2);
        if (isForgotten) results.set(wish.key, "nobody asks");
        else clock.after(Math.max(0, wish.at - clock.now()), () => void ask(world, life, wish, i * 100));
      }
    }
    if (kill === undefined) return;
    await died;
    world.kills += 1;
    await clock.sleep(random.between(1, 4_000));
  }
};

const foreignSent = (nonce: number, baseFee: bigint, at: number): Sent => {
  const fees = [String(baseFee * 3n), String(at)];
  return parseSent(stringToHex(JSON.stringify([nonce, FOREIGN, ...fees])));
};

/** What happens to the chain in bad times, a block's worth. */
const disturb = (world: World): void => {
  const { plan, chain, clock } = world;
  const { random } = plan;
  for (const nonce of chain.pool.keys()) if (random.chance(plan.dropChance)) chain.pool.delete(nonce);
  if (random.chance(plan.orphanChance)) {
    world.orphaned += 1;
    chain.orphan(random.between(1, DEEPEST_ORPHAN), () => random.chance(0.6));
  }
  if (random.chance(plan.spikeChance)) chain.setBaseFee(BigInt(random.between(1, 120)) * GWEI);
  if (random.chance(plan.foreignChance)) {
    const { count, head } = chain.head();
    chain.pool.set(count, foreignSent(count, head.baseFeePerGas, clock.now()));
  }
};

const setBack = ({ chain, plan }: World): void => {
  chain.pool.clear();
  chain.orphan(plan.random.between(Number(FINALITY_BLOCKS) + 4, 40), () => false);
  chain.pool.clear();
};

const makeBlocks = async (world: World, isQuiet: () => boolean): Promise<void> => {
  const { plan, chain, clock, announcer } = world;
  const { random } = plan;
  let quietFor = 0;
  let isSetBack = false;
  while (quietFor < 3 + Number(FINALITY_BLOCKS) + 32 && clock.now() < plan.chaosMs + CALM_LIMIT_MS) {
    await clock.sleep(world.isCalm ? 1_000 : random.between(200, 2_000));
    if (!isSetBack && clock.now() >= plan.setBackAt) {
      isSetBack = true;
      setBack(world);
    }
    if (!world.isCalm) disturb(world);
    chain.mine({ most: world.isCalm ? 100 : random.between(0, 4) });
    announcer.announce();
    if (clock.now() >= plan.chaosMs && !world.isCalm) {
      world.isCalm = true;
      chain.setBaseFee(GWEI);
    }
    quietFor = world.isCalm && isQuiet() ? quietFor + 1 : 0;
  }
};

/** Runs the schedule of one seed until nothing is left to do, and says which promises were broken. */
export const runSchedule = async (seed: number, log: Logger): Promise<Verdict> => {
  const world = createWorld(seed, log);
  let life: Life | undefined;
  let isOver = false;
  const isQuiet = () => {
    const isAnswered = world.plan.wishes.every(({ key }) => world.results.has(key));
    return isAnswered && life !== undefined && !life.stop.signal.aborted && life.pending() === 0;
  };
  const lives = live(world, (next) => {
    life = next;
  });
  void makeBlocks(world, isQuiet).then(() => {
    isOver = true;
  });
  await world.clock.run(() => isOver);
  const isAtRest = isQuiet();
  life?.stop.abort(new Error("over"));
  void lives;
  const verdict = findViolations({ ...world, isAtRest, attemptOf });
  world.database.close();
  return verdict;
};

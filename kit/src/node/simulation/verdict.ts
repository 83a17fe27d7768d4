import type { DatabaseSync } from "node:sqlite";
import type { Hex } from "viem";
import type { Entry } from "../transaction-state.ts";
import { ancestry, type Sent, type SimulatedChain } from "./chain.ts";
import { FEE_CAP, type Plan } from "./plan.ts";

export type Verdict = {
  violations: string[];
  /** Second effects of a key whose reverted bytes a reorganisation brought back: see docs/threat-model.md. */
  races: number;
  counts: Record<"broadcasts" | "signed" | "replaced" | "foreign" | "empties" | "orphaned" | "kills", number>;
};

/** How a caller ended: its effect is there to stay, it despaired, or it did not come back after a kill. */
export type WishResult = "done" | "gave up" | "nobody asks";

export type Evidence = {
  plan: Plan;
  chain: SimulatedChain;
  database: DatabaseSync;
  broadcasts: Sent[];
  results: Map<string, WishResult>;
  isAtRest: boolean;
  orphaned: number; // times that blocks were taken away
  kills: number;
  attemptOf: (data: Hex) => { key: string };
};

type Row = {
  id: number;
  key: string;
  state: Entry["state"];
  status: string | null;
  nonce: number | null;
  hash: Hex | null;
};
type AttemptRow = { intent: number; hash: Hex; max_fee: string; max_tip: string };

const readRows = (database: DatabaseSync) => ({
  rows: database.prepare("select id, key, state, status, nonce, hash from intents order by id").all() as Row[],
  attempts: database.prepare("select * from attempts order by rowid").all() as AttemptRow[],
});

const feeViolations = (attempts: AttemptRow[]): string[] => {
  const last = new Map<number, AttemptRow>();
  return attempts.flatMap((attempt) => {
    const [fee, tip] = [BigInt(attempt.max_fee), BigInt(attempt.max_tip)];
    const before = last.get(attempt.intent);
    last.set(attempt.intent, attempt);
    const faults: string[] = [];
    if (fee > FEE_CAP || tip > fee) faults.push(`fees: ${attempt.hash} offers ${fee}, tip ${tip}`);
    if (before !== undefined && (fee * 8n < BigInt(before.max_fee) * 9n || tip * 8n < BigInt(before.max_tip) * 9n)) {
      faults.push(`replacement: ${attempt.hash} rises by less than an eighth`);
    }
    return faults;
  });
};

/** The promises of the transaction manager, checked against the final chain. */
export const findViolations = (evidence: Evidence): Verdict => {
  const { plan, chain, database, broadcasts, results, isAtRest, attemptOf } = evidence;
  const { rows, attempts } = readRows(database);
  const mined = [...ancestry(chain.head())].flatMap(({ sent }) => sent);
  const statusByHash = new Map(mined.map(({ transaction, status }) => [transaction.hash, status]));
  const violations = feeViolations(attempts);
  const say = (isBroken: boolean, sentence: string) => void (isBroken && violations.push(sentence));
  let races = 0;

  say(!isAtRest, "rest: callers or transactions still wait");
  for (const { key } of plan.wishes) {
    const effects = mined.filter(
      ({ transaction, status }) => status === "success" && attemptOf(transaction.data).key === key,
    );
    const ofKey = rows.filter((row) => row.key === key);
    const hasRace = ofKey.some(({ state }) => state === "superseded");
    if (effects.length > 1 && hasRace && plan.isMoody) races += 1;
    else say(effects.length > 1, `double: ${key} has ${effects.length} effects`);
    const result = results.get(key);
    say(result === "gave up", `lost: ${key} was asked for until its caller gave up`);
    const isLost = result === "done" && effects.length === 0 && plan.setBackAt === Number.POSITIVE_INFINITY;
    say(isLost, `lost: ${key} was there and is not`);
  }

  for (const { id, key, state, status, hash } of rows) {
    say(["intent", "signed", "broadcast"].includes(state), `lost: ${key} ${id} is still ${state}`);
    const isThere = state === "mined" || state === "final";
    say(isThere && statusByHash.get(hash as Hex) !== status, `journal: ${key} ${id} is ${state} but not in the chain`);
  }
  const known = new Set(attempts.map(({ hash }) => hash));
  for (const { hash } of broadcasts) say(!known.has(hash), `journal: ${hash} was sent but never written down`);
  const { count } = chain.head();
  // What was superseded has left its nonce to another entry; that one counts.
  const owners = rows.filter(({ state }) => state !== "superseded");
  for (const { id, nonce, state } of rows) {
    const isAbandoned = state === "superseded" && !owners.some((owner) => owner.nonce === nonce);
    say(isAbandoned, `gap: nonce ${nonce} of ${id} was left to nobody`);
  }
  const highest = Math.max(-1, ...owners.flatMap(({ nonce, state }) => (state === "rolledBack" ? [] : [nonce ?? -1])));
  say(highest >= count, `gap: nonce ${highest} was given, but the chain is at ${count}`);

  const { orphaned, kills } = evidence;
  const signed = attempts.length;
  const replaced = signed - new Set(attempts.map(({ intent }) => intent)).size;
  const foreign = rows.filter(({ state }) => state === "foreign").length;
  const empties = rows.filter(({ key }) => key.startsWith("empty ")).length;
  const counts = { broadcasts: broadcasts.length, signed, replaced, foreign, empties, orphaned, kills };
  return { violations, races, counts };
};

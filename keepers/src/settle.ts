import { vaultAbi } from "@aibot/kit/generated/abis";
import { type Address, encodeFunctionData } from "viem";
import type { Ask } from "./ask.ts";
import { type Decision, type Strategy, skip } from "./strategy.ts";

export type SettleTarget = { vault: Address; markets: string[] }; // one market a position

/** `IVault.exitQueue`. */
export type Queue = { head: bigint; tail: bigint; shares: bigint };

export type SettleState = {
  queue: Queue;
  nextQueue: Queue | undefined; // after `settleExits`; undefined: it would revert
  isTrading: boolean; // an auction is live or due: its fill brings cash and settles
};

const NAME = "settle";
const MOST_AT_ONCE = 50n;
const GAS_EACH = 60_000n; // measured: 50,000
const GAS_ONCE = 250_000n;
const WORTH_PAYING = 1_000n; // a part of what is pending: less waits for more cash, unless it ends a request

/** Pays requested exits that a new price allows: all of them at once, or what cash covers where no fill will bring more. */
export const decideSettle = (
  { vault, markets }: SettleTarget,
  { queue, nextQueue, isTrading }: SettleState,
): Decision => {
  if (queue.shares === 0n) return skip(NAME, "nobody waits");
  if (nextQueue === undefined) return skip(NAME, "no price");
  const paid = queue.shares - nextQueue.shares;
  if (paid === 0n) return skip(NAME, "no cash or no newer price");
  if (isTrading && nextQueue.shares > 0n) return skip(NAME, "left to the fill");
  const waiting = queue.tail - queue.head; // a price that comes before the block may pay them all
  if (nextQueue.head === queue.head && paid * WORTH_PAYING < queue.shares) return skip(NAME, "too little cash");
  return {
    kind: "act",
    action: {
      name: NAME,
      key: `settle ${vault} ${queue.head} ${queue.tail} ${queue.shares}`,
      to: vault,
      data: encodeFunctionData({ abi: vaultAbi, functionName: "settleExits", args: [MOST_AT_ONCE] }),
      leastGas: GAS_ONCE + GAS_EACH * (waiting < MOST_AT_ONCE ? waiting : MOST_AT_ONCE),
      changes: [...markets.map((market) => `price ${market}`), `vault ${vault}`],
    },
  };
};

const lookAtQueue = async (ask: Ask, { vault: address, markets }: SettleTarget): Promise<SettleState> => {
  const vault = { address, abi: vaultAbi } as const;
  const positions = markets.map((_, index) => [BigInt(index)] as const);
  const [queue, lots, due] = [
    ask.read({ ...vault, functionName: "exitQueue" }),
    positions.map((args) => ask.read({ ...vault, functionName: "openAuction", args })),
    positions.map((args) => ask.read({ ...vault, functionName: "isDue", args })),
  ];
  const settled = ask.after({ ...vault, functionName: "settleExits", args: [MOST_AT_ONCE] });
  const next = ask.after({ ...vault, functionName: "exitQueue" });

  const parse = ([head, tail, shares]: readonly [bigint, bigint, bigint]): Queue => ({ head, tail, shares });
  const hasSettled = await settled.then(
    () => true,
    () => false,
  );
  const [isLive, isDue] = await Promise.all([Promise.all(lots), Promise.all(due)]);
  return {
    queue: parse(await queue),
    nextQueue: hasSettled ? parse(await next) : undefined,
    isTrading: isLive.some(({ remaining }) => remaining !== 0n) || isDue.some(Boolean),
  };
};

export const createSettle = (target: SettleTarget): Strategy => ({
  name: `settle ${target.vault}`,
  look: async (ask) => [decideSettle(target, await lookAtQueue(ask, target))],
});

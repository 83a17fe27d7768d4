import { vaultAbi } from "@aibot/kit/generated/abis";
import { type Address, encodeFunctionData } from "viem";
import type { Ask } from "./ask.ts";
import { type Decision, type Strategy, skip } from "./strategy.ts";

export type AccrueTarget = { vault: Address; markets: string[]; accrueAfter: number };

export type AccrueState = {
  supply: bigint;
  waiting: bigint | undefined; // fee shares that `accrue` would mint; undefined: it would revert
  managementFeeBps: number;
  accruedAt: number; // unix seconds
};

const NAME = "accrue";
const YEAR = 365n * 86_400n;
const BPS = 10_000n;
const LEAST_FEE_BPS = 100n; // a vault without a management fee is measured by one per cent a year

/**
 * Fee shares wait until somebody calls `accrue`. The chain does not say since when, but how many there are: as many as
 * the management fee makes in `accrueAfter` seconds have waited long enough; a performance fee brings that nearer. So
 * whichever keeper is first ends the need of all.
 */
export const decideAccrue = (
  { vault, markets, accrueAfter }: AccrueTarget,
  { supply, waiting, managementFeeBps, accruedAt }: AccrueState,
): Decision => {
  if (waiting === undefined) return skip(NAME, "no price");
  const rate = BigInt(managementFeeBps) > LEAST_FEE_BPS ? BigInt(managementFeeBps) : LEAST_FEE_BPS;
  const enough = (supply * rate * BigInt(accrueAfter)) / (BPS * YEAR);
  if (waiting === 0n || waiting < enough) return skip(NAME, "too few fee shares");
  return {
    kind: "act",
    action: {
      name: NAME,
      key: `accrue ${vault} ${accruedAt} ${supply}`,
      to: vault,
      data: encodeFunctionData({ abi: vaultAbi, functionName: "accrue" }),
      changes: [...markets.map((market) => `price ${market}`), `vault ${vault}`],
    },
  };
};

const lookAtFees = async (ask: Ask, { vault: address }: AccrueTarget): Promise<AccrueState> => {
  const vault = { address, abi: vaultAbi } as const;
  const fees = ask.read({ ...vault, functionName: "feeState" });
  // What other strategies try out in the same call burns shares too: both counts belong right around the accrual.
  const supplyBefore = ask.after({ ...vault, functionName: "totalSupply" });
  const accrued = ask.after({ ...vault, functionName: "accrue" });
  const supplyAfter = ask.after({ ...vault, functionName: "totalSupply" });

  const hasAccrued = await accrued.then(
    () => true,
    () => false,
  );
  const { managementFeeBps, accruedAt } = await fees;
  const supply = await supplyBefore;
  return { supply, waiting: hasAccrued ? (await supplyAfter) - supply : undefined, managementFeeBps, accruedAt };
};

export const createAccrue = (target: AccrueTarget): Strategy => ({
  name: `accrue ${target.vault}`,
  look: async (ask) => [decideAccrue(target, await lookAtFees(ask, target))],
});

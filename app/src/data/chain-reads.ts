// What the indexer does not keep, read from the chain itself. Imported only when a page needs it: it brings the ABIs along.
import { mandateAbi, modelRegistryAbi } from "@aibot/kit/generated/abis";
import type { Address, Hex } from "viem";
import { decodeFunctionResult, encodeFunctionData } from "viem/utils";
import { callContract } from "./rpc.ts";

export type Limits = {
  targetVolBps: number;
  bandBps: number;
  cashFloorBps: number;
  maxSignalAge: number; // seconds, of the signal
  unwindDelay: number; // seconds beyond it
  entryMaxAge: number; // seconds, of the price at deposit and redeem
  maxDrawdownBps: number; // below the high-water mark
  lossBudgetBps: number; // of NAV in a window, like the next one
  turnoverBudgetBps: number;
  budgetWindow: number; // seconds
  capsBps: number[]; // of NAV, one a position
  sharesBps: number[]; // of the volatility target, one a position
  depositCap: bigint; // base units
  entrySpreadBps: number;
  exitSpreadBps: number;
  managementFeeBps: number; // a year
  performanceFeeBps: number; // of the gain above the high-water mark
};

export type LimitsParams = { rpc: string; mandate: Address; positions: number };

export const readLimits = async ({ rpc, mandate, positions }: LimitsParams): Promise<Limits> => {
  const all = { abi: mandateAbi, functionName: "params" } as const;
  const costs = { abi: mandateAbi, functionName: "terms" } as const;
  const partOf = async (functionName: "capBps" | "shareBps", position: number): Promise<number> => {
    const part = { abi: mandateAbi, functionName, args: [BigInt(position)] } as const;
    return decodeFunctionResult({
      ...part,
      data: await callContract({ rpc, to: mandate, data: encodeFunctionData(part) }),
    });
  };
  const indices = Array.from({ length: positions }, (_, index) => index);
  const [params, terms, capsBps, sharesBps] = await Promise.all([
    callContract({ rpc, to: mandate, data: encodeFunctionData(all) }).then((data) =>
      decodeFunctionResult({ ...all, data }),
    ),
    callContract({ rpc, to: mandate, data: encodeFunctionData(costs) }).then((data) =>
      decodeFunctionResult({ ...costs, data }),
    ),
    Promise.all(indices.map((index) => partOf("capBps", index))),
    Promise.all(indices.map((index) => partOf("shareBps", index))),
  ]);
  return { ...params, ...terms, capsBps, sharesBps };
};

/** What a vault may still trade and still lose now, in 1e-7 of NAV. */
export type Budgets = { turnoverE7: bigint; lossE7: bigint };

export type BudgetsParams = { rpc: string; mandate: Address; vault: Address };

export const readBudgetsLeft = async ({ rpc, mandate, vault }: BudgetsParams): Promise<Budgets> => {
  const left = { abi: mandateAbi, functionName: "budgetsLeft", args: [vault] } as const;
  const data = await callContract({ rpc, to: mandate, data: encodeFunctionData(left) });
  const [turnoverE7, lossE7] = decodeFunctionResult({ ...left, data });
  return { turnoverE7, lossE7 };
};

export type TargetWeightParams = { rpc: string; mandate: Address; position: number; signal: bigint };

/** The weight the mandate itself derives from a signal. */
export const readTargetWeight = async ({ rpc, mandate, position, signal }: TargetWeightParams): Promise<number> => {
  const target = { abi: mandateAbi, functionName: "targetWeightBps", args: [BigInt(position), signal] } as const;
  return decodeFunctionResult({
    ...target,
    data: await callContract({ rpc, to: mandate, data: encodeFunctionData(target) }),
  });
};

export type BlobParams = { rpc: string; registry: Address; modelId: Hex };

export const readModelBlob = async ({ rpc, registry, modelId }: BlobParams): Promise<Hex> => {
  const blob = { abi: modelRegistryAbi, functionName: "blob", args: [modelId] } as const;
  return decodeFunctionResult({
    ...blob,
    data: await callContract({ rpc, to: registry, data: encodeFunctionData(blob) }),
  });
};

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { vaultAbi } from "@aibot/kit/generated/abis";
import { decodeFunctionData } from "viem";
import { type AccrueState, decideAccrue } from "./accrue.ts";

const vault = "0x0000000000000000000000000000000000000009";
const WEEK = 604_800;
const target = { vault, markets: ["SPX/USD"], accrueAfter: WEEK } as const;

// 2 % a year of 365,000,000 shares are 20,000 a day and 140,000 a week.
const state: AccrueState = { supply: 365_000_000n, waiting: 140_000n, managementFeeBps: 200, accruedAt: 1_000 };

const told = (changes: Partial<AccrueState>): string => {
  const decision = decideAccrue({ ...target, markets: [...target.markets] }, { ...state, ...changes });
  return decision.kind === "act" ? decision.action.key : `${decision.name}: ${decision.reason}`;
};

describe("decideAccrue", () => {
  const cases: [promise: string, changes: Partial<AccrueState>, decision: string][] = [
    ["mints what a week of the management fee has made", {}, `accrue ${vault} 1000 365000000`],
    ["waits until so many are there", { waiting: 139_999n }, "accrue: too few fee shares"],
    [
      "measures a vault without a management fee by one per cent",
      { managementFeeBps: 0, waiting: 70_000n },
      `accrue ${vault} 1000 365000000`,
    ],
    ["waits there too", { managementFeeBps: 0, waiting: 69_999n }, "accrue: too few fee shares"],
    ["mints nothing where nothing waits", { supply: 0n, waiting: 0n }, "accrue: too few fee shares"],
    ["waits where the vault refuses", { waiting: undefined }, "accrue: no price"],
  ];
  for (const [promise, changes, decision] of cases) it(promise, () => assert.equal(told(changes), decision));

  it("calls the vault, and waits a look when a price it relies on is being stored", () => {
    const decision = decideAccrue({ ...target, markets: [...target.markets] }, state);
    assert.ok(decision.kind === "act");

    const { functionName } = decodeFunctionData({ abi: vaultAbi, data: decision.action.data });
    assert.deepEqual([decision.action.to, functionName], [vault, "accrue"]);
    assert.deepEqual(decision.action.changes, ["price SPX/USD", `vault ${vault}`]);
  });
});

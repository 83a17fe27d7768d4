import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { vaultAbi } from "@aibot/kit/generated/abis";
import { decodeFunctionData } from "viem";
import { decideSettle, type SettleState } from "./settle.ts";

const vault = "0x0000000000000000000000000000000000000009";
const target = { vault, markets: ["SPX/USD", "BTC/USD"] } as const;

const payable: SettleState = {
  queue: { head: 3n, tail: 5n, shares: 700n },
  nextQueue: { head: 4n, tail: 5n, shares: 200n },
  isTrading: false,
};

const decide = (state: SettleState) => decideSettle({ ...target, markets: [...target.markets] }, state);
const told = (state: SettleState): string => {
  const decision = decide(state);
  return decision.kind === "act" ? decision.action.key : `${decision.name}: ${decision.reason}`;
};

describe("decideSettle", () => {
  const cases: [promise: string, state: SettleState, decision: string][] = [
    ["pays what cash and a newer price cover", payable, `settle ${vault} 3 5 700`],
    [
      "pays a part of the first request",
      { ...payable, nextQueue: { head: 3n, tail: 5n, shares: 699n } }, // more than a thousandth
      `settle ${vault} 3 5 700`,
    ],
    [
      "rests while nobody waits",
      { ...payable, queue: { head: 5n, tail: 5n, shares: 0n }, nextQueue: { head: 5n, tail: 5n, shares: 0n } },
      "settle: nobody waits",
    ],
    [
      "pays no dust",
      {
        ...payable,
        queue: { head: 3n, tail: 5n, shares: 1_001n },
        nextQueue: { head: 3n, tail: 5n, shares: 1_000n },
      },
      "settle: too little cash",
    ],
    [
      "pays dust that ends a request",
      { ...payable, queue: { head: 3n, tail: 5n, shares: 1_001n }, nextQueue: { head: 4n, tail: 5n, shares: 1_000n } },
      `settle ${vault} 3 5 1001`,
    ],
    ["leaves what cash does not cover to a fill", { ...payable, isTrading: true }, "settle: left to the fill"],
    [
      "pays everyone without waiting for a fill",
      { ...payable, isTrading: true, nextQueue: { head: 5n, tail: 5n, shares: 0n } },
      `settle ${vault} 3 5 700`,
    ],
    ["waits where prices cannot value the vault", { ...payable, nextQueue: undefined }, "settle: no price"],
    ["waits for cash or a newer price", { ...payable, nextQueue: payable.queue }, "settle: no cash or no newer price"],
    [
      "does not pay for skipping cancelled requests",
      { ...payable, nextQueue: { head: 4n, tail: 5n, shares: 700n } },
      "settle: no cash or no newer price",
    ],
  ];
  for (const [promise, state, decision] of cases) it(promise, () => assert.equal(told(state), decision));

  it("calls the vault, and waits a look when a price it relies on is being stored", () => {
    const decision = decide(payable);
    assert.ok(decision.kind === "act");

    const { functionName, args } = decodeFunctionData({ abi: vaultAbi, data: decision.action.data });
    assert.deepEqual([decision.action.to, functionName, args], [vault, "settleExits", [50n]]);
    assert.deepEqual(decision.action.changes, ["price SPX/USD", "price BTC/USD", `vault ${vault}`]);
  });
});

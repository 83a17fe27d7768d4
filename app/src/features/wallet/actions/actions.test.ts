import assert from "node:assert/strict";
import { test } from "node:test";
import { vaultAbi } from "@aibot/kit/generated/abis";
import { type Address, encodeAbiParameters, encodeEventTopics, type TransactionReceipt } from "viem";
import type { Vault } from "../../../data/vaults.ts";
import { createFormat } from "../../../format.ts";
import type { FoundVault } from "../../../links.ts";
import { wallet as german } from "../../../messages/de/wallet.ts";
import { wallet as english } from "../../../messages/en/wallet.ts";
import type { WalletMessages } from "../../../messages/wallet-text.ts";
import { Refusal } from "../../flow/flow.ts";
import type { WalletConfig } from "../wagmi-config.ts";
import { actionOf } from "./action-of.ts";
import type { Balances, Context } from "./shared.ts";

const VAULT = "0x00000000000000000000000000000000000000a1" as Address;
const CASH = "0x00000000000000000000000000000000000000b1" as Address;
const SPX = "0x00000000000000000000000000000000000000b2" as Address;
const OWNER = "0x00000000000000000000000000000000000000c1" as Address;

const found = {
  chain: { id: 1 },
  vault: { address: VAULT, base: { token: CASH }, positions: [{ token: SPX, symbol: "SPX", decimals: 18 }] },
} as unknown as FoundVault;
const vault = { baseSymbol: "USD", baseDecimals: 6, shareDecimals: 12 } as Vault;
const balances: Balances = {
  cash: 1_000_000_000n,
  shares: 500n * 10n ** 12n,
  payable: 200n * 10n ** 12n,
  payableCash: 199_000_000n,
  room: 400_000_000n,
  claims: [5_000_000n, 25n * 10n ** 17n],
};
const requests = [
  {
    ...{ id: "r", block: 1, timestamp: 0n, tx: "0x", number: 3, shares: 9n, assets: 0n },
    pending: 4n * 10n ** 12n,
    state: "pending" as const,
  },
];

const action = (kind: string, w: WalletMessages = english, own: Balances = balances) => {
  const f = createFormat(w === english ? "en" : "de");
  const context: Context = { wallets: {} as WalletConfig, found, vault, owner: OWNER, w, f };
  const made = actionOf(kind, context, own, requests);
  assert.ok(made !== undefined, kind);
  return made;
};
const plain = (text: string | undefined) => text?.replace(/\u00a0/g, " ");
const check = (kind: string, amount: bigint, field = 0, own = balances) =>
  plain(action(kind, english, own).fields[field]?.check(amount));

const log = (
  eventName: string,
  indexed: object,
  types: readonly string[],
  data: readonly unknown[],
  address = VAULT,
) => ({
  address,
  topics: encodeEventTopics({ abi: vaultAbi, eventName, args: indexed } as never),
  data: encodeAbiParameters(
    types.map((type) => ({ type })),
    data as never,
  ),
});
const receipt = (...logs: object[]) => ({ logs, status: "success" }) as unknown as TransactionReceipt;
const deposited = (address = VAULT) =>
  log("Deposit", { sender: OWNER, owner: OWNER }, ["uint256", "uint256"], [7_000_000n, 5n * 10n ** 12n], address);

test("what is more than there is, or than the vault takes or pays, is refused at the field", () => {
  assert.equal(check("deposit", 1_000_000_001n), "More than your balance of 1,000.00 USD.");
  assert.equal(
    check("deposit", 400_000_001n),
    "The vault takes 400.00 USD more at most, its deposit cap; enter no more than that.",
  );
  assert.equal(check("deposit", 400_000_000n), undefined);
  assert.equal(check("deposit", 500_000_000n, 0, { ...balances, room: 0n }), undefined); // asked again at a held price
  assert.equal(check("redeem", balances.shares + 1n), "More than the 500.0000 shares you hold.");
  assert.match(
    check("redeem", balances.payable + 1n) ?? "",
    /^The vault can pay out 200\.0000 shares from its cash now/,
  );
  assert.match(check("redeem", 199_000_001n, 1) ?? "", /^The vault can pay out 199\.00 USD from its cash now/);
  assert.match(
    check("redeem", 199_000_001n, 1, { ...balances, payable: balances.shares }) ?? "",
    /^More than the 199\.00 USD your shares are worth/,
  );
  assert.equal(check("request", balances.shares + 1n), "More than the 500.0000 shares you hold.");
  assert.equal(check("inKind", balances.shares), undefined);
});

test("everything there is can be entered at once, as much of it as can move", () => {
  const most = (kind: string, field = 0) => action(kind).fields[field]?.most?.amount;
  assert.equal(most("deposit"), balances.room);
  assert.equal(action("deposit", english, { ...balances, room: 2n ** 128n }).fields[0]?.most?.amount, balances.cash);
  assert.equal(most("redeem"), balances.payable);
  assert.equal(most("redeem", 1), balances.payableCash);
  assert.equal(most("inKind"), balances.shares);
  assert.deepEqual(action("claim:1").fixed, { amount: 25n * 10n ** 17n, field: "claim" });
  assert.deepEqual(action("cancel:3").fixed, { amount: 4n * 10n ** 12n, field: "shares" });
});

test("each step says what it does, also without its review", () => {
  const label = (kind: string, step: string, amount: bigint, field = "cash", w = english) =>
    plain(action(kind, w).label(step, { amount, field }));
  assert.equal(label("deposit", "approve", 5_000_000n), "Approve exactly 5.00 USD");
  assert.equal(label("deposit", "permit", 5_000_000n, "cash", german), "Genehmigung für genau 5,00 USD unterschreiben");
  assert.equal(label("deposit", "deposit", 5_000_000n), "Deposit 5.00 USD");
  assert.equal(label("redeem", "redeem", 10n ** 12n, "shares"), "Redeem 1.0000 shares");
  assert.equal(label("redeem", "redeem", 5_000_000n, "cash"), "Redeem 5.00 USD");
  assert.equal(label("claim:1", "claim", 10n ** 18n, "claim"), "Claim 1.0000 SPX");
});

test("a receipt proves what it says by the vault's own event, and no other contract's", () => {
  assert.equal(plain(action("deposit").verify("deposit", receipt(deposited()))), "You received 5.0000 shares.");
  assert.throws(() => action("deposit").verify("deposit", receipt(deposited(CASH))), Refusal);
  assert.throws(() => action("deposit").verify("approve", receipt(deposited())), Refusal);
  const withdrawn = log("Withdraw", { sender: OWNER, receiver: OWNER, owner: OWNER }, ["uint256", "uint256"], [9n, 1n]);
  assert.equal(plain(action("redeem").verify("redeem", receipt(withdrawn))), "You received 0.00 USD.");
});

test("an in-kind exit tells what came and what is kept as a claim", () => {
  const exited = log(
    "ExitedInKind",
    { caller: OWNER, receiver: OWNER, owner: OWNER },
    ["uint256", "uint256[]"],
    [1n, [3_000_000n, 10n ** 18n]],
  );
  const kept = log("ClaimAdded", { owner: OWNER, token: SPX }, ["uint256"], [10n ** 18n]);
  const said = (...logs: object[]) => plain(action("inKind").verify("exit", receipt(...logs)));

  assert.equal(said(exited), "You received 3.00 USD, 1.0000 SPX.");
  assert.equal(said(exited, kept), "You received 3.00 USD. 1.0000 SPX could not be sent and wait for you as a claim.");
});

test("a name that no action has means none", () => {
  const context = { found, vault, owner: OWNER, w: english, f: createFormat("en") } as unknown as Context;
  assert.equal(actionOf("mint", context, balances, []), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../config.ts";
import type { AddressActivity } from "../../data/address-activity.ts";
import { actsOf, askedFact, tokensOf } from "./model.ts";

const address = (digit: string) => `0x${digit.repeat(40)}` as const;
const position = (digit: string) => ({ token: address(digit), symbol: digit, decimals: 18 });
const vault = (base: string, positions: string[]) => ({
  base: { token: address(base), symbol: "USD", decimals: 6 },
  positions: positions.map(position),
});
const CONFIG = {
  chains: [{ id: 31_337, deployment: { vaults: [vault("7", ["8"]), vault("7", ["8", "9"])] } }],
} as unknown as Config;

const HASH = `0x${"Ab".repeat(32)}`;

test("each kind of fact is known by its form", () => {
  const ask = (kind: string, value: string, chain = "31337") => {
    const asked = askedFact(CONFIG, { chain, kind, value });
    return asked.kind === "fact" ? `${asked.fact.kind} ${asked.fact.value}` : asked;
  };

  assert.equal(ask("tx", HASH), `transaction ${HASH.toLowerCase()}`);
  assert.equal(ask("block", "412"), "block 412");
  assert.equal(ask("block", HASH), `block ${HASH.toLowerCase()}`);
  assert.equal(ask("address", address("A")), `address ${address("a")}`);
  assert.deepEqual(ask("tx", "0x12"), { kind: "invalid", what: "transaction" });
  assert.deepEqual(ask("block", "-1"), { kind: "invalid", what: "block" });
  assert.deepEqual(ask("block", "1e9"), { kind: "invalid", what: "block" });
  assert.deepEqual(ask("address", `${address("a")}0`), { kind: "invalid", what: "address" });
  assert.deepEqual(ask("block", "1", "5"), { kind: "invalid", what: "chain" });
  assert.deepEqual(ask("token", "1"), { kind: "no-page" });
});

test("a token that several vaults hold is asked for once", () => {
  const [chain] = CONFIG.chains;
  assert.ok(chain);

  assert.deepEqual(
    tokensOf(chain).map((token) => token.address),
    [address("7"), address("8"), address("9")],
  );
});

test("acts of all kinds come newest first, and no more than asked for", () => {
  const at = (block: number, id: string) => ({ id, block }) as never;
  const none = { holdings: [], deposits: [], withdrawals: [], exits: [], requests: [], fills: [] };
  const activity: AddressActivity = {
    ...none,
    deposits: [at(3, "a"), at(1, "b")],
    fills: [at(5, "c")],
    requests: [at(3, "d")],
  };

  assert.deepEqual(
    actsOf(activity, 3).map(({ kind, id }) => [kind, id]),
    [
      ["fill", "c"],
      ["request", "d"],
      ["deposit", "a"],
    ],
  );
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parseEther } from "viem";
import { InputError } from "../errors.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import type { Chain } from "./chain.ts";
import { checkBalance } from "./preflight.ts";

const POOR = `0x${"11".repeat(20)}` as const;
const GWEI = 10n ** 9n;

let anvil: Anvil;
before(async () => {
  anvil = await startAnvil(["--gas-price", "2000000000"]);
});
after(() => anvil.stop());

const check = (balance: bigint) => {
  const chain = { id: 31_337, client: anvil.client as unknown as Chain["client"] };
  return anvil.client
    .setBalance({ address: POOR, value: balance })
    .then(() => checkBalance({ chain, account: POOR, gas: 500_000n, transactions: 4n }));
};

describe("checkBalance", () => {
  it("accepts exactly what the transactions cost, and names account, balance, need and remedy one wei below", async () => {
    const price = await anvil.client.getGasPrice();
    const need = 500_000n * 4n * price;
    assert.ok(price >= 2n * GWEI && need < parseEther("0.01"));

    await check(need);
    await assert.rejects(check(need - 1n), (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(
        error.message,
        /^The account 0x1{40} has 0\.00\d+ of chain 31337's coin; 4 transactions may cost 0\.00\d+ at the present gas price: send it at least 0\.000000000000000001\.$/,
      );
      return true;
    });
  });

  it("refuses an account that has nothing", async () => {
    await assert.rejects(check(0n), /has 0 of chain 31337's coin/);
  });
});

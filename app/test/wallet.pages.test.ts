// Wallets and what they sign, in a real browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStage, marketIsReleased, VAULT_PATH } from "./stage.ts";

const stage = createStage();

test("a deposit is reviewed, sent in two steps, verified, and can be redeemed", async () => {
  Object.assign(stage.fixture.ledger, { cash: 10_000_000_000n, shares: 0n, allowance: 0n, sent: [] });
  const { page, context, complaints } = await stage.visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Demo wallet" }).click();

  await page.getByRole("button", { name: "Deposit" }).click();
  await page.getByLabel("Amount to deposit").fill("1,250.50");
  await page.getByRole("button", { name: "Review deposit" }).click();
  await page.getByText("exactly 1,250.50\u00a0USD: vault").waitFor();
  await page.getByText("2.50\u00a0USD", { exact: true }).waitFor(); // spread of 0.2 %
  await page.getByText(/Market time is held/).waitFor();
  assert.equal(stage.fixture.holds.size, 1);
  await page.getByRole("button", { name: "Confirm deposit" }).click();

  await page.getByText("You received 1,248.00\u00a0shares.").waitFor();
  await page.getByText("indexed", { exact: true }).waitFor();
  assert.deepEqual(stage.fixture.ledger.sent, ["approve", "deposit"]);
  assert.equal(stage.fixture.ledger.allowance, 0n);
  await marketIsReleased(stage.fixture);

  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Redeem" }).click();
  await page.getByRole("button", { name: /use all/ }).click();
  await page.getByRole("button", { name: "Review redeem" }).click();
  await page.getByRole("button", { name: "Confirm redeem" }).click();
  await page.getByText("You received 1,243.01\u00a0USD.").waitFor(); // 0.4 % less
  assert.equal(stage.fixture.ledger.shares, 0n);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("an amount that cannot be paid is refused before the chain is asked, a closed vault before anything is signed", async () => {
  Object.assign(stage.fixture.ledger, { cash: 1_000_000n, shares: 0n, allowance: 0n, isClosed: true, sent: [] });
  stage.fixture.holds.clear();
  const { page, context } = await stage.visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Demo wallet" }).click();
  await page.getByRole("button", { name: "Deposit" }).click();

  await page.getByLabel("Amount to deposit").fill("2");
  await page.keyboard.press("Enter");
  await page.getByText("More than your balance of 1.00\u00a0USD.").waitFor();
  await page.getByLabel("Amount to deposit").fill("1");
  await page.keyboard.press("Enter");
  await page.getByText(/takes no deposit now/).waitFor();

  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "1");
  assert.deepEqual(stage.fixture.ledger.sent, []);
  await marketIsReleased(stage.fixture);
  stage.fixture.ledger.isClosed = false;
  await context.close();
});

test("an empty demo wallet can fill itself", async () => {
  Object.assign(stage.fixture.ledger, { cash: 0n, shares: 0n, allowance: 0n, sent: [] });
  const { page, context } = await stage.visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Demo wallet" }).click();
  await page.getByRole("button", { name: "Get demo USD" }).click();

  await page.getByText("10,000.00\u00a0USD").waitFor();
  assert.deepEqual(stage.fixture.ledger.sent, ["faucet"]);
  await context.close();
});

test("the keyboard alone reaches the vault and its deposit", async () => {
  const { page, context } = await stage.visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet", disabled: false }).waitFor(); // once the vault has loaded
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to content");

  const reached = new Set<string>();
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add((await page.evaluate(() => document.activeElement?.textContent)) ?? "");
  }
  assert.ok(reached.has("Connect wallet"), [...reached].join(", "));
  await context.close();
});

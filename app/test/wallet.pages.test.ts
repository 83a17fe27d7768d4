// Wallets and what they sign, in a real browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { createStage, marketIsReleased, VAULT_PATH } from "./stage.ts";
import { button, connect, reset } from "./wallet-actions.ts";

const stage = createStage();
const connectDemo = (page: Page) => connect(page, "Demo wallet");

/** Counts the clicks and presses of Enter that the page receives from here on. */
const countClicks = (page: Page) =>
  page.evaluate(() => {
    const counted = window as unknown as { clicks: number };
    counted.clicks = 0;
    window.addEventListener("click", () => (counted.clicks += 1), true); // Enter in a form clicks its button, too
  });
const clicksOf = (page: Page) => page.evaluate(() => (window as unknown as { clicks: number }).clicks);

test("with a permit a deposit is one transaction, and three clicks after connecting", async () => {
  reset(stage);
  const { page, context, complaints } = await stage.visit(VAULT_PATH);
  await connectDemo(page);
  await countClicks(page);

  await button(page, "Deposit").click();
  await page.getByLabel("Amount to deposit").fill("1,250.50");
  await button(page, "Review deposit").click();
  await page.getByText("exactly 1,250.50\u00a0USD, by the vault").waitFor();
  await page.getByText("2.50\u00a0USD", { exact: true }).waitFor(); // spread of 0.2 %
  await page.getByText("Sign a permit for exactly 1,250.50\u00a0USD").waitFor();
  await page.getByText("none now; 1.0\u00a0% a year and 10.0\u00a0% of gains, from the vault").waitFor();
  await page.getByText(/Market time is held/).waitFor();
  assert.equal(stage.fixture.holds.size, 1);
  await button(page, "Confirm deposit").click();

  await page.getByText("You received 1,248.00\u00a0shares.").waitFor();
  assert.ok((await clicksOf(page)) <= 4, `${await clicksOf(page)} clicks`);
  await page.getByText("indexed", { exact: true }).waitFor();
  assert.deepEqual(stage.fixture.ledger.sent, ["depositWithPermit"]);
  assert.equal(stage.fixture.ledger.allowance, 0n);
  await marketIsReleased(stage.fixture);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("without a permit exactly the amount is approved first; the position can be redeemed by shares or by amount", async () => {
  reset(stage, { hasPermit: false });
  const { page, context, complaints } = await stage.visit(VAULT_PATH);
  await connectDemo(page);
  await countClicks(page);

  await button(page, "Deposit").click();
  await page.getByLabel("Amount to deposit").fill("1,250.50");
  await page.keyboard.press("Enter");
  await page.getByText("Approve exactly 1,250.50\u00a0USD").waitFor();
  await button(page, "Confirm deposit").click();
  await page.getByText("You received 1,248.00\u00a0shares.").waitFor();
  assert.ok((await clicksOf(page)) <= 4, `${await clicksOf(page)} clicks`);
  assert.deepEqual(stage.fixture.ledger.sent, ["approve", "deposit"]);
  assert.equal(stage.fixture.ledger.allowance, 0n);

  await button(page, "Done").click();
  await button(page, "Redeem").click();
  await page.getByRole("button", { name: "USD" }).click();
  await page.getByLabel("Amount to receive").fill("249");
  await button(page, "Review redeem").click();
  await button(page, "Confirm redeem").click();
  await page.getByText("You received 249.00\u00a0USD.").waitFor();

  await button(page, "Done").click();
  await button(page, "Redeem").click();
  await page.getByRole("button", { name: /use all/ }).click();
  await button(page, "Review redeem").click();
  await button(page, "Confirm redeem").click();
  await page.getByText("You received 994.01\u00a0USD.").waitFor(); // what is left, less 0.4 %
  assert.equal(stage.fixture.ledger.shares, 0n);

  await button(page, "Done").click();
  await page.getByText("Your history (3)").click();
  await page.getByText("Deposited 1,250.50\u00a0USD for 1,248.00\u00a0shares").waitFor();
  await page.getByText("Gain so far").waitFor();
  await page.getByText("\u22127.49\u00a0USD").waitFor(); // both spreads
  assert.deepEqual(complaints, []);
  await context.close();
});

test("each kind of bad input has one sentence at the field, before anything is asked of the chain", async () => {
  reset(stage, { cash: 1_000_000_000n, room: 500_000_000n });
  const { page, context } = await stage.visit(VAULT_PATH);
  await connectDemo(page);
  await button(page, "Deposit").click();
  const field = page.getByLabel("Amount to deposit");

  for (const [text, sentence] of [
    ["", "Enter an amount."],
    ["0", "Enter an amount above zero."],
    ["-5", "An amount is above zero; leave out the minus sign."],
    ["1e3", "Write the amount in full, without an exponent."],
    ["0.1234567", "At most 6 decimals; “0.1234567” has 7."],
    ["1250,50", "“1250,50” is not an amount; write it like 1,250.50."],
    ["lots", "“lots” is not an amount; write it like 1,250.50."],
    ["1,000.01", "More than your balance of 1,000.00\u00a0USD."],
    ["500.01", "The vault takes 500.00\u00a0USD more at most, its deposit cap; enter no more than that."],
  ] as const) {
    await field.fill(text);
    await page.keyboard.press("Enter");
    await page.getByText(sentence, { exact: true }).waitFor();
    const described = await field.getAttribute("aria-describedby");
    assert.equal(await page.locator(`[id="${described}"]`).textContent(), sentence);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
  }
  await field.fill("  1 00.50 ");
  await page.keyboard.press("Enter");
  await page.getByText("exactly 100.50\u00a0USD, by the vault").waitFor(); // pasted spaces are no mistake
  assert.deepEqual(stage.fixture.ledger.sent, []);
  await context.close();
});

test("a vault that is closed says so before anything is signed, and the form keeps its value", async () => {
  reset(stage, { isClosed: true });
  const { page, context } = await stage.visit(VAULT_PATH);
  await connectDemo(page);
  await button(page, "Deposit").click();
  await page.getByLabel("Amount to deposit").fill("1");
  await page.keyboard.press("Enter");

  await page.getByText(/takes no deposit now/).waitFor();
  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "1");
  assert.deepEqual(stage.fixture.ledger.sent, []);
  await marketIsReleased(stage.fixture);
  await context.close();
});

test("an empty demo wallet, marked as one, fills itself by one button", async () => {
  reset(stage, { cash: 0n });
  const { page, context } = await stage.visit(VAULT_PATH);
  await button(page, "Connect wallet").click();
  await page.getByText("Built into this page, for test funds on the local chain only.").waitFor();
  await button(page, "Demo wallet").click();
  await page.getByText("Demo, test funds").waitFor();
  await button(page, "Get demo USD").click();

  await page.getByText("10,000.00\u00a0USD").waitFor();
  assert.deepEqual(stage.fixture.ledger.sent, ["faucet"]);
  await context.close();
});

test("an exit is requested, bound, taken back; another is settled and claimed", async () => {
  reset(stage, { shares: 1_000n * 10n ** 12n });
  const { page, context, complaints } = await stage.visit(VAULT_PATH);
  await connectDemo(page);

  await button(page, "Request exit").click();
  await page.getByLabel("Shares to leave with").fill("400");
  await button(page, "Review request").click();
  await page.getByText(/paid at the first price after your request/).waitFor();
  await button(page, "Confirm request").click();
  await page.getByText("Your exit of 400.0000\u00a0shares is requested; it is paid at the next price.").waitFor();
  await button(page, "Done").click();

  await page.getByText("Exit of 400.0000\u00a0shares requested").waitFor();
  await page.getByText(/Binding until \d{4}-\d\d-\d\d/).waitFor();
  assert.equal(await button(page, "Take back").count(), 0);
  stage.fixture.ledger.isCancellable = true;
  await button(page, "Take back").click();
  await button(page, "Review").click();
  await button(page, "Confirm taking back").click();
  await page.getByText("You have 400.0000\u00a0shares back.").waitFor();
  await button(page, "Done").click();
  await page.getByText("1,000.00\u00a0shares").first().waitFor();

  await button(page, "Request exit").click();
  await page.getByRole("button", { name: /use all/ }).click();
  await button(page, "Review request").click();
  await button(page, "Confirm request").click();
  await button(page, "Done").click();
  stage.fixture.chain.settle();
  await page.getByText("996.00\u00a0USD to claim").waitFor(); // 0.4 % stay behind
  await button(page, "Claim USD").click();
  await button(page, "Review claim").click();
  await button(page, "Confirm claim").click();
  await page.getByText("You received 996.00\u00a0USD.").waitFor();
  assert.deepEqual(stage.fixture.ledger.sent, ["requestExit", "cancelExit", "requestExit", "claim"]);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("while the market is halted only what works is offered, and leaving in kind pays each asset", async () => {
  reset(stage, { shares: 1_000n * 10n ** 12n, failsToSend: true });
  stage.fixture.world.halted = "Disagreement";
  const { page, context, complaints } = await stage.visit(VAULT_PATH);
  await connectDemo(page);

  await page.getByText(/Leaving in kind needs no price and works now/).waitFor();
  assert.equal(await button(page, "Deposit").count(), 0);
  assert.equal(await button(page, "Redeem").count(), 0);
  await button(page, "Leave in kind").click();
  await page.getByLabel("Shares to leave in kind with").fill("1,000");
  await button(page, "Review exit in kind").click();
  await page.getByText("You receive SPX").waitFor();
  await page.getByText("500.00\u00a0USD").waitFor();
  await page.getByText("0.5000\u00a0SPX").waitFor();
  await button(page, "Confirm exit in kind").click();
  await page.getByText(/You received 500\.00\sUSD\. 0\.5000\sSPX could not be sent/).waitFor();

  await button(page, "Done").click();
  await button(page, "Claim SPX").click();
  await button(page, "Review claim").click();
  await button(page, "Confirm claim").click();
  await page.getByText("You received 0.5000\u00a0SPX.").waitFor();
  assert.deepEqual(stage.fixture.ledger.sent, ["exitInKind", "claim"]);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a deposit in German, with its decimal mark", async () => {
  reset(stage);
  const { page, context, complaints } = await stage.visit(VAULT_PATH, { locale: "de-DE" });
  await button(page, "Wallet verbinden").click();
  await button(page, "Demo-Wallet").click();
  await button(page, "Einzahlen").click();
  await page.getByLabel("Betrag zum Einzahlen").fill("1,250.50");
  await page.keyboard.press("Enter");
  await page.getByText("„1,250.50“ ist kein Betrag; schreibe ihn wie 1.250,50.").waitFor();
  await page.getByLabel("Betrag zum Einzahlen").fill("1.250,50");
  await page.keyboard.press("Enter");
  await page.getByText("genau 1.250,50\u00a0USD, der Vault").waitFor();
  await button(page, "Einzahlung bestätigen").click();
  await page.getByText("Du hast 1.248,00\u00a0Anteile bekommen.").waitFor();
  assert.deepEqual(complaints, []);
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

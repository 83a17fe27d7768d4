// The pages of vaults in a real browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStage, VAULT_PATH } from "./stage.ts";

const stage = createStage();

test("a halted market is announced with its reason and what still works", async () => {
  stage.fixture.world.halted = "Disagreement";
  const { page, context } = await stage.visit(VAULT_PATH);

  await page.getByText(/SPX\/USD is halted: its price sources disagree.*leaving in kind still works/).waitFor();
  stage.fixture.world.halted = "None";
  await context.close();
});

test("limits, fees and those who wait to leave are told", async () => {
  const { page, context } = await stage.visit(VAULT_PATH);
  const fact = async (label: string) => {
    const value = page.getByText(label, { exact: true }).locator("xpath=following-sibling::dd[1]");
    return (await value.textContent())?.replace(/\u00a0/g, " ");
  };
  await page.getByText("200.0\u00a0% in 5\u00a0d").waitFor();

  assert.equal(await fact("Gives away to traders, at most"), "1.0 % in 5 d");
  assert.equal(await fact("Only sells when down"), "40.0 %");
  assert.equal(await fact("Sells all without forecasts after"), "7 d");
  assert.equal(await fact("Takes deposits up to"), "100,000,000 USD");
  assert.equal(await fact("To hold"), "1.0 %/yr");
  assert.equal(await fact("Of gains above the mark"), "10.0 %");
  assert.equal(await fact("High-water mark"), "1.1000 USD");
  assert.equal(await fact("To enter"), "0.2 %");
  assert.equal(await fact("To leave in cash"), "0.4 %");
  assert.match((await fact("Waiting to leave in cash")) ?? "", /^2\d\d\.\d\d USD$/); // a thousandth of 250,000 shares
  await page.getByText(/at the next price by/).waitFor();
  await page.getByText(/for 996\.00\u00a0USD, to be claimed by/).waitFor();
  await context.close();
});

test("paused deposits are announced with their end", async () => {
  stage.fixture.world.pausedUntil = (stage.fixture.world.rounds.at(-1)?.closedAt ?? 0n) + 3n * 86_400n;
  const { page, context } = await stage.visit(VAULT_PATH);

  await page
    .getByText(/has paused deposits; the pause ends by itself in 2\u00a0d\. Leaving works in every way/)
    .waitFor();
  stage.fixture.world.pausedUntil = 0n;
  await context.close();
});

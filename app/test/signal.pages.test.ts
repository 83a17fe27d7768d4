// The page of a signal in a real browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStage, NEWEST, SIGNAL_PATH } from "./stage.ts";

const stage = createStage();

test("three clicks lead from a fill to the mathematics behind it", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByRole("link", { name: "Volatility-target SPX" }).click();
  await page
    .getByRole("link", { name: /^round \d+$/ })
    .first()
    .click();

  await page.getByText("Equal, bit for bit").waitFor();
  await page.getByText("Volatility-target SPX").waitFor();
  assert.match(page.url(), /\/signal\/spx-usd-vol\/\d+\?chain=31337$/);
  await context.close();
});

test("a signal that the browser cannot reproduce is an alarm", async () => {
  stage.fixture.world.isTampered = true;
  const { page, context } = await stage.visit(SIGNAL_PATH);

  const alarm = page.getByRole("alert").filter({ hasText: "NOT EQUAL" });
  await alarm.waitFor();
  assert.match((await alarm.textContent()) ?? "", /Do not use this round/);
  stage.fixture.world.isTampered = false;
  await context.close();
});

test("the newest round is followed as it is published", async () => {
  const last = stage.fixture.world.rounds.pop();
  assert.ok(last);
  const { page, context } = await stage.visit(SIGNAL_PATH);
  await page.getByRole("heading", { level: 1, name: `round ${NEWEST - 1}` }).waitFor();

  stage.fixture.world.rounds.push(last);
  stage.fixture.world.head += 1;

  await page.getByRole("heading", { level: 1, name: `round ${NEWEST}` }).waitFor();
  await context.close();
});

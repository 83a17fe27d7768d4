// What a person does with a wallet on the vault's page, shared by the files that test it.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { emptyLedger } from "./fixture-vault.ts";
import type { Stage } from "./stage.ts";

export const CASH = 10_000_000_000n;
export const PATIENCE_MS = 60_000; // reloads and several tabs, on a machine that does other things as well

/** The world as each test finds it: an account with cash, and a vault that takes it. */
export const reset = ({ fixture }: Stage, change: object = {}) => {
  Object.assign(fixture.ledger, emptyLedger(), { cash: CASH }, change);
  Object.assign(fixture.chain.mempool, { isHeld: false, isReverting: false });
  fixture.world.halted = "None";
  fixture.holds.clear();
};

export const until = async (what: string, isSo: () => boolean): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `waited in vain for ${what}`);
    await sleep(20);
  }
};

export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

export const connect = async (page: Page, wallet: string) => {
  await button(page, "Connect wallet").click();
  await button(page, wallet).click();
  await button(page, "Disconnect").waitFor();
};

/** From the position to a review that waits for its confirmation. */
export const reviewDeposit = async (page: Page, amount: string) => {
  await button(page, "Deposit").click();
  await page.getByLabel("Amount to deposit").fill(amount);
  await button(page, "Review deposit").click();
  await button(page, "Confirm deposit").waitFor();
};

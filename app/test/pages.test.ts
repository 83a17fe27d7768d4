// The built app in a real browser against the fixture: what a person sees, and that the page keeps its promises.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildApp } from "../server/build.ts";
import { type AppServer, serveApp } from "../server/serve.ts";
import { launchBrowser } from "./browser.ts";
import { type Fixture, startFixture } from "./fixture.ts";
import { VAULT } from "./fixture-graphql.ts";

const VAULT_PATH = `/vault/${VAULT}`;
const SIGNAL_PATH = "/signal/spx-usd-vol";
const NEWEST = 620;

let browser: Browser;
let fixture: Fixture;
let server: AppServer;

before(async () => {
  const { dist } = await buildApp();
  fixture = await startFixture();
  server = await serveApp({ dist, config: fixture.config, port: 0 });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  await fixture?.close();
});

type Visit = { page: Page; context: BrowserContext; complaints: string[] };

/** Opens a page and collects what no page may do: errors, refused styles, requests to strangers. */
const visit = async (path: string, width = 1440): Promise<Visit> => {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(`http://127.0.0.1:${server.port}${path}`);
  return { page, context, complaints };
};

/** The page asks the replay to move on and does not wait for the answer. */
const marketIsReleased = async (): Promise<void> => {
  const until = Date.now() + 5_000;
  while (fixture.holds.size > 0 && Date.now() < until) await setTimeout(20);
  assert.equal(fixture.holds.size, 0, "market time is still held");
};

test("every page renders without an error, a refused style or a request to a stranger", async () => {
  for (const [path, text] of [
    ["/", "Volatility-target SPX"],
    [VAULT_PATH, "Oldest forecast used"],
    [SIGNAL_PATH, "Equal, bit for bit"],
    [`${SIGNAL_PATH}/300`, "replaced by round 301"],
  ] as const) {
    const { page, context, complaints } = await visit(path);
    await page.getByText(text).first().waitFor();
    await page.waitForTimeout(600); // charts and live updates

    assert.deepEqual(complaints, [], path);
    await context.close();
  }
});

test("no page scrolls sideways on a phone", async () => {
  for (const path of ["/", VAULT_PATH, SIGNAL_PATH]) {
    const { page, context } = await visit(path, 360);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(500);

    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, path);
    await context.close();
  }
});

test("three clicks lead from a fill to the mathematics behind it", async () => {
  const { page, context } = await visit("/");
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
  fixture.world.isTampered = true;
  const { page, context } = await visit(SIGNAL_PATH);

  const alarm = page.getByRole("alert").filter({ hasText: "NOT EQUAL" });
  await alarm.waitFor();
  assert.match((await alarm.textContent()) ?? "", /Do not use this round/);
  fixture.world.isTampered = false;
  await context.close();
});

test("the newest round is followed as it is published", async () => {
  const last = fixture.world.rounds.pop();
  assert.ok(last);
  const { page, context } = await visit(SIGNAL_PATH);
  await page.getByRole("heading", { level: 1, name: `round ${NEWEST - 1}` }).waitFor();

  fixture.world.rounds.push(last);
  fixture.world.head += 1;

  await page.getByRole("heading", { level: 1, name: `round ${NEWEST}` }).waitFor();
  await context.close();
});

test("a deposit is reviewed, sent in two steps, verified, and can be redeemed", async () => {
  Object.assign(fixture.ledger, { cash: 10_000_000_000n, shares: 0n, allowance: 0n, sent: [] });
  const { page, context, complaints } = await visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Demo wallet" }).click();

  await page.getByRole("button", { name: "Deposit" }).click();
  await page.getByLabel("Amount to deposit").fill("1,250.50");
  await page.getByRole("button", { name: "Review deposit" }).click();
  await page.getByText("exactly 1,250.50\u00a0USD: vault").waitFor();
  await page.getByText("2.50\u00a0USD", { exact: true }).waitFor(); // spread of 0.2 %
  await page.getByText(/Market time is held/).waitFor();
  assert.equal(fixture.holds.size, 1);
  await page.getByRole("button", { name: "Confirm deposit" }).click();

  await page.getByText("You received 1,248.00\u00a0shares.").waitFor();
  await page.getByText("indexed", { exact: true }).waitFor();
  assert.deepEqual(fixture.ledger.sent, ["approve", "deposit"]);
  assert.equal(fixture.ledger.allowance, 0n);
  await marketIsReleased();

  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Redeem" }).click();
  await page.getByRole("button", { name: /use all/ }).click();
  await page.getByRole("button", { name: "Review redeem" }).click();
  await page.getByRole("button", { name: "Confirm redeem" }).click();
  await page.getByText("You received 1,243.01\u00a0USD.").waitFor(); // 0.4 % less
  assert.equal(fixture.ledger.shares, 0n);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("an amount that cannot be paid is refused before the chain is asked, a closed vault before anything is signed", async () => {
  Object.assign(fixture.ledger, { cash: 1_000_000n, shares: 0n, allowance: 0n, isClosed: true, sent: [] });
  fixture.holds.clear();
  const { page, context } = await visit(VAULT_PATH);
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
  assert.deepEqual(fixture.ledger.sent, []);
  await marketIsReleased();
  fixture.ledger.isClosed = false;
  await context.close();
});

test("an empty demo wallet can fill itself", async () => {
  Object.assign(fixture.ledger, { cash: 0n, shares: 0n, allowance: 0n, sent: [] });
  const { page, context } = await visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Demo wallet" }).click();
  await page.getByRole("button", { name: "Get demo USD" }).click();

  await page.getByText("10,000.00\u00a0USD").waitFor();
  assert.deepEqual(fixture.ledger.sent, ["faucet"]);
  await context.close();
});

test("a halted market is announced with its reason and what still works", async () => {
  fixture.world.halted = "Disagreement";
  const { page, context } = await visit(VAULT_PATH);

  await page.getByText(/SPX\/USD is halted: its price sources disagree.*leaving in kind still works/).waitFor();
  fixture.world.halted = "None";
  await context.close();
});

test("limits, fees and those who wait to leave are told", async () => {
  const { page, context } = await visit(VAULT_PATH);
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
  fixture.world.pausedUntil = (fixture.world.rounds.at(-1)?.closedAt ?? 0n) + 3n * 86_400n;
  const { page, context } = await visit(VAULT_PATH);

  await page
    .getByText(/has paused deposits; the pause ends by itself in 2\u00a0d\. Leaving works in every way/)
    .waitFor();
  fixture.world.pausedUntil = 0n;
  await context.close();
});

test("no vaults yet is said, not left blank", async () => {
  fixture.world.hasVaults = false;
  const { page, context } = await visit("/");

  await page.getByText(/No vault yet/).waitFor();
  fixture.world.hasVaults = true;
  await context.close();
});

test("the theme can be overridden and is remembered", async () => {
  const { page, context } = await visit("/");
  await page.getByRole("button", { name: /Theme: Auto/ }).click();
  await page.getByRole("button", { name: /Theme: Light/ }).click();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), "rgb(13, 16, 21)");

  await page.reload();
  await page.getByRole("button", { name: /Theme: Dark/ }).waitFor();
  assert.equal(await background(), "rgb(13, 16, 21)");
  await context.close();
});

test("the keyboard alone reaches the vault and its deposit", async () => {
  const { page, context } = await visit(VAULT_PATH);
  await page.getByRole("button", { name: "Connect wallet", disabled: false }).waitFor(); // once the vault has loaded
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to content");

  const reached = new Set<string>();
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add((await page.evaluate(() => document.activeElement?.textContent)) ?? "");
  }
  assert.ok(reached.has("Connect wallet"), [...reached].join(", "));
  await context.close();
});

test("when the indexer goes away the page says so and keeps what it knew", async () => {
  const lonely = await startFixture();
  const own = await serveApp({ dist: (await buildApp()).dist, config: lonely.config, port: 0 });
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${own.port}${VAULT_PATH}`);
  await page.getByText("Oldest forecast used").waitFor();
  await page
    .getByRole("link", { name: /^round \d+$/ })
    .first()
    .waitFor();

  await lonely.close();

  await page.getByText(/Offline: the indexer/).waitFor();
  assert.ok(
    await page
      .getByRole("link", { name: /^round \d+$/ })
      .first()
      .isVisible(),
  );
  await page.context().close();
  await own.close();
});

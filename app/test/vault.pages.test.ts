// The pages of vaults in a real browser.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { VAULT, type World } from "./fixture-graphql.ts";
import { createStage, VAULT_PATH } from "./stage.ts";

const FAR_DOWN = 1_500; // rows; several pages of each kind

const stage = createStage();
let untouched: World;

beforeEach(() => {
  untouched = { ...stage.fixture.world, rounds: [...stage.fixture.world.rounds] };
});

// A test that fails leaves neither a page that is still followed nor a world that the next one would not expect.
afterEach(async () => {
  Object.assign(stage.fixture.world, { isUnentered: false, longPast: 0 }, untouched);
  await Promise.all(stage.browser.contexts().map((context) => context.close()));
});

/** Spaces that keep a number and its unit together are spaces here. */
const plain = (text: string | null): string => (text ?? "").replaceAll("\u00a0", " ");

const factOf = async (page: Page, label: string): Promise<string> => {
  const value = page
    .getByText(label, { exact: true })
    .locator("xpath=following-sibling::dd[1]")
    .filter({ hasText: /\S/ });
  await value.waitFor();
  return plain(await value.textContent());
};

const meterOf = async (page: Page, label: string): Promise<string> => {
  const meter = page.getByRole("meter", { name: label.replaceAll(" d", "\u00a0d") });
  await meter.waitFor();
  return plain(await meter.getAttribute("aria-valuetext"));
};

const listOf = (page: Page) => page.getByRole("region", { name: "Activity, newest first" });

test("the list tells of each vault its value, its past, its volatility and what it holds", async () => {
  const { page } = await stage.visit("/");
  const row = page.getByRole("row", { name: /Volatility-target SPX/ });
  await row.getByRole("img", { name: /^NAV per share over 120 days, from 0\.8\d{3} to 0\.8266$/ }).waitFor();
  const told = plain(await row.textContent());

  assert.match(told, /live0\.8266−17\.34 %/);
  assert.match(told, /9\.2 % \/ 10\.0 %/); // held and aimed at
  assert.match(told, /206,658\.00 USD29\.5 %33\.7 % SPX$/);
});

test("a vault is a card where a row would not fit", async () => {
  const { page } = await stage.visit("/", { viewport: { width: 360, height: 800 } });
  await page.getByRole("listitem").filter({ hasText: "Volatility-target SPX" }).waitFor();

  assert.equal(await page.getByRole("table").count(), 0);
  assert.equal(await factOf(page, "Volatility held / target"), "9.2 % / 10.0 %");
});

test("what the indexer does not answer is said, and read again by itself once it does", async () => {
  const page = await (await stage.browser.newContext()).newPage();
  await page.route("**/graphql", (route) => route.abort());
  for (const path of ["/", VAULT_PATH]) {
    await page.goto(`http://127.0.0.1:${stage.server.port}${path}`);
    await page.getByRole("main").getByRole("alert").first().waitFor();
    assert.ok(await page.getByRole("button", { name: "Try again" }).first().isVisible());
  }

  await page.unroute("**/graphql");

  await page.getByText("USD per share").waitFor();
  await page.waitForFunction(() => document.querySelector("main [role=alert]") === null);
});

test("a mandate that the chain's node does not tell is asked for again on request", async () => {
  const page = await (await stage.browser.newContext()).newPage();
  await page.route("**/rpc", (route) => route.abort());
  await page.goto(`http://127.0.0.1:${stage.server.port}${VAULT_PATH}`);
  const limits = page.getByRole("region", { name: "Limits" });
  await limits.getByText("The mandate could not be read from the chain.").waitFor();
  await page.getByText("The chain's node does not say who holds the roles.").first().waitFor();

  await page.unroute("**/rpc");
  await limits.getByRole("button", { name: "Try again" }).click();

  assert.equal(await meterOf(page, "Traded in 5 d"), "15.60 % of 200.0 %");
});

test("while the list loads, it has the place of its rows", async () => {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  await page.route("**/graphql", () => undefined); // never answers
  await page.goto(`http://127.0.0.1:${stage.server.port}/`);

  await page.locator('[aria-busy="true"]').getByRole("row").nth(1).waitFor();
  assert.equal(await page.locator('[aria-busy="true"]').getByRole("row").count(), 2); // header and the deployed vault
});

test("an address that no vault has is told", async () => {
  const { page } = await stage.visit(`/vault/0x${"0".repeat(40)}`);
  await page.getByText(`No vault has the address 0x${"0".repeat(40)}.`).waitFor();
});

test("a vault nobody has entered says what will appear and when", async () => {
  stage.fixture.world.isUnentered = true;
  const { page } = await stage.visit(VAULT_PATH);

  await page.getByText(/Nobody has deposited yet/).waitFor();
  await page.getByText("no deposit yet").waitFor();
  await page.getByText("The history begins with the first candle after the first deposit.").first().waitFor();
  await page.getByRole("button", { name: "Trades" }).click();
  await page.getByText(/No trade yet/).waitFor();
  await page.goto(`http://127.0.0.1:${stage.server.port}/`);
  await page.getByText("no past yet").waitFor();
});

test("a halted market is announced with its reason and what still works", async () => {
  stage.fixture.world.halted = "Disagreement";
  const { page } = await stage.visit(VAULT_PATH);

  await page
    .getByText(
      /SPX\/USD was halted 1\u00a0h ago: its price sources disagree\. Its last price came 42\u00a0s ago.*in kind still work/,
    )
    .waitFor();
  await page.getByText("halted", { exact: true }).waitFor();
});

test("paused deposits are announced with their end", async () => {
  stage.fixture.world.pausedUntil = (stage.fixture.world.rounds.at(-1)?.closedAt ?? 0n) + 3n * 86_400n;
  const { page } = await stage.visit(VAULT_PATH);

  await page
    .getByText(/has paused deposits; the pause ends by itself in 2\u00a0d\. Leaving works in every way/)
    .waitFor();
  await page.getByText("deposits paused", { exact: true }).waitFor();
});

test("each limit is a gauge with its numbers in words", async () => {
  const { page } = await stage.visit(VAULT_PATH);

  assert.equal(await meterOf(page, "Traded in 5 d"), "15.60 % of 200.0 %"); // 2e7 − 18,440,000 of 1e−7
  assert.equal(await meterOf(page, "Given away in 5 d"), "0.12 % of 1.0 %");
  assert.equal(await meterOf(page, "Below the high-water mark"), "24.9 % of 40.0 %");
  assert.equal(await meterOf(page, "Weight of SPX"), "33.7 % of 95.0 %");
  assert.equal(await meterOf(page, "Age of SPX/USD vol"), "42 s of 6 d");
  assert.equal(await meterOf(page, "Cash"), "50.0 %, at least 5.0 %");
  assert.equal(await meterOf(page, "Assets"), "206,658 USD of 100,000,000 USD");
  assert.equal(await factOf(page, "Sells all without forecasts after"), "7 d");
});

test("what the vault knows now, its fees, those who wait to leave and who may change it are told", async () => {
  const { page } = await stage.visit(VAULT_PATH);

  assert.equal(await factOf(page, "Held volatility"), "9.2 % · aims at 10.0 %");
  assert.equal(await factOf(page, "Next close"), "in 23:59:18"); // a day after the last one, which was 42 s ago
  assert.equal(await factOf(page, "To hold"), "1.0 %/yr");
  assert.equal(await factOf(page, "Of gains above the mark"), "10.0 %");
  assert.equal(await factOf(page, "High-water mark"), "1.1000 USD");
  assert.equal(await factOf(page, "To enter"), "0.2 %");
  assert.equal(await factOf(page, "To leave in cash"), "0.4 %");
  assert.match(await factOf(page, "Waiting to leave in cash"), /^2\d\d\.\d\d USD$/); // a thousandth of 250,000 shares
  await page
    .getByRole("list", { name: "Next in the queue" })
    .getByText(/#4 · 250\.0000 shares/)
    .waitFor();

  const trust = page.getByRole("region", { name: "Who may change what" });
  await trust.getByText(/after 3\u00a0d in public/).waitFor();
  assert.equal(await trust.getByText("held by nobody").count(), 1); // the governor's role was never granted here
  assert.equal(await trust.getByText(/at once/).count(), 2);
});

test("three clicks lead from the list over a fill's auction to the mathematics", async () => {
  const { page } = await stage.visit("/");
  await page.getByRole("link", { name: "Volatility-target SPX" }).click();
  await listOf(page).getByRole("link", { name: "auction" }).nth(3).click();
  const auction = page.getByRole("group", { name: "Auction" });
  await auction
    .getByText(/^\d+\.\d\u00a0%$/)
    .first()
    .waitFor();
  assert.match(page.url(), /#auction-31337-/);
  await auction.getByRole("link", { name: /^SPX\/USD vol, round \d+$/ }).click();

  await page.getByText("Equal, bit for bit").waitFor();
});

test("an address with an auction opens it, and reading it takes the focus", async () => {
  const id = `31337-${VAULT}-${stage.fixture.world.rounds.find(({ traded }) => traded !== 0n)?.round}-auction`;
  const { page } = await stage.visit(`${VAULT_PATH}#auction-${id}`); // the oldest one

  await page.getByRole("group", { name: "Auction" }).waitFor();
  await page.waitForFunction((name) => document.activeElement?.id === name, `auction-${id}`);
});

test("activity is filtered by what it is about", async () => {
  const { page } = await stage.visit(VAULT_PATH);
  const list = listOf(page);
  await list.getByText(/at the next price by/).waitFor();
  await list.getByText(/for 996\.00\u00a0USD, to be claimed by/).waitFor();
  await list.getByText(/for 400\.00\u00a0USD \+ 5\.0000\u00a0SPX by/).waitFor();
  await list
    .getByText(/\+0\.12\u00a0% · \+\d/)
    .first()
    .waitFor(); // what the vault gained by a trade

  await page.getByRole("button", { name: "Mandate changes" }).click();
  await list.getByText("Most it holds in SPX: 95.0\u00a0%").waitFor();
  await list.getByText("Takes deposits up to: 100,000,000.00\u00a0USD").waitFor();
  assert.equal(await list.getByRole("listitem").count(), 4);

  await page.getByRole("button", { name: "Entries and exits" }).click();
  await list.getByText(/250,000\.00\u00a0USD for 250,000\.00\u00a0shares by/).waitFor();
  assert.equal(await list.getByText(/^(Bought|Sold|Auction)$/).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Entries and exits" }).getAttribute("aria-pressed"), "true");
});

test("ten thousand rows are read as somebody scrolls, and only those in sight are in the page", async () => {
  stage.fixture.world.longPast = 10_000;
  const { page } = await stage.visit(VAULT_PATH);
  const list = listOf(page);
  await list.waitFor();
  const last = () => list.getByRole("listitem").last().getAttribute("aria-posinset");
  let most = 0;

  for (let turns = 0; turns < 200 && Number(await last()) < FAR_DOWN; turns += 1) {
    await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.waitForTimeout(50);
    most = Math.max(most, await list.getByRole("listitem").count());
  }

  assert.ok(Number(await last()) >= FAR_DOWN);
  assert.ok(most > 10 && most < 60, `${most} rows in the page`);
});

test("a new fill arrives by itself, and what it changed is marked", async () => {
  const { world } = stage.fixture;
  const last = world.rounds.at(-1);
  assert.ok(last);
  const { page } = await stage.visit(VAULT_PATH);
  await listOf(page).getByText("Exit settled").first().waitFor();
  assert.equal(await page.locator('h3, p [data-changes="0"]').first().textContent(), "0.8266");

  world.rounds.push({
    ...last,
    round: last.round + 1,
    closedAt: last.closedAt + 86_400n,
    navPerShare: 900_000n,
    traded: 10n ** 17n,
  });
  world.head += 12;

  await listOf(page).locator(".fresh").getByText("Bought").waitFor();
  await page.locator('p [data-changes="1"]').getByText("0.9000").waitFor();
});

test("one crosshair for both charts, moved by the keyboard, with the data behind", async () => {
  const { page, complaints } = await stage.visit(VAULT_PATH);
  const value = page.getByRole("slider", { name: /^NAV per share against buying and holding/ });
  const volatility = page.getByRole("slider", { name: /^Volatility: forecast, target/ });

  await value.focus();
  await page.keyboard.press("Home");

  assert.equal(plain(await value.getAttribute("aria-valuetext")).split(";")[0], "2007-09-05");
  assert.match(
    plain(await volatility.getAttribute("aria-valuetext")),
    /^2007-09-05; Held, last 20 candles –; Aimed at/,
  );

  await page.getByRole("button", { name: "1 m" }).click();
  const shown = Number(await value.getAttribute("aria-valuemax"));
  assert.ok(shown > 15 && shown < 24, `${shown} candles in a month`);

  await page.getByText("Data as a table").nth(1).click();
  const row = page.getByRole("table", { name: "Newest 250 candles" }).getByRole("row").nth(1);
  assert.match(plain(await row.textContent()), /^2009-05-059\.2 %10\.0 %29\.5 %round 620$/);
  assert.deepEqual(complaints, []);
});

test("the page speaks German where the visitor does", async () => {
  const { page } = await stage.visit(VAULT_PATH, { locale: "de-DE" });
  await page.getByText("USD je Anteil").waitFor();

  assert.equal(await factOf(page, "Gehaltene Volatilität"), "9,2 % · Ziel 10,0 %");
  assert.equal(await meterOf(page, "Gewicht von SPX"), "33,7 % von 95,0 %");
  await page
    .getByRole("region", { name: "Aktivität, Neuestes zuerst" })
    .getByText(/zum nächsten Preis von/)
    .waitFor();
  await page.getByRole("slider", { name: /^NAV je Anteil/ }).focus();
  await page.keyboard.press("Home");
  const text = await page.getByRole("slider", { name: /^NAV je Anteil/ }).getAttribute("aria-valuetext");
  assert.match(plain(text), /^2007-09-05; NAV je Anteil \d,\d{4} USD/);
});

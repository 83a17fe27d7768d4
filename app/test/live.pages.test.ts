// How soon a page shows what happened, and what it says when it cannot know.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillToScreenMs } from "./measure.ts";
import { createStage, SIGNAL_PATH, VAULT_PATH } from "./stage.ts";

const stage = createStage();

const SOON_MS = 300;
const QUIET_MS = 60_000; // no announcement but those that a test makes

test("a fill is on screen within 300 ms of its block", async (context) => {
  const { page, url, fixture } = await stage.alone(context, { headMs: QUIET_MS });
  await page.goto(url + VAULT_PATH);
  await page
    .getByRole("link", { name: /^round \d+$/ })
    .first()
    .waitFor();

  // The best of ten: other programs on the machine may slow one down, a page that waits slows down all.
  const took: number[] = [];
  while (took.length < 10 && !took.some((ms) => ms <= SOON_MS)) took.push(await fillToScreenMs(page, fixture));
  assert.ok(Math.min(...took) <= SOON_MS, `${took.join(", ")} ms`);
});

test("at full replay speed the page keeps up, and asks at most every 120 ms", async (context) => {
  const { page, url, fixture } = await stage.alone(context, { headMs: 10 });
  await page.goto(`${url}/`);
  await page.getByText("Volatility-target SPX").waitFor();
  let asked = 0;
  page.on("request", (request) => {
    if (request.postData()?.includes("query Vaults")) asked += 1;
  });

  const turn = setInterval(() => {
    fixture.world.head += 1;
  }, 10);
  await page.waitForTimeout(2_000);
  clearInterval(turn);

  assert.ok(asked >= 4 && asked <= 2_000 / 120 + 2, `${asked} requests in two seconds`);
  await page.getByText(`block ${fixture.world.head.toLocaleString("en-US")}`).waitFor();
});

test("two tabs show the same block", async () => {
  const { page, context } = await stage.visit("/");
  const other = await context.newPage();
  await other.goto(`http://127.0.0.1:${stage.server.port}${SIGNAL_PATH}`);
  stage.fixture.world.head += 1_000;
  stage.fixture.announce();

  const text = `block ${stage.fixture.world.head.toLocaleString("en-US")}`;
  await Promise.all([page.getByText(text).waitFor(), other.getByText(text).waitFor()]);
  await context.close();
});

test("a tab that nobody looks at asks nothing, and catches up when it is looked at", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByText("Volatility-target SPX").waitFor();
  const look = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await look(true);
  await page.waitForTimeout(300); // what was under way is done
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/graphql")) asked += 1;
  });
  stage.fixture.world.head += 7;
  stage.fixture.announce();
  await page.waitForTimeout(700);
  assert.equal(asked, 0);

  await look(false);
  await page.getByText(`block ${stage.fixture.world.head.toLocaleString("en-US")}`).waitFor();
  assert.ok(asked > 0);
  await context.close();
});

test("when the indexer goes away the page says so, keeps what it knew and says how old it is", async (context) => {
  const { page, url, fixture } = await stage.alone(context);
  await page.goto(url + VAULT_PATH);
  const trade = page.getByRole("link", { name: /^round \d+$/ }).first();
  await trade.waitFor();

  await fixture.close();

  await page
    .getByText(/The indexer at .* does not answer\. .* Known up to block 5,141, 2009-05-05 00:00 UTC\./)
    .waitFor();
  await page.getByRole("banner").getByText("old", { exact: true }).waitFor();
  assert.ok(await trade.isVisible());
});

test("an indexer that comes back is followed again, and the page says what it had missed", async (context) => {
  const { page, url, fixture } = await stage.alone(context);
  await page.goto(`${url}/`);
  await page.getByText("block 5,141").waitFor();

  fixture.cut(true);
  await page.getByText(/does not answer/).waitFor();
  fixture.world.head += 12;
  fixture.cut(false);

  await page.getByText("Back: 12 blocks read meanwhile.").waitFor();
  assert.equal(await page.getByText(/does not answer/).count(), 0);
  await page.getByText("block 5,153").waitFor();
});

test("an indexer that announces blocks but refuses questions is not taken for a live one", async () => {
  const { page, context } = await stage.visit(VAULT_PATH);
  const trade = page.getByRole("link", { name: /^round \d+$/ }).first();
  await trade.waitFor();
  stage.fixture.world.refusal = "the database is full";
  try {
    await page.getByText(/refused to answer: the database is full\. Known up to block/).waitFor();
    assert.ok(await trade.isVisible());
  } finally {
    stage.fixture.world.refusal = undefined;
  }
  await page.getByText(/refused to answer/).waitFor({ state: "detached" });
  await context.close();
});

test("a chain whose node does not answer is said to be silent", async () => {
  const { page, context } = await stage.visit("/");
  await page.route("**/rpc", (route) => route.abort());
  await page.getByText(/The node of chain 31337 does not answer/).waitFor();
  await context.close();
});

test("an indexer that stands still behind its chain is said to be behind, with the number", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByText("Volatility-target SPX").waitFor();
  await page.route("**/rpc", (route) => {
    const height = `0x${(stage.fixture.world.head + 42).toString(16)}`;
    return route.fulfill({ json: { jsonrpc: "2.0", id: 1, result: height } });
  });
  await page.getByText(/The indexer is 42 blocks behind chain 31337.*Known up to block/).waitFor();
  await context.close();
});

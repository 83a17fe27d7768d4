// What every page promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildApp } from "../server/build.ts";
import { serveApp } from "../server/serve.ts";
import { startFixture } from "./fixture.ts";
import { createStage, SIGNAL_PATH, VAULT_PATH } from "./stage.ts";

const stage = createStage();

test("every page renders without an error, a refused style or a request to a stranger", async () => {
  for (const [path, text] of [
    ["/", "Volatility-target SPX"],
    [VAULT_PATH, "Oldest price for deposits"],
    [SIGNAL_PATH, "Equal, bit for bit"],
    [`${SIGNAL_PATH}/300`, "replaced by round 301"],
  ] as const) {
    const { page, context, complaints } = await stage.visit(path);
    await page.getByText(text).first().waitFor();
    await page.waitForTimeout(600); // charts and live updates

    assert.deepEqual(complaints, [], path);
    await context.close();
  }
});

test("no page scrolls sideways on a phone", async () => {
  for (const path of ["/", VAULT_PATH, SIGNAL_PATH]) {
    const { page, context } = await stage.visit(path, { viewport: { width: 360, height: 900 } });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(500);

    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, path);
    await context.close();
  }
});

test("no vaults yet is said, not left blank", async () => {
  stage.fixture.world.hasVaults = false;
  const { page, context } = await stage.visit("/");

  await page.getByText(/No vault yet/).waitFor();
  stage.fixture.world.hasVaults = true;
  await context.close();
});

test("the theme can be overridden and is remembered", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByRole("button", { name: /Theme: Auto/ }).click();
  await page.getByRole("button", { name: /Theme: Light/ }).click();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), "rgb(13, 16, 21)");

  await page.reload();
  await page.getByRole("button", { name: /Theme: Dark/ }).waitFor();
  assert.equal(await background(), "rgb(13, 16, 21)");
  await context.close();
});

test("when the indexer goes away the page says so and keeps what it knew", async () => {
  const lonely = await startFixture();
  const own = await serveApp({ dist: (await buildApp()).dist, config: lonely.config, port: 0 });
  const page = await (await stage.browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${own.port}${VAULT_PATH}`);
  await page.getByText("Oldest price for deposits").waitFor();
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

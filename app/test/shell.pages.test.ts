// What every page promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstViewBytes } from "./measure.ts";
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

test("the first view stays below 200 kB, compressed, before the code of charts", async () => {
  const bytes = await firstViewBytes(stage.browser, `http://127.0.0.1:${stage.server.port}/`);
  assert.ok(bytes <= 200_000, `${bytes} bytes`);
  assert.ok(bytes > 100_000, `${bytes} bytes cannot be all of it`);
});

test("a part that crashes says so in its place, and the rest of the page goes on", async () => {
  const { page, context } = await stage.visit("/");
  await page.route("**/assets/TimeChart-*.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: 'export const TimeChart = () => { throw new Error("the pen broke"); };',
    }),
  );
  await page.getByRole("link", { name: "Volatility-target SPX" }).click();

  const alarm = page.getByRole("alert");
  await alarm.getByText("This part failed: the pen broke. The rest of the page still works.").waitFor();
  await alarm.getByRole("button", { name: "Try again" }).waitFor();
  assert.ok(await page.getByRole("button", { name: "Connect wallet" }).isVisible());
  await context.close();
});

test("a page whose code is gone from the server offers the newer version", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByText("Volatility-target SPX").waitFor();
  await page.route("**/assets/NetworkPage-*.js", (route) => route.fulfill({ status: 404, body: "gone" }));
  await page.getByRole("link", { name: "Network" }).click();

  await page.getByText(/belongs to a version that the server no longer has/).waitFor();
  await page.getByRole("link", { name: "Vaults", exact: true }).click(); // the header still leads elsewhere
  await page.getByRole("link", { name: "Volatility-target SPX" }).waitFor();
  await context.close();
});

test("before any code runs there is the outline of a page, and without JavaScript a sentence", async () => {
  const { page, context } = await stage.visit("/", { javaScriptEnabled: false, colorScheme: "dark" });
  await page.getByText("AIBOT IYI").waitFor();
  const sentence = page.locator("noscript");
  assert.match((await sentence.textContent()) ?? "", /allow JavaScript/);
  assert.ok(((await sentence.boundingBox())?.height ?? 0) > 0, "which can be seen");

  const panel = await page.locator(".outline i").nth(1).boundingBox();
  assert.equal(panel?.height, 320, "the policy lets its styles in");
  await context.close();
});

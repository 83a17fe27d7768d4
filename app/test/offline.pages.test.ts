// The installed app: what it keeps, how it opens without a network, how it gets a newer build.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { buildApp } from "../server/build.ts";
import { type AppServer, serveApp } from "../server/serve.ts";
import type { Config } from "../src/config.ts";
import { type Alone, type AloneParams, createStage, SIGNAL_PATH } from "./stage.ts";

const stage = createStage();

const NEWER = "feedfacefeedface";

/** Resolves when the worker has kept the whole build; one that cannot be installed would never be ready. */
const isInstalled = (page: Page) =>
  page.evaluate(() => {
    const late = new Promise<never>((_, reject) => setTimeout(reject, 15_000, new Error("no worker is installed")));
    return Promise.race([navigator.serviceWorker.ready.then(({ active }) => active?.state), late]);
  });

/** Names of the queries that the browser keeps. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const open = indexedDB.open("aibot");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const keys = open.result.transaction("queries").objectStore("queries").getAllKeys();
          keys.onsuccess = () => {
            open.result.close();
            resolve(keys.result.map(String));
          };
        };
      }),
  );

const isKept = async (page: Page, name: string): Promise<void> => {
  const until = Date.now() + 15_000;
  while (!(await kept(page)).some((key) => key.includes(name))) {
    assert.ok(Date.now() < until, `${name} was not kept`);
    await page.waitForTimeout(200);
  }
};

/** A first visit, until the browser keeps what it needs to open the app again. */
const install = async (context: TestContext, params: AloneParams = {}): Promise<Alone> => {
  const installed = await stage.alone(context, { ...params, options: { serviceWorkers: "allow" } });
  await installed.page.goto(installed.url);
  await installed.page.getByText("Volatility-target SPX").waitFor();
  await isInstalled(installed.page);
  return installed;
};

test("a vault that was seen opens without a network, marked as old, and goes on when it is back", async (context) => {
  const { page, fixture } = await install(context);
  await page.getByRole("link", { name: "Volatility-target SPX" }).click();
  const trade = page.getByRole("link", { name: /^round \d+$/ }).first();
  await trade.waitFor();
  for (const name of ["activity", "heads", "limits", "budgets"]) await isKept(page, name);
  const refused: string[] = [];
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && refused.push(message.text()));

  await page.context().setOffline(true);
  await page.reload();

  await page.getByText(/You are offline\. What you see is the last that was known.*Known up to block 5,141/).waitFor();
  await page.getByRole("banner").getByText("old", { exact: true }).waitFor();
  await trade.waitFor();
  await page.getByRole("meter", { name: /^Traded in/ }).waitFor();
  assert.deepEqual(refused, [], "the kept page and its policy carry the same nonce");
  assert.notEqual(
    await page.evaluate(() => getComputedStyle(document.querySelector("header") ?? document.body).borderBottomWidth),
    "0px",
    "styles are applied",
  );

  fixture.world.head += 3;
  await page.context().setOffline(false);
  await page.getByText("Back: 3 blocks read meanwhile.").waitFor();
  assert.equal(await page.getByText(/You are offline/).count(), 0);
});

test("the app opens when its server and its indexer are gone, and a page that was never read says so", async (context) => {
  const { page, server, fixture, url } = await install(context);
  await isKept(page, "vaults");
  await server.close();
  await fixture.close();

  await page.reload();
  await page.getByText(/The indexer at .* does not answer.*Known up to block/).waitFor();
  await page.getByRole("link", { name: "Volatility-target SPX" }).waitFor();

  await page.context().setOffline(true);
  await page.goto(url + SIGNAL_PATH);
  await page
    .getByText(/You are offline, and this was never read in this browser/)
    .first()
    .waitFor();
});

test("nothing about a wallet is kept between visits", async (context) => {
  const { page, fixture } = await install(context);
  Object.assign(fixture.ledger, { cash: 10_000_000_000n, shares: 0n, allowance: 0n, sent: [] });
  await page.getByRole("link", { name: "Volatility-target SPX" }).click();
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Demo wallet" }).click();
  await page
    .getByText(/10,000\.00\u00a0USD/)
    .first()
    .waitFor();
  await isKept(page, "activity");
  await page.waitForTimeout(3_500); // another round of writing

  const keys = (await kept(page)).join("\n");
  assert.doesNotMatch(keys, /own|balance|readContract|0x[0-9a-f]{40}.*0x[0-9a-f]{40}/i);
});

/** The same app under another build's name. */
const newerBuild = async (dist: string): Promise<string> => {
  const newer = await mkdtemp(join(tmpdir(), "app-newer-"));
  await cp(dist, newer, { recursive: true });
  for (const name of ["sw.js", "index.html"]) {
    const text = await readFile(join(newer, name), "utf8");
    await writeFile(join(newer, name), text.replaceAll(basename(dist), NEWER));
  }
  await rm(join(newer, "sw.js.br"));
  await rm(join(newer, "sw.js.gz"));
  return newer;
};

type PublishParams = { dist: string; server: AppServer; config: Config };

/** The server is replaced by one that has a newer build, at the same address. */
const publishNewer = async (context: TestContext, { dist, server, config }: PublishParams): Promise<void> => {
  const newer = await newerBuild(dist);
  await server.close();
  const next = await serveApp({ dist: newer, config, port: server.port });
  context.after(async () => {
    await next.close();
    await rm(newer, { recursive: true });
  });
};

const buildShown = (page: Page) => page.locator('meta[name="build"]').getAttribute("content");

test("a newer build is offered, and loaded only when the visitor says so", async (context) => {
  const { dist } = await buildApp();
  const { page, server, fixture } = await install(context, { dist });
  await publishNewer(context, { dist, server, config: fixture.config });
  await page.evaluate(() => void navigator.serviceWorker.getRegistration().then((found) => found?.update()));

  await page.getByText("A new version of this app is ready.").waitFor();
  assert.equal(await buildShown(page), basename(dist));
  await page.getByRole("button", { name: "Load it" }).click();
  await page.waitForFunction(
    (build) => document.querySelector('meta[name="build"]')?.getAttribute("content") === build,
    NEWER,
  );
  await page.getByText("Volatility-target SPX").waitFor();
  assert.equal(await page.getByText("A new version of this app is ready.").count(), 0);
});

test("a page that already is the newer build takes it over without a word", async (context) => {
  const { dist } = await buildApp();
  const { page, server, fixture } = await install(context, { dist });
  await publishNewer(context, { dist, server, config: fixture.config });
  await page.reload();
  assert.equal(await buildShown(page), NEWER);

  await page.waitForFunction(async (name) => {
    const { active, waiting } = await navigator.serviceWorker.ready;
    return active?.state === "activated" && waiting === null && (await caches.keys()).includes(name);
  }, `build-${NEWER}`);
  assert.equal(await page.getByText("A new version of this app is ready.").count(), 0);
});

test("the app can be installed: a manifest with icons of the sizes that it promises", async () => {
  const { page, context, complaints } = await stage.visit("/");
  const href = (await page.locator('link[rel="manifest"]').getAttribute("href")) ?? "";
  const answer = await page.request.get(`http://127.0.0.1:${stage.server.port}${href}`);
  assert.match(answer.headers()["content-type"] ?? "", /^application\/manifest\+json/);
  const { icons, start_url, display } = (await answer.json()) as {
    icons: { src: string; sizes: string; purpose?: string }[];
    start_url: string;
    display: string;
  };
  assert.deepEqual([start_url, display], ["/", "standalone"]);
  for (const { src, sizes } of icons.filter(({ sizes }) => sizes !== "any")) {
    const size = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    assert.equal(size, sizes, src);
  }
  assert.deepEqual(icons.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`).sort(), [
    "192x192 any",
    "512x512 any",
    "512x512 maskable",
    "any any",
  ]);
  assert.deepEqual(complaints, []);
  await context.close();
});

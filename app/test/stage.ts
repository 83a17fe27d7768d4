// The built app in a real browser against the fixture, for the tests of every page.
import assert from "node:assert/strict";
import { after, before, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { buildApp } from "../server/build.ts";
import { type AppServer, serveApp } from "../server/serve.ts";
import { launchBrowser } from "./browser.ts";
import { type Fixture, startFixture } from "./fixture.ts";
import { VAULT } from "./fixture-graphql.ts";

export const VAULT_PATH = `/vault/${VAULT}`;
export const SIGNAL_PATH = "/signal/spx-usd-vol";
export const NEWEST = 620;

const WAIT_MS = 20_000;

const DESKTOP = {
  viewport: { width: 1440, height: 900 },
  serviceWorkers: "block", // only the tests of the service worker pay for what it keeps
} as const;

export type Visit = { page: Page; context: BrowserContext; complaints: string[] };

export type Stage = {
  browser: Browser;
  fixture: Fixture;
  server: AppServer;
  /** Opens a page and collects what no page may do: errors, refused styles, requests to strangers. */
  visit: (path: string, options?: BrowserContextOptions) => Promise<Visit>;
  /** A world of its own for a test that breaks it; it ends with the test, however that ends. */
  alone: (test: TestContext, params?: AloneParams) => Promise<Alone>;
};

export type AloneParams = { headMs?: number; dist?: string; options?: BrowserContextOptions };
export type Alone = { page: Page; fixture: Fixture; server: AppServer; url: string };

/** Builds and serves the app for one file of tests; what it returns is ready when the first test runs. */
export const createStage = (): Stage => {
  const stage = {} as Stage;

  before(async () => {
    const { dist } = await buildApp();
    stage.fixture = await startFixture();
    stage.server = await serveApp({ dist, config: stage.fixture.config, port: 0 });
    stage.browser = await launchBrowser();
  });

  after(async () => {
    await stage.browser?.close();
    await stage.server?.close();
    await stage.fixture?.close();
  });

  stage.visit = async (path, options = {}) => {
    const context = await stage.browser.newContext({ ...DESKTOP, ...options });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("request", (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) complaints.push(`asked ${request.url()}`);
    });
    await page.addInitScript(() =>
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`refused by the policy: ${violatedDirective} ${blockedURI}`),
      ),
    );
    await page.goto(`http://127.0.0.1:${stage.server.port}${path}`);
    return { page, context, complaints };
  };

  stage.alone = async (test, { headMs, dist, options = {} } = {}) => {
    const fixture = await startFixture(headMs === undefined ? {} : { headMs });
    test.after(fixture.close);
    const server = await serveApp({ dist: dist ?? (await buildApp()).dist, config: fixture.config, port: 0 });
    test.after(server.close);
    const context = await stage.browser.newContext({ ...DESKTOP, ...options });
    context.setDefaultTimeout(WAIT_MS);
    test.after(() => context.close());
    return { page: await context.newPage(), fixture, server, url: `http://127.0.0.1:${server.port}` };
  };

  return stage;
};

/** The page asks the replay to move on and does not wait for the answer. */
export const marketIsReleased = async (fixture: Fixture): Promise<void> => {
  const until = Date.now() + 5_000;
  while (fixture.holds.size > 0 && Date.now() < until) await setTimeout(20);
  assert.equal(fixture.holds.size, 0, "market time is still held");
};

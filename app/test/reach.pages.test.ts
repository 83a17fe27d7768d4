// Who can use the pages: axe on every page and state, the keyboard, screen readers, large text, small screens.
import assert from "node:assert/strict";
import { test } from "node:test";
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { VAULT } from "./fixture-graphql.ts";
import { paintOf } from "./measure.ts";
import { createStage, SIGNAL_PATH, VAULT_PATH } from "./stage.ts";

const stage = createStage();

const WIDTHS = [360, 1440];
const TABLET = 768;
const SCHEMES = ["light", "dark"] as const;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

type State = {
  name: string;
  path: string;
  enter?: () => void;
  leave?: () => void;
  ready: (page: Page) => Promise<unknown>;
};

const world = () => stage.fixture.world;
const seeing = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

/** Every page, and every state that looks different from it. */
const STATES: State[] = [
  { name: "vaults", path: "/", ready: seeing("Volatility-target SPX") },
  {
    name: "no vaults yet",
    path: "/",
    enter: () => Object.assign(world(), { hasVaults: false }),
    leave: () => Object.assign(world(), { hasVaults: true }),
    ready: seeing(/No vault yet/),
  },
  {
    name: "vault",
    path: VAULT_PATH,
    ready: (page) =>
      page
        .getByRole("link", { name: /^round \d+$/ })
        .first()
        .waitFor(),
  },
  {
    name: "vault with a halted market and paused deposits",
    path: VAULT_PATH,
    enter: () => Object.assign(world(), { halted: "Disagreement", pausedUntil: 4_000_000_000n }),
    leave: () => Object.assign(world(), { halted: "None", pausedUntil: 0n }),
    ready: seeing(/was halted/),
  },
  {
    name: "vault with a wallet",
    path: VAULT_PATH,
    ready: async (page) => {
      await page.getByRole("button", { name: "Connect wallet" }).click();
      await page.getByRole("button", { name: "Demo wallet" }).click();
      await page.getByRole("button", { name: "Disconnect" }).waitFor();
    },
  },
  { name: "no such vault", path: `/vault/0x${"0".repeat(40)}`, ready: seeing("Nothing here") },
  { name: "signal", path: SIGNAL_PATH, ready: seeing("Equal, bit for bit") },
  { name: "an old signal", path: `${SIGNAL_PATH}/300`, ready: seeing("replaced by round 301") },
  {
    name: "a signal that is not equal",
    path: SIGNAL_PATH,
    enter: () => Object.assign(world(), { isTampered: true }),
    leave: () => Object.assign(world(), { isTampered: false }),
    ready: seeing(/NOT EQUAL/),
  },
  { name: "network", path: "/network", ready: (page) => page.getByRole("heading", { level: 1 }).waitFor() },
  {
    name: "an address of the chain",
    path: `/chain/31337/address/${VAULT}`,
    ready: (page) => page.getByRole("heading", { level: 1 }).waitFor(),
  },
  { name: "nothing here", path: "/nowhere", ready: seeing("Nothing here") },
  {
    name: "an indexer that refuses",
    path: "/",
    enter: () => Object.assign(world(), { refusal: "the database is full" }),
    leave: () => Object.assign(world(), { refusal: undefined }),
    ready: (page) => page.getByRole("alert").waitFor(),
  },
  {
    name: "settings that cannot be read",
    path: "/",
    ready: async (page) => {
      await page.route("**/config.json", (route) => route.abort());
      await page.reload();
      await page.getByRole("heading", { level: 1, name: "Nothing known yet" }).waitFor();
    },
  },
];

/** What axe has to say against the page as it is. Run by the debugger, so that the page's own policy stays as strict. */
const complaintsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (values) =>
      (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
        runOnly: { type: "tag", values },
        preload: false,
      }),
    RULES,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")} ${failureSummary}`),
  );
};

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const wearing = async (page: Page, colorScheme: (typeof SCHEMES)[number]): Promise<void> => {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction((scheme) => document.documentElement.dataset.scheme === scheme, colorScheme);
};

for (const { name, path, enter, leave, ready } of STATES)
  test(`${name}: axe finds nothing, and nothing scrolls sideways`, async () => {
    enter?.();
    try {
      const { page, context } = await stage.visit(path, { reducedMotion: "reduce" });
      await ready(page);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of SCHEMES) {
          await wearing(page, colorScheme);
          assert.deepEqual(await complaintsOf(page), [], `${width} px, ${colorScheme}`);
        }
        assert.equal(await overflowOf(page), 0, `${width} px`);
      }
      await context.close();
    } finally {
      leave?.();
    }
  });

test("text of twice the size stays readable without scrolling sideways", async () => {
  for (const path of ["/", VAULT_PATH, SIGNAL_PATH, "/network"]) {
    const { page, context } = await stage.visit(path, { viewport: { width: 1280, height: 900 } });
    await page.getByRole("heading", { level: 1 }).waitFor();
    const sizeOf = () =>
      page.evaluate(() =>
        Number.parseFloat(getComputedStyle(document.querySelector("nav a") ?? document.body).fontSize),
      );
    const before = await sizeOf();
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    await page.waitForTimeout(400);

    assert.equal(await sizeOf(), before * 2, path);
    assert.equal(await overflowOf(page), 0, path);
    await context.close();
  }
});

test("what a page shows stays in its place while the rest comes", async () => {
  for (const path of ["/", VAULT_PATH, SIGNAL_PATH, "/network"]) {
    for (const width of [...WIDTHS, TABLET]) {
      const { shift } = await paintOf(stage.browser, `http://127.0.0.1:${stage.server.port}${path}`, width);
      assert.ok(shift <= 0.1, `${path} at ${width} px moves by ${shift} of the window`);
    }
  }
  const { page, context } = await stage.visit("/");
  await page.getByText("Volatility-target SPX").waitFor(); // with its styles
  const overflow = await page.evaluate(() => getComputedStyle(document.documentElement).overflowY);
  assert.equal(overflow, "scroll", "a scrollbar that comes moves nothing");
  await context.close();
});

test("a page change starts at the top, moves the focus to the title and is announced", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByRole("link", { name: "Volatility-target SPX" }).focus();
  await page.keyboard.press("Enter");

  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? "", /Volatility-target SPX/);
  await page.locator('[role="status"]', { hasText: "Volatility-target SPX" }).first().waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.keyboard.press("Tab"); // goes on from the title, not from the top
  assert.equal(await page.evaluate(() => document.querySelector("main")?.contains(document.activeElement)), true);
  await context.close();
});

test("the first press of Tab offers to skip the header", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByText("Volatility-target SPX").waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  assert.equal(await skip.evaluate((link) => link === document.activeElement), true);
  assert.ok(((await skip.boundingBox())?.y ?? -1) >= 0, "it can be seen");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
  await context.close();
});

test("the keyboard goes through every page and out of it again, and always shows where it is", async () => {
  for (const path of ["/", VAULT_PATH, SIGNAL_PATH, "/network"]) {
    const { page, context } = await stage.visit(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(800);
    const seen = new Set<string>();
    let hasLeft = false;
    for (let presses = 0; presses < 1_500 && !hasLeft; presses += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return { html: element.outerHTML.slice(0, 200), isMarked: outlineStyle !== "none" && outlineWidth !== "0px" };
      });
      hasLeft = focus === undefined;
      if (focus === undefined) continue;
      assert.ok(focus.isMarked || /type="(text|range)"/.test(focus.html), `${path}: no mark on ${focus.html}`);
      seen.add(focus.html);
    }
    assert.ok(hasLeft, `${path} keeps the keyboard`);
    assert.ok(seen.size > 4, path);
    await context.close();
  }
});

test("the language is the one that is written, in every tab, and the choice is remembered", async () => {
  const { page, context } = await stage.visit("/", { locale: "en-GB" });
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole("link", { name: "Network" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByRole("link", { name: "Netzwerk" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await other.getByRole("link", { name: "Netzwerk" }).waitFor();
  await page.reload();
  await page.getByRole("link", { name: "Netzwerk" }).waitFor();
  await context.close();
});

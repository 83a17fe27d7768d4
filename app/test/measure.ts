// What the bench says about the app and what its tests bound: bytes of the first view, and times in a real browser.
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import type { Fixture } from "./fixture.ts";

const isCode = (url: string): boolean => new URL(url).pathname.startsWith("/assets/");
const isChart = (url: string): boolean => new URL(url).pathname.startsWith("/assets/TimeChart");

/** What a page asks for until it is quiet, compressed as a server without Brotli would: everything but the charts' code. */
export const firstViewBytes = async (browser: Browser, url: string): Promise<number> => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    const asked = response.url();
    if (asked === url || (isCode(asked) && !isChart(asked))) bodies.push(response.body());
  });
  await page.goto(url);
  await page.getByRole("table").first().or(page.getByRole("list").first()).waitFor();
  await page.waitForTimeout(500); // what is loaded after the first view counts as well
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length);
  await context.close();
  return sizes.reduce((sum, size) => sum + size, 0);
};

export type Paint = { lcpMs: number; tbtMs: number; shift: number };

/**
 * Largest paint, by how much tasks before it was quiet were longer than 50 ms, and how far what was shown moved: the
 * cumulative layout shift of a page that nobody touches.
 */
export const paintOf = async (browser: Browser, url: string, width = 1440): Promise<Paint> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen = { lcpMs: 0, tbtMs: 0, shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) seen.lcpMs = startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.tbtMs += Math.max(0, duration - 50);
    }).observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url);
  await page.waitForTimeout(3_000);
  const seen = await page.evaluate(() => (window as unknown as { seen: Paint }).seen);
  await context.close();
  const shift = Math.round(seen.shift * 1_000) / 1_000;
  return { lcpMs: Math.round(seen.lcpMs), tbtMs: Math.round(seen.tbtMs), shift };
};

/** Takes the newest trade back, and whatever came after it, so that it can happen before somebody's eyes. */
export const beforeNewestTrade = (fixture: Fixture) => {
  const { world } = fixture;
  const index = world.rounds.findLastIndex(({ traded }) => traded !== 0n);
  const [trade] = world.rounds.splice(index);
  if (trade === undefined) throw new Error("The fixture's vault has not traded.");
  return {
    name: `round ${trade.round}`,
    happen: () => {
      world.rounds.push(trade);
      world.head += 1;
      fixture.announce();
    },
  };
};

/** When a link of this name is first in the document, by the clock that this process shares with the browser. */
const seenAt = (page: Page, name: string): Promise<number> =>
  page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const isThere = [...document.querySelectorAll("a")].some(({ textContent }) => textContent === wanted);
          if (!isThere) return;
          watcher.disconnect();
          resolve(performance.timeOrigin + performance.now());
        };
        const watcher = new MutationObserver(look);
        watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      }),
    name,
  );

/** From the announcement of a block to its fill in the document, on an open vault page. */
export const fillToScreenMs = async (page: Page, fixture: Fixture): Promise<number> => {
  const trade = beforeNewestTrade(fixture);
  fixture.world.head += 1;
  fixture.announce();
  await page.getByRole("link", { name: trade.name, exact: true }).first().waitFor({ state: "detached" });
  await page.waitForTimeout(1_000); // nothing is being read any more
  const seen = seenAt(page, trade.name);
  const mined = Date.now();
  trade.happen();
  return Math.round((await seen) - mined);
};

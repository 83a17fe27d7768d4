import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import type { Scene } from "./take.ts";

const VIEWPORT = { width: 1200, height: 800 };
const MARGIN = 16;

/** A part of the page with some room around it. */
const photographPart = async (page: Page, part: Locator, file: string): Promise<void> => {
  await part.scrollIntoViewIfNeeded();
  const box = await part.boundingBox();
  if (box === null) throw new Error(`There is nothing to see for ${file}.`);
  const { scrollX, scrollY } = await page.evaluate(() => ({ scrollX: window.scrollX, scrollY: window.scrollY }));
  const clip = {
    x: Math.max(0, box.x + scrollX - MARGIN),
    y: Math.max(0, box.y + scrollY - MARGIN),
    width: box.width + 2 * MARGIN,
    height: box.height + 2 * MARGIN,
  };
  await page.screenshot({ path: file, clip, fullPage: true, animations: "disabled" });
};

/** Goes the way of the guide with the demo wallet, and takes a picture of every step. */
export const followGuide = async (browser: Browser, { app, vault }: Scene, out: string): Promise<void> => {
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: "light" });
  const page = await context.newPage();
  const you = page.getByRole("region", { name: "You" });
  const take = (name: string, part = you) => photographPart(page, part, join(out, `${name}.png`));
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });

  await page.goto(`${app}/vault/${vault.address}`);
  await button("Connect wallet").click();
  await button(/^Demo wallet/).waitFor();
  await take("wallets");
  await button(/^Demo wallet/).click();

  await button("Deposit").click();
  await page.getByLabel("Amount to deposit").fill("1,250.50");
  await take("amount");
  await button("Review deposit").click();
  await button("Confirm deposit").waitFor();
  await take("review");
  await button("Confirm deposit").click();
  await page.getByText(/You received .*\sshares/).waitFor();
  await page.getByText("indexed", { exact: true }).waitFor();
  await take("result");
  await button("Done").click();

  await page.goto(`${app}/signal/spx-usd-vol`);
  await page.getByText("Equal, bit for bit").waitFor();
  await take("proof", page.getByRole("region", { name: "Proof" }));
  await context.close();
};

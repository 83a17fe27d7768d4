import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Scene } from "./take.ts";

type Shot = { name: string; path: string; ready: (page: Page) => Promise<void> };

const WIDTHS = [360, 1440];
const SCHEMES = ["light", "dark"] as const;
const HEIGHT = 900;
const CHARTS_MS = 1_000; // until the last of a page's charts is drawn

const text =
  (words: string | RegExp): Shot["ready"] =>
  (page) =>
    page.getByText(words).first().waitFor();

const chart: Shot["ready"] = (page) => page.locator("canvas").first().waitFor();

const shotsOf = ({ vault, fill }: Scene): Shot[] => [
  { name: "vaults", path: "/", ready: text(vault.name) },
  { name: "vault", path: `/vault/${vault.address}`, ready: chart },
  {
    name: "signal",
    path: "/signal/spx-usd-vol",
    ready: async (page) => {
      await text("Equal, bit for bit")(page);
      await chart(page);
    },
  },
  { name: "network", path: "/network", ready: text("SPX/USD") },
  { name: "transaction", path: `/chain/31337/tx/${fill.tx}`, ready: text("AuctionFilled") },
  { name: "block", path: `/chain/31337/block/${fill.block}`, ready: text(/0x[0-9a-f]{4}…/) },
  { name: "address", path: `/chain/31337/address/${vault.address}`, ready: text(vault.name) },
  { name: "not-found", path: "/nowhere", ready: text("Nothing here") },
];

/** A chart is drawn once it comes near the screen. */
const passCharts = async (page: Page): Promise<void> => {
  for (const figure of await page.locator("figure").all()) {
    await figure.scrollIntoViewIfNeeded();
    if ((await figure.getByRole("slider").count()) > 0) await figure.locator("canvas").first().waitFor();
  }
  await page.evaluate(() => scrollTo(0, 0));
};

/** A picture of a page that fails in part helps nobody. */
const isWhole = async (page: Page): Promise<void> => {
  const [failed] = await page.getByText(/This part failed/).allInnerTexts();
  if (failed !== undefined) throw new Error(`${page.url()} is not whole: ${failed}`);
};

/** Every page at the narrowest and the widest size of its design, in both themes. */
export const photographPages = async (browser: Browser, scene: Scene, out: string): Promise<void> => {
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ viewport: { width, height: HEIGHT }, colorScheme });
      const page = await context.newPage();
      for (const { name, path, ready } of shotsOf(scene)) {
        await page.goto(`${scene.app}${path}`);
        await ready(page);
        await passCharts(page);
        await page.waitForTimeout(CHARTS_MS);
        await isWhole(page);
        const file = join(out, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
      }
      await context.close();
    }
  }
};

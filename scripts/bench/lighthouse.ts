// What Lighthouse says of the pages, where somebody has installed it: npm install --no-save lighthouse
import { launchBrowser } from "../../app/test/browser.ts";
import { freePorts } from "../../oracle/src/local-network.ts";
import { figure, type Line } from "./line.ts";

/** As much of it as is used here; it is no dependency, so its types are not at hand. */
type Lighthouse = {
  default: (url: string, flags: { port: number; logLevel: "error" }, config?: object) => Promise<Result | undefined>;
  desktopConfig: object;
};
type Result = { lhr: { categories: Record<string, { score: number | null }> } };

const SPECIFIER = "lighthouse";
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

/** undefined where it is not installed. */
export const loadLighthouse = async (): Promise<Lighthouse | undefined> => {
  try {
    return await import(SPECIFIER);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};

/** Its four categories as a desktop sees the page, and the performance on its telephone: slow network, slow processor. */
export const measureLighthouse = async (lighthouse: Lighthouse, pages: Record<string, string>): Promise<Line[]> => {
  const [port = 0] = await freePorts(1);
  const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
  const scoresOf = async (url: string, config?: object) => {
    const result = await lighthouse.default(url, { port, logLevel: "error" }, config);
    return (category: string) => Math.round((result?.lhr.categories[category]?.score ?? 0) * 100);
  };
  const lines: Line[] = [];
  const say = (name: string, value: number) =>
    lines.push(figure({ name: `app.lighthouse.${name}`, value, unit: "of 100" }));
  try {
    for (const [page, url] of Object.entries(pages)) {
      const desktop = await scoresOf(url, lighthouse.desktopConfig);
      for (const category of CATEGORIES) say(`${page}.${category}`, desktop(category));
      say(`${page}.mobile.performance`, (await scoresOf(url))("performance"));
    }
  } finally {
    await browser.close();
  }
  return lines;
};

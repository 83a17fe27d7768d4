// What the app costs to open, and how soon it shows a trade, in a real browser against the fixture of its tests.
import { buildApp } from "../../app/server/build.ts";
import { serveApp } from "../../app/server/serve.ts";
import { launchBrowser } from "../../app/test/browser.ts";
import { startFixture } from "../../app/test/fixture.ts";
import { VAULT } from "../../app/test/fixture-graphql.ts";
import { fillToScreenMs, firstViewBytes, paintOf } from "../../app/test/measure.ts";
import { median } from "../median.ts";
import { loadLighthouse, measureLighthouse } from "./lighthouse.ts";
import { figure, type Line } from "./line.ts";

const PAGE = `/vault/${VAULT}`;
const PHONE = 360; // pixels wide
const RUNS = 5;
const QUIET_MS = 600_000; // blocks come when the bench says so

const repeated = async <T>(measure: () => Promise<T>): Promise<T[]> => {
  const values: T[] = [];
  for (let run = 0; run < RUNS; run += 1) values.push(await measure());
  return values;
};

export const measureApp = async (): Promise<Line[]> => {
  const { dist } = await buildApp();
  const fixture = await startFixture({ headMs: QUIET_MS });
  const server = await serveApp({ dist, config: fixture.config, port: 0 });
  const browser = await launchBrowser();
  const url = `http://127.0.0.1:${server.port}`;
  try {
    const kilobytes = (await firstViewBytes(browser, `${url}/`)) / 1_000;
    const paints = await repeated(() => paintOf(browser, url + PAGE));
    const phone = await paintOf(browser, url + PAGE, PHONE);
    const page = await browser.newPage();
    await page.goto(url + PAGE);
    await page
      .getByRole("link", { name: /^round \d+$/ })
      .first()
      .waitFor();
    const fills = await repeated(() => fillToScreenMs(page, fixture));
    await page.close();
    const lighthouse = await loadLighthouse();
    const scores = lighthouse && (await measureLighthouse(lighthouse, { vaults: `${url}/`, vault: url + PAGE }));
    return [
      figure({ name: "app.first_view_kb", value: Math.round(kilobytes * 10) / 10, unit: "kB gzip" }),
      figure({ name: "app.lcp_ms", value: median(paints.map(({ lcpMs }) => lcpMs)), unit: "ms" }),
      figure({ name: "app.tbt_ms", value: median(paints.map(({ tbtMs }) => tbtMs)), unit: "ms" }),
      figure({
        name: "app.layout_shift",
        value: Math.max(...[...paints, phone].map(({ shift }) => shift)),
        unit: "of the window",
      }),
      figure({ name: "app.fill_to_screen_ms", value: median(fills), unit: "ms" }),
      ...(scores ?? []),
    ];
  } finally {
    await browser.close();
    await server.close();
    await fixture.close();
  }
};

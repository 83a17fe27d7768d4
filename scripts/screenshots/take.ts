import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../app/test/browser.ts";
import { freePorts, graphql, startProtocol, stateFolder } from "../../test/e2e/protocol.ts";
import { followGuide } from "./guide.ts";
import type { Options } from "./options.ts";
import { photographPages } from "./pages.ts";

/** What a picture may show: addresses of this run. */
export type Scene = { app: string; vault: { address: string; name: string }; fill: { tx: string; block: number } };

const PATIENCE_S = 600;

const sceneOf = async (app: string, api: string): Promise<Scene> => {
  const { vaults, fills } = await graphql<{ vaults: Scene["vault"][]; fills: Scene["fill"][] }>(
    api,
    "{ vaults { address name } fills(orderBy: block_DESC, limit: 1) { tx block } }",
  );
  const [vault] = vaults;
  const [fill] = fills;
  if (vault === undefined || fill === undefined) throw new Error("The vault has not traded yet; play more --rounds.");
  return { app, vault, fill };
};

const photograph = async (browser: Browser, scene: Scene, out: string): Promise<void> => {
  for (const name of ["pages", "guide"]) {
    await rm(join(out, name), { recursive: true, force: true });
    await mkdir(join(out, name), { recursive: true });
  }
  // The guide deposits; the pages then show a vault with a position of the visitor's.
  await followGuide(browser, scene, join(out, "guide"));
  await photographPages(browser, scene, join(out, "pages"));
};

/** Plays the given rounds on a chain of its own, takes the pictures and stops everything. */
export const takeScreenshots = async ({ rounds, out }: Options): Promise<void> => {
  const { dir, forget } = stateFolder();
  const protocol = startProtocol(dir, ["--port", await freePorts(), "--rounds", String(rounds), "--speed", "50"]);
  try {
    const [, app = ""] = await protocol.said(/^app: (\S+)$/m, PATIENCE_S);
    const [, api = ""] = await protocol.said(/^graphql: (\S+)$/m);
    await protocol.said(/paused/, PATIENCE_S);
    const browser = await launchBrowser();
    try {
      await photograph(browser, await sceneOf(app, api), out);
    } finally {
      await browser.close();
    }
  } finally {
    if (protocol.process.exitCode === null) process.kill(-(protocol.process.pid ?? 0), "SIGINT");
    await protocol.exit;
    forget();
  }
};

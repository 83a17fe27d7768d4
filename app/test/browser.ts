import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

const BIN = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..", "bin");

// The package switches these protections off; a page that needs that must fail here.
const UNPROTECTED = ["--disable-web-security", "--allow-running-insecure-content", "--single-process"];

/** Chromium from npm with the libraries and fonts it brings, so that no machine needs any of its own. */
export const launchBrowser = async (more: string[] = []): Promise<Browser> => {
  // A driver that this process has chosen, for WebGPU, shows the browser no surface.
  const { VK_ICD_FILENAMES: _icd, VK_DRIVER_FILES: _driver, ...own } = process.env;
  const [executablePath] = await Promise.all([chromium.executablePath(), inflate(join(BIN, "al2023.tar.br"))]);
  return playwright.launch({
    executablePath,
    headless: true,
    args: [...chromium.args.filter((arg) => !UNPROTECTED.includes(arg)), ...more],
    env: {
      ...own,
      LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib"),
      FONTCONFIG_PATH: join(tmpdir(), "fonts"),
    },
  });
};

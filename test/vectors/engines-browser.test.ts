// SIG-1 in the browser: the same files, bundled, under the app's own content security policy, in Chromium.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { unpackLanes } from "@aibot/kit/features";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import type { Hex } from "viem";
import { build } from "vite";
import { contentSecurityPolicy } from "../../app/server/policy.ts";
import type { PageAnswers, PageParams } from "./browser-page.ts";

type Vector = { blob: Hex; cases: [lanes: Hex, output: string][] };

const archives = new URL("../bin/", import.meta.resolve("@sparticuz/chromium"));
const archive = (name: string): string => fileURLToPath(new URL(`${name}.tar.br`, archives));
const folder = mkdtempSync(join(tmpdir(), "engines-browser-"));

/** Chromium and SwiftShader from npm, unpacked where no other test looks while they are half there. */
const launch = async (): Promise<Browser> => {
  process.env.TMPDIR = folder;
  const [executablePath] = await Promise.all([
    chromium.executablePath(),
    inflate(archive("al2023")),
    inflate(archive("swiftshader")),
  ]);
  const software = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--use-vulkan=swiftshader"];
  return playwright.launch({
    executablePath,
    headless: true,
    args: [...chromium.args.filter((arg) => arg !== "--single-process"), ...software, "--enable-features=Vulkan"],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: `${join(folder, "al2023/lib")}:${folder}`,
      VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    },
  });
};

const bundle = async (): Promise<string> => {
  const entry = join(import.meta.dirname, "browser-page.ts");
  const lib = { entry, formats: ["iife" as const], name: "page", fileName: () => "page.js" };
  await build({ configFile: false, logLevel: "error", build: { lib, outDir: folder, emptyOutDir: false } });
  return readFileSync(join(folder, "page.js"), "utf8");
};

const policy = contentSecurityPolicy({ graphql: "http://127.0.0.1:1/graphql", chains: [] }, "none");

const serve = (script: string) =>
  createServer((request, response) => {
    response.setHeader("content-security-policy", policy);
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<script src="/page.js"></script>');
  }).listen(0, "127.0.0.1");

let browser: Browser;
let page: Page;
let server: ReturnType<typeof serve>;

before(async () => {
  server = serve(await bundle());
  browser = await launch();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
after(async () => {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("SIG-1: engines in a browser", () => {
  for (const kind of ["linear", "forest", "dense"]) {
    it(`give the integers of the ${kind} vectors on WebAssembly and on WebGPU`, async () => {
      const vectors: Vector[] = JSON.parse(readFileSync(join(import.meta.dirname, `${kind}.json`), "utf8"));
      const { blob, cases } = vectors[0] ?? assert.fail();
      const params: PageParams = { blob, lanes: cases.flatMap(([lanes]) => unpackLanes(lanes as Hex, 6)) };
      const { device, wasm, webgpu } = await page.evaluate(
        (given) =>
          (globalThis as unknown as { runEngines: (of: PageParams) => Promise<PageAnswers> }).runEngines(given),
        params,
      );
      const expected = cases.map(([, output]) => output);
      assert.deepEqual(wasm, expected);
      assert.deepEqual(webgpu, expected, device);
    });
  }
});

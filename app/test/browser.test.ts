import assert from "node:assert/strict";
import { test } from "node:test";
import { launchBrowser } from "./browser.ts";

test("the browser starts in a process that has chosen a Vulkan driver for itself", async () => {
  Object.assign(process.env, { VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" });

  const browser = await launchBrowser();
  assert.ok(browser.isConnected());
  await browser.close();
});

// A Vulkan device without a GPU: SwiftShader as npm's @sparticuz/chromium brings it. For tests, and for whoever asks.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { InputError } from "@aibot/kit/errors";

const RTLD_NODELETE = 0x1000; // Node closes what is no add-on; the library must stay

const archivePath = (): string => {
  try {
    return fileURLToPath(new URL("../bin/swiftshader.tar.br", import.meta.resolve("@sparticuz/chromium")));
  } catch (cause) {
    throw new InputError("GPU=software needs the package @sparticuz/chromium: install it, or set GPU to auto or off.", {
      cause,
    });
  }
};

/** Loads a library into the process, so that whoever asks for its name finds it loaded. */
const load = (path: string): void => {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    if (!String(error).includes("did not self-register")) throw error; // loaded, and no add-on
  }
};

/**
 * Makes SwiftShader the only Vulkan driver of this process. Returns what removes its files, which nobody needs any more
 * once a device is open.
 */
export const useSoftwareVulkan = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "swiftshader-"));
  const archive = brotliDecompressSync(readFileSync(archivePath()));
  const { status, stderr } = spawnSync("tar", ["-x", "-C", folder], { input: archive });
  if (status !== 0) throw new Error(`SwiftShader could not be unpacked: ${stderr}`);

  const driver = join(folder, "vk_swiftshader_icd.json");
  Object.assign(process.env, { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver });
  process.env.XDG_RUNTIME_DIR ??= folder;
  load(join(folder, "libvulkan.so.1"));
  return () => rmSync(folder, { recursive: true });
};

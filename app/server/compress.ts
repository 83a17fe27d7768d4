import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";

/** What each encoding's copy of a file is called, best first. */
export const ENCODINGS = [
  { encoding: "br", suffix: ".br" },
  { encoding: "gzip", suffix: ".gz" },
] as const;

const COMPRESSIBLE = new Set([".js", ".css", ".svg", ".json", ".webmanifest", ".wasm"]);
const LEAST_BYTES = 1024; // below, headers weigh more than what is saved

const shrink = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: { [zlib.BROTLI_PARAM_QUALITY]: 9, [zlib.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 9 }),
};

/** Puts a compressed copy beside each file that gets smaller by it, so that no request pays for compression. */
export const compressFolder = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths) {
    const body = await readFile(path);
    if (body.length < LEAST_BYTES) continue;
    for (const { encoding, suffix } of ENCODINGS) {
      const smaller = await shrink[encoding](body);
      if (smaller.length < body.length) await writeFile(`${path}${suffix}`, smaller);
    }
  }
};

// The compiler that the project depends on, with its imports read from a folder and the packages under it.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export type Import = { contents: string } | { error: string };

type Solc = {
  version: () => string;
  compile: (input: string, callbacks: { import: (path: string) => Import }) => string;
};

/** Takes a second to load, so it is loaded where it is used. */
export const loadSolc = (): Solc => createRequire(import.meta.url)("solc");

export const readImport = (folder: string, path: string): Import => {
  const found = [path, `node_modules/${path}`].map((name) => join(folder, name)).find(existsSync);
  return found === undefined ? { error: `${path} was not found` } : { contents: readFileSync(found, "utf8") };
};

// The survivors that docs/assurance.md explains: a path, the change as a diff, then a paragraph that says why no test
// can or should notice.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutants.ts";

const entry = /^`([^`]+\.sol)`[^\n]*\n\n```diff\n- ([^\n]*)\n\+ ([^\n]*)\n```\n\n(?!`contracts\/|#)\S/gm;

const key = (file: string, before: string, after: string) => [file, before, after].join("\n");

/** Lines move, so a survivor is known by its file and its change. */
export const explainedBy = (markdown: string): ((mutant: Mutant) => boolean) => {
  const known = new Set(
    [...markdown.matchAll(entry)].map(([, file = "", before = "", after = ""]) => key(file, before, after)),
  );
  return ({ file, before, after }) => known.has(key(file, before, after));
};

export const readExplained = (root: string): ((mutant: Mutant) => boolean) => {
  const path = join(root, "docs/assurance.md");
  return explainedBy(existsSync(path) ? readFileSync(path, "utf8") : "");
};

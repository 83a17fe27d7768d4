// The findings that docs/assurance.md explains: rows | `detector` | `Contract.function` or any | reason |.
import type { Finding } from "./slither.ts";

export type Triage = {
  unexplained: Finding[];
  explained: Finding[];
  stale: string[]; // rows that explain nothing any more
};

const row = /^\| `([\w-]+)` \| (`[\w.]+`|any) \| [^|]*\w[^|]* \|$/gm;

const anywhere = "any";

export const triage = (findings: Finding[], markdown: string): Triage => {
  const rows = [...markdown.matchAll(row)].map(([, detector = "", where = ""]) => ({
    detector,
    where: where.replaceAll("`", ""),
    isUsed: false,
  }));
  const isExplained = ({ detector, where }: Finding): boolean => {
    const matching = rows.filter((item) => item.detector === detector && [where, anywhere].includes(item.where));
    for (const item of matching) item.isUsed = true;
    return matching.length > 0;
  };
  const [explained, unexplained]: [Finding[], Finding[]] = [[], []];
  for (const finding of findings) (isExplained(finding) ? explained : unexplained).push(finding);
  const stale = rows.filter(({ isUsed }) => !isUsed).map(({ detector, where }) => `${detector} in ${where}`);
  return { unexplained, explained, stale };
};

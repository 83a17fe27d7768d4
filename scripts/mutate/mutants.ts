// Every mutant of one source file, in the order of the source.
import { createHash } from "node:crypto";
import { type Node, type Span, walk } from "./ast.ts";
import { editsOf } from "./operators.ts";

export type Mutant = {
  file: string; // from the root of the repository
  line: number;
  within: string; // the function it stands in; empty outside of one
  operator: string;
  before: string; // the changed lines, trimmed
  after: string;
  text: string; // the whole file
};

export const mutantsOf = (file: string, content: string, ast: Node): Mutant[] => {
  const bytes = Buffer.from(content); // the compiler counts bytes
  const slice = ({ start, end }: Span) => bytes.subarray(start, end).toString();
  const lineStart = (at: number) => bytes.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = (at: number) => (bytes.indexOf("\n", at) + bytes.length + 1) % (bytes.length + 1);

  const mutants: Mutant[] = [];
  for (const { node, within } of walk(ast)) {
    for (const { operator, start, end, replacement } of editsOf(node, { slice, length: bytes.length })) {
      const lines = { start: lineStart(start), end: lineEnd(end) };
      const after = `${slice({ start: lines.start, end: start })}${replacement}${slice({ start: end, end: lines.end })}`;
      mutants.push({
        file,
        line: slice({ start: 0, end: start }).split("\n").length,
        within,
        operator,
        before: oneLine(slice(lines)),
        after: oneLine(after),
        text: `${slice({ start: 0, end: lines.start })}${after}${slice({ start: lines.end, end: bytes.length })}`,
      });
    }
  }
  return mutants;
};

const oneLine = (code: string) => code.replaceAll(/\s+/g, " ").trim();

/** `count` mutants that look drawn by chance but are the same on every run and survive changes elsewhere in the file. */
export const sampleOf = (mutants: Mutant[], count: number): Mutant[] => {
  const lot = ({ file, within, before, after }: Mutant) =>
    createHash("sha256").update([file, within, before, after].join("\n")).digest("hex");
  const chosen = new Set(
    mutants
      .map((mutant) => ({ mutant, key: lot(mutant) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, count)
      .map(({ mutant }) => mutant),
  );
  return mutants.filter((mutant) => chosen.has(mutant));
};

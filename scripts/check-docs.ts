// Checks what the documents claim: links lead somewhere, invariants have tests, interfaces say who may call.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const ignored = /(^|\/)(node_modules|\.git|\.state|dist|artifacts|cache|types)(\/|$)/;

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => !ignored.test(file));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const faults: string[] = [];

/** Every relative link of a Markdown file names an existing file. */
const checkLinks = (file: string) => {
  for (const [, target = ""] of read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(root, dirname(file), target))) faults.push(`${file}: the link ${target} leads nowhere`);
  }
};

/** Documents stay short enough to be read. */
const limits: Record<string, number> = { "README.md": 120 };
const checkLength = (file: string) => {
  const limit = limits[file] ?? (/^[a-z-]+\/README\.md$/.test(file) ? 60 : Number.POSITIVE_INFINITY);
  const lines = read(file).split("\n").length - 1;
  if (lines > limit) faults.push(`${file}: ${lines} lines, at most ${limit}`);
};

/** Each invariant of docs/invariants.md that exists is named by a test in every place that its row lists. */
const checkInvariants = () => {
  const tests = files.filter((file) => /\.(test\.ts|t\.sol)$/.test(file));
  for (const [, id = "", listed = ""] of read("docs/invariants.md").matchAll(
    /^\| ([A-Z]{3}-\d) \|.*\| ([^|]*) \|$/gm,
  )) {
    if (listed.startsWith("later")) continue;
    const names = new RegExp(`\\b${id}\\b|${id.replace("-", "")}(?!\\d)`);
    let folder = "";
    for (const entry of listed.split(", ")) {
      const [path = ""] = entry.split(" "); // a remark may follow
      const place = existsSync(join(root, path)) ? path : join(folder, path); // beside the one before
      const inside = tests.filter((file) => file === place || file.startsWith(`${place}/`));
      if (!inside.some((file) => names.test(read(file))))
        faults.push(`docs/invariants.md: no test in ${place} names ${id}`);
      folder = dirname(place);
    }
  }
};

/** Every state-changing function of an interface says who may call it. */
const checkAccess = (file: string) => {
  const source = read(file);
  for (const match of source.matchAll(/((?:[ \t]*\/\/\/[^\n]*\n)*)[ \t]*function (\w+)\([^)]*\)([^;{]*);/g)) {
    const [, comment = "", name, modifiers = ""] = match;
    if (/\b(view|pure)\b/.test(modifiers) || /@inheritdoc/.test(comment)) continue;
    if (name === "onFill") continue; // called by the vault alone, said in its notice
    if (!comment.includes("@custom:access"))
      faults.push(`${file}: ${name} does not say who may call it (@custom:access)`);
  }
};

for (const file of files) {
  if (file.endsWith(".md")) {
    checkLinks(file);
    checkLength(file);
  }
  if (file.startsWith("contracts/interfaces/")) checkAccess(file);
}
checkInvariants();

for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { detach } from "./detach.ts";
import { explainedBy } from "./explained.ts";
import { run } from "./forge.ts";
import type { Judged, Result, Verdict } from "./judge.ts";
import type { Mutant } from "./mutants.ts";
import { parseOptions } from "./options.ts";
import { formatSurvivor, scoreOf, survivorsOf } from "./report.ts";
import { chosenTargets, type Target, targetsOf } from "./targets.ts";

const root = join(import.meta.dirname, "../..");

const mutant = (change: Partial<Mutant> = {}): Mutant => ({
  file: "contracts/vault/Vault.sol",
  line: 7,
  within: "exit",
  operator: "boundary",
  before: "require(a < b || c);",
  after: "require(a <= b || c);",
  text: "",
  ...change,
});

describe("tests without the code of contracts", () => {
  const contracts = new Map([["Vault", "contracts/vault/Vault.sol"]]);
  const created = (arguments_: string) =>
    `Vault(createFrom("contracts/vault/Vault.sol:Vault", abi.encode(${arguments_})))`;
  const body = (source: string) => detach(source, contracts).split("\nimport")[0];

  it("create our contracts from artifacts", () => {
    assert.equal(body("v = new Vault(f(1), (2));"), `v = ${created("f(1), (2)")};`);
  });

  it("are not misled by brackets in strings", () => {
    assert.equal(body('v = new Vault(")", 1);'), `v = ${created('")", 1')};`);
  });

  it("may nest and repeat creations", () => {
    assert.equal(body("new Vault(new Vault()); new Vault();"), `${created(created(""))}; ${created("")};`);
  });

  it("keep everything else", () => {
    const source = "new Handler(1); new Vault[](2); try new Vault(1) {} catch {}";

    assert.equal(detach(source, contracts), source);
  });
});

describe("mutation targets", () => {
  const folder = mkdtempSync(join(tmpdir(), "targets-"));
  after(() => rmSync(folder, { recursive: true }));

  it("cover every source that behaves, with the four that have a floor", () => {
    const targets = targetsOf(root);

    const gated = targets.filter(({ isGated }) => isGated).map(({ name }) => name);
    assert.deepEqual(gated.sort(), ["Auction", "Mandate", "PriceBook", "Vault"]);
    const files = targets.flatMap((target) => target.files);
    assert.equal(new Set(files).size, files.length, "each file once");
  });

  it("refuse a source that none of them owns", () => {
    mkdirSync(join(folder, "contracts/new"), { recursive: true });
    writeFileSync(join(folder, "contracts/new/Orphan.sol"), "");

    assert.throws(() => targetsOf(folder), {
      name: "InputError",
      message: /^contracts\/new\/Orphan.sol belongs to no/,
    });
  });

  it("are chosen by name, or those with a floor, or all", () => {
    const target = (name: string, isGated: boolean): Target => ({ name, isGated, files: [], carrier: "", tests: /./ });
    const [vault, feed] = [target("Vault", true), target("SignalFeed", false)];

    assert.deepEqual(chosenTargets([vault, feed], [], false), [vault]);
    assert.deepEqual(chosenTargets([vault, feed], [], true), [vault, feed]);
    assert.deepEqual(chosenTargets([vault, feed], ["SignalFeed"], false), [feed]);
    assert.throws(() => chosenTargets([vault, feed], ["Valt"], false), {
      message: "--contract Valt is unknown: choose from Vault, SignalFeed.",
    });
  });
});

describe("a program under a limit of processor time", () => {
  const folder = tmpdir();

  it("is endless when it computes beyond the limit", async () => {
    const { code, isEndless } = await run({
      command: "sh",
      args: ["-c", "while :; do :; done"],
      folder,
      processorSeconds: 1,
    });

    assert.deepEqual({ code, isEndless }, { code: null, isEndless: true });
  });

  it("may wait for longer than the limit, as on a busy machine", async () => {
    const ran = await run({ command: "sh", args: ["-c", "sleep 1.5; echo done"], folder, processorSeconds: 1 });

    assert.deepEqual(ran, { code: 0, output: "done\n", isEndless: false });
  });

  it("is not endless when something else kills it", async () => {
    const ran = await run({ command: "sh", args: ["-c", "kill -9 $$"], folder, processorSeconds: 1 });

    assert.deepEqual(ran, { code: null, output: "", isEndless: false });
  });
});

describe("the score", () => {
  const result = (isGated: boolean, ...verdicts: Verdict[]): Result => ({
    target: { name: "Vault", files: [], carrier: "", tests: /./, isGated },
    total: verdicts.length,
    judged: verdicts.map((verdict): Judged => ({ mutant: mutant(), verdict })),
    seconds: 1,
  });

  it("counts neither what does not compile nor what changes nothing", () => {
    const { killed, judged, percent } = scoreOf(
      result(true, "killed", "same", "invalid", "survived", "endless", "killed"),
    );

    assert.deepEqual([killed, judged, percent], [3, 4, 75]);
  });

  it("fails below 85 % where there is a floor", () => {
    const verdicts = (killed: number) =>
      Array.from({ length: 100 }, (_, k): Verdict => (k < killed ? "killed" : "survived"));

    assert.equal(scoreOf(result(true, ...verdicts(84))).isBelowFloor, true);
    assert.equal(scoreOf(result(true, ...verdicts(85))).isBelowFloor, false);
    assert.equal(scoreOf(result(false, ...verdicts(10))).isBelowFloor, false);
  });

  it("names the survivors", () => {
    assert.equal(survivorsOf(result(true, "killed", "survived", "invalid")).length, 1);
  });
});

describe("a survivor", () => {
  const explained = explainedBy(`${formatSurvivor(mutant())}\nBoth sides are equal here.\n`);

  it("is explained by its own print and a paragraph, wherever the line has moved", () => {
    assert.ok(explained(mutant({ line: 99 })));
  });

  it("is not explained by another change, another file or a print alone", () => {
    assert.ok(!explained(mutant({ after: "require(a > b || c);" })));
    assert.ok(!explained(mutant({ file: "contracts/vault/Exits.sol" })));
    assert.ok(!explainedBy(formatSurvivor(mutant()))(mutant()));
    assert.ok(!explainedBy(`${formatSurvivor(mutant())}\n${formatSurvivor(mutant())}`)(mutant()));
  });
});

describe("the options of a mutation run", () => {
  it("are read", () => {
    const options = parseOptions([
      ...["--contract", "Vault", "--contract", "Auction"],
      ...["--line", "7", "--line", "12", "--sample", "9", "--workers", "3"],
    ]);

    assert.deepEqual(options, {
      contracts: ["Vault", "Auction"],
      all: false,
      sample: 9,
      lines: [7, 12],
      workers: 3,
    });
    assert.equal(parseOptions(["--help"]), undefined);
  });

  it("are refused in one sentence", () => {
    assert.throws(() => parseOptions(["--sample", "0"]), {
      message: "--sample 0 is out of range: give a whole number above 0.",
    });
    assert.throws(() => parseOptions(["--fast"]), { name: "InputError", message: /^Unknown option '--fast'\. Run/ });
  });
});

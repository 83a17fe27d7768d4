import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { encodeModel } from "@aibot/kit/models";
import { hexToBytes } from "viem";
import { readModelFile, writeModelFile } from "./model-file.ts";

const dir = mkdtempSync(join(tmpdir(), "model-file-"));
after(() => rmSync(dir, { recursive: true }));
const inDir = (name: string) => join(dir, name);

const blob = encodeModel({
  kind: "linear",
  featureSet: 1,
  period: 3_600,
  horizon: 24,
  minCandles: 2_880,
  closeToRange: 1n,
  bias: 2n,
  weights: [1n, 2n, 3n, 4n, 5n, 6n],
});

describe("model files", () => {
  it("are hex, or bytes when the name ends in .bin, and read back alike", () => {
    writeModelFile(inDir("m.hex"), blob);
    writeModelFile(inDir("m.bin"), blob);

    assert.equal(readFileSync(inDir("m.hex"), "utf8"), `${blob}\n`);
    assert.deepEqual(new Uint8Array(readFileSync(inDir("m.bin"))), hexToBytes(blob));
    assert.equal(readModelFile(inDir("m.hex")), blob);
    assert.equal(readModelFile(inDir("m.bin")), blob);
  });

  it("leave nothing beside them", () => {
    writeModelFile(inDir("m.hex"), blob);
    assert.ok(readdirSync(dir).every((name) => !name.endsWith(".partial")));
  });

  it("cannot be written into a folder that is not there", () => {
    assert.throws(() => writeModelFile(inDir("none/m.hex"), blob), /none\/m\.hex cannot be written/);
  });

  const foreign: [what: string, content: string, message: RegExp][] = [
    ["a short one", "0x1234\n", /is not a model: Model length is 2: .* Name a file that `train` wrote\.$/],
    ["no hex", "0xhello\n", /begins with 0x but is not hex/],
    ["an empty one", "", /is not a model: Model length is 0/],
    ["text", "date,open,high,low,close\n2000-01-03,2,3,0,2\n", /is not a model: Model magic is 0x64617465/],
  ];
  for (const [what, content, message] of foreign) {
    it(`are refused with a sentence: ${what}`, () => {
      writeFileSync(inDir("foreign"), content);
      assert.throws(() => readModelFile(inDir("foreign")), message);
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseOptions } from "./options.ts";

describe("options of the replay", () => {
  it("are all optional", () => {
    assert.deepEqual(parseOptions([], "/here"), {
      ...{ from: undefined, until: undefined, costBps: 5, plot: undefined, json: false },
    });
  });

  it("read days as UTC and paths from where they are given", () => {
    const args = ["--from", "2008-01-02", "--until", "2008-12-31", "--cost", "60", "--plot", "a/b.svg", "--json"];

    assert.deepEqual(parseOptions(args, "/here"), {
      ...{ from: 1_199_232_000n, until: 1_230_681_600n, costBps: 60, plot: "/here/a/b.svg", json: true },
    });
  });

  it("refuse what is not a day, naming it", () => {
    assert.throws(() => parseOptions(["--until", "2008-13-01"], "/"), {
      name: "InputError",
      message: "--until 2008-13-01 is not a date: write it as YYYY-MM-DD.",
    });
  });

  it("refuse a cost that is none, naming it", () => {
    for (const text of ["-1", "1.5", "1001", ""]) {
      assert.throws(() => parseOptions([`--cost=${text}`], "/"), {
        name: "InputError",
        message: `--cost ${text} is out of range: give whole basis points from 0 to 1000.`,
      });
    }
  });

  it("refuse what they do not know", () => {
    assert.throws(() => parseOptions(["--speed", "2"], "/"), { name: "InputError", message: /--speed.*--help/ });
  });

  it("say nothing when only help is wanted", () => {
    assert.equal(parseOptions(["--help"], "/"), undefined);
  });
});

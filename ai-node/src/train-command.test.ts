import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { InputError } from "@aibot/kit/errors";
import { runTrain, type TrainOptions } from "./train-command.ts";

const dir = mkdtempSync(join(tmpdir(), "train-"));
after(() => rmSync(dir, { recursive: true }));

const data = join(dir, "spx.csv");
writeFileSync(data, "date,open,high,low,close\n2000-01-03,2,3,1,2\n2000-01-04,2,3,1,2\n");

const options: TrainOptions = {
  data,
  period: "1d",
  horizon: "5",
  trainUntil: "2007-01-01",
  halfLives: "1.5,4,12,40,2,10",
  periodsPerYear: "252",
  out: join(dir, "model.hex"),
};

describe("train refuses with one sentence and writes nothing", () => {
  const cases: [changes: Partial<TrainOptions>, message: RegExp][] = [
    [{ data: join(dir, "none.csv") }, /none\.csv cannot be read \(ENOENT.*\): name a file that exists\.$/],
    [{ period: "2w" }, /^--period 2w is not usable: write for example 1d, 4h or 15m\.$/],
    [{ horizon: "0" }, /^--horizon 0 is not usable: give a whole number from 1 to 255\.$/],
    [{ horizon: "5.5" }, /^--horizon 5\.5 is not usable/],
    [{ periodsPerYear: "-1" }, /^--periods-per-year -1 is not usable/],
    [{ trainUntil: "soon" }, /^--train-until soon is not usable: write a day as YYYY-MM-DD\.$/],
    [{ halfLives: "1,2" }, /^--half-lives 1,2 is not usable: give 6 periods/],
    [{ halfLives: "1,2,3,x,5,6" }, /^--half-lives 1,2,3,x,5,6 is not usable/],
    [{ halfLives: "1,2,3,0,5,6" }, /^--half-lives 1,2,3,0,5,6 is not usable/],
    [{}, /^2 candles leave 0 training rows before 2007-01-01, 140 are needed after 160 candles of warm-up/],
  ];
  for (const [changes, message] of cases) {
    it(`${JSON.stringify(changes).replaceAll(dir, "")}`, () => {
      assert.throws(
        () => runTrain({ ...options, ...changes }),
        (error) => error instanceof InputError && message.test(error.message),
      );
      assert.equal(existsSync(options.out), false);
    });
  }
});

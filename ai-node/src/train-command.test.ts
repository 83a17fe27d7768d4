import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, mock } from "node:test";
import { fileURLToPath } from "node:url";
import { priceText } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { decodeModel, modelId } from "@aibot/kit/models";
import type { Hex } from "viem";
import { type MeasureGas, runTrain, type TrainOptions } from "./train-command.ts";
import { syntheticCandles } from "./training/synthetic.ts";

const HOUR = 3_600;
const dir = mkdtempSync(join(tmpdir(), "train-"));
after(() => rmSync(dir, { recursive: true }));

const file = (name: string, content: string): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

const short = file("spx.csv", "date,open,high,low,close\n2000-01-03,2,3,1,2\n2000-01-04,2,3,1,2\n");
const single = file("one.csv", "date,open,high,low,close\n2000-01-03,2,3,1,2\n");
const hours = syntheticCandles({ count: 4_500, period: HOUR, seed: 5 });
const rowOf = ({ start, open, high, low, close }: (typeof hours)[number]): string =>
  [new Date(Number(start) * 1000).toISOString(), ...[open, high, low, close].map(priceText), "9"].join(",");
const header = "Timestamp,Open,High,Low,Close,Volume";
const hourly = file("BTC-USD.csv", `${[header, ...hours.map(rowOf).reverse()].join("\r\n")}\r\n`); // newest first
const holes = hours.filter((_, k) => k < 2_000 || k % 20 > 2);
const gapped = file("gaps.csv", [header, ...holes.map(rowOf)].join("\n"));

const out = join(dir, "model.hex");

/** What the command prints. */
const printedBy = async (options: TrainOptions, measureGas?: MeasureGas): Promise<string> => {
  const { mock: calls } = mock.method(console, "log", () => undefined);
  await runTrain(options, measureGas).finally(() => calls.restore());
  return String(calls.calls[0]?.arguments[0]);
};

describe("train refuses with one sentence and writes nothing", () => {
  const cases: [changes: Partial<TrainOptions>, message: RegExp][] = [
    [{ data: join(dir, "none.csv") }, /none\.csv cannot be read \(ENOENT.*\): name a file that exists\.$/],
    [{ data: single }, /^one\.csv has one candle, which has no period: give more candles\.$/],
    [{ period: "2w" }, /^--period 2w is not usable: write for example 1d, 4h or 15m\.$/],
    [
      { period: "1h" },
      /^--period 1h is not that of spx\.csv: most of its candles begin 1d after .* give --period 1d or/,
    ],
    [{ horizon: "0" }, /^--horizon 0 is not usable: give a whole number from 1 to 255\.$/],
    [{ horizon: "256" }, /^--horizon 256 is not usable/],
    [{ horizon: "5.5" }, /^--horizon 5\.5 is not usable/],
    [{ kind: "tree" }, /^--kind tree is not usable: choose linear, forest, dense or best\.$/],
    [{ refitEvery: "0" }, /^--refit-every 0 is not usable/],
    [{ periodsPerYear: "-1" }, /^--periods-per-year -1 is not usable/],
    [{ trainUntil: "soon" }, /^--train-until soon is not usable: write a day as YYYY-MM-DD\.$/],
    [{ halfLives: "1,2" }, /^--half-lives 1,2 is not usable: give 6 periods/],
    [{ halfLives: "1,2,3,x,5,6" }, /^--half-lives 1,2,3,x,5,6 is not usable/],
    [{ halfLives: "1,2,3,0,5,6" }, /^--half-lives 1,2,3,0,5,6 is not usable/],
    [
      { trainUntil: "2007-01-01" },
      /^2 candles leave 0 training rows before 2007-01-01, 140 are needed after 160 candles of warm-up: give/,
    ],
    [{ data: hourly, horizon: "255" }, /, 2550 are needed after 2880 candles of warm-up: .* or a shorter horizon\.$/],
    [{ data: gapped }, /; \d+ rows lie across gaps of more than 2 hours: give more candles/],
  ];
  for (const [changes, message] of cases) {
    it(`${JSON.stringify(changes).replaceAll(dir, "")}`, async () => {
      await assert.rejects(
        runTrain({ data: short, kind: "best", out, ...changes }),
        (error) => error instanceof InputError && message.test(error.message),
      );
      assert.equal(existsSync(out), false);
    });
  }
});

describe("train on a file of which it knows nothing", () => {
  const wanted: TrainOptions = { data: hourly, kind: "linear", json: true };

  it("prints one line of JSON, the figures everybody asks for first and in this order", async () => {
    const report = JSON.parse(await printedBy(wanted));

    assert.deepEqual(Object.keys(report).slice(0, 8), [
      ...["market", "rows", "trainRows", "testRows", "r2", "qlike", "modelId", "gas"],
    ]);
    for (const figure of ["r2", "qlike"]) assert.deepEqual(Object.keys(report[figure]), ["model", "har", "naive"]);
    assert.equal(report.market, "BTC-USD");
    assert.equal(report.rows, 4_500);
    assert.equal(report.gas, null);
  });

  it("takes period, horizon, half-lives and year from the candles, and three rows of five to train", async () => {
    const report = JSON.parse(await printedBy(wanted));

    assert.deepEqual([report.period, report.horizon, report.periodsPerYear], [HOUR, 24, 8_760]);
    assert.deepEqual(report.halfLives, [3, 24, 120, 720, 12, 120]);
    assert.equal(report.trainUntil, new Date(Number(hours[2_880 + 972]?.start) * 1000).toISOString()); // of 1,620 after the warm-up
  });

  it("writes the blob that the report is about, and the report beside it", async () => {
    const report = JSON.parse(await printedBy({ ...wanted, out, market: "BTC/USD" }));

    const blob = readFileSync(out, "utf8").trim() as Hex;
    assert.equal(report.modelId, modelId(blob));
    assert.equal(decodeModel(blob).horizon, 24);
    assert.deepEqual(JSON.parse(readFileSync(`${out}.json`, "utf8")), report);
    assert.equal(report.market, "BTC/USD");
  });

  it("asks for the gas of the blob that it reports", async () => {
    const asked: [Hex, number][] = [];
    const measure: MeasureGas = async (blob, lanes) => asked.push([modelId(blob), lanes.length]) + 4_242;

    const report = JSON.parse(await printedBy(wanted, measure));

    assert.deepEqual(asked, [[report.modelId, 6]]);
    assert.equal(report.gas, 4_243);
  });

  it("shows people both windows, and how to get the gas", async () => {
    const table = await printedBy({ ...wanted, json: false });

    for (const line of [
      /^model +0x/m,
      /^frozen: fitted once/m,
      /^expanding: fitted again every \d+ rows/m,
      /^linear \*/m,
    ])
      assert.match(table, line);
    assert.match(table, /`npm run train` measures its gas/);
    assert.match(table, /not written: name a file with --out/);
  });
});

it("train scores nothing when no rows follow the training end", async () => {
  const spx = fileURLToPath(new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets")));
  const options = { data: spx, kind: "linear", trainUntil: "2021-01-01" };

  const report = JSON.parse(await printedBy({ ...options, json: true }));
  const table = await printedBy(options);

  assert.deepEqual(report.r2, { model: null, har: null, naive: null });
  assert.deepEqual([report.testRows, report.frozen, report.expanding], [0, null, null]);
  assert.match(table, /0 rows after the training end are too few to score/);
});

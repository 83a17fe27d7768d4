// The three kinds of model, fitted alike: a linear part, and for two of them a correction learnt on what it leaves over.
import { evaluate, type LinearModel, type Model } from "@aibot/kit/models";
import { predict } from "../least-squares.ts";
import { type Table, treeValue } from "./boosting.ts";
import { createDenseTraining, denseOf, inputsOf, MOST_ROUNDS, outputsOf } from "./dense.ts";
import { boostingOf, forestOf, MOST_TREES } from "./forest.ts";
import { meanOf } from "./hac.ts";
import { fitLinear, type LinearFit, type Terms } from "./linear.ts";
import type { Parts, Sample } from "./samples.ts";

/** Simplest first. */
export const kinds = ["linear", "forest", "dense"] as const;
export type Kind = (typeof kinds)[number];

/** How long each kind learns: trees of the forest, rounds of the network. */
export type Efforts = { trees: number; rounds: number };

/** The model of the chain, and the floats that it was rounded from. */
export type Fit = { kind: Kind; model: Model; float: (rows: Sample[]) => Float64Array };

export type FitParams = { kinds: readonly Kind[]; rows: Sample[]; terms: Terms; efforts: Efforts };

const SEED = 1;
const Q32 = 2 ** 32;

/** What the chain's integers say of each row. */
export const forecastsOf = (model: Model, rows: Sample[]): Float64Array =>
  Float64Array.from(rows, ({ lanes }) => Number(evaluate(model, lanes)) / Q32);

const lanesOf = (rows: Sample[]): Int16Array[] =>
  (rows[0]?.lanes ?? []).map((_, j) => Int16Array.from(rows, ({ lanes }) => lanes[j] ?? 0));

/** What `linear` leaves over of each row's target. */
const residualTable = (linear: LinearModel, rows: Sample[]): Table => {
  const forecasts = forecastsOf(linear, rows);
  return { lanes: lanesOf(rows), values: Float64Array.from(rows, ({ target }, k) => target - (forecasts[k] ?? 0)) };
};

const linearFloat = ({ line }: LinearFit, rows: Sample[]): Float64Array =>
  Float64Array.from(rows, ({ inputs }) => predict(line, inputs));

const added = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, k) => value + (b[k] ?? 0));

const fitForest = (linear: LinearFit, table: Table, count: number): Fit => {
  const boosting = boostingOf(table, linear.model.horizon);
  const trees = Array.from({ length: count }, () => boosting.grow());
  const correction = ({ lanes }: Sample) =>
    trees.reduce((sum, tree) => sum + treeValue(tree, (lane) => lanes[lane] ?? 0), 0);
  return {
    kind: "forest",
    model: forestOf(linear.model, trees),
    float: (rows) => added(linearFloat(linear, rows), Float64Array.from(rows, correction)),
  };
};

const fitDense = (linear: LinearFit, table: Table, rounds: number): Fit => {
  const training = createDenseTraining(table, SEED);
  for (let k = 0; k < rounds; k += 1) training.round();
  return {
    kind: "dense",
    model: denseOf(linear.model, training),
    float: (rows) =>
      added(linearFloat(linear, rows), outputsOf(training.network, inputsOf(training.ramps, lanesOf(rows)))),
  };
};

const fitLine = (linear: LinearFit): Fit => ({
  kind: "linear",
  model: linear.model,
  float: (rows) => linearFloat(linear, rows),
});

/** One fit of each kind on the same rows. */
export const fitKinds = ({ kinds, rows, terms, efforts }: FitParams): Fit[] => {
  const linear = fitLinear(rows, terms);
  const table = residualTable(linear.model, rows);
  const fits: Record<Kind, () => Fit> = {
    linear: () => fitLine(linear),
    forest: () => fitForest(linear, table, efforts.trees),
    dense: () => fitDense(linear, table, efforts.rounds),
  };
  return kinds.map((kind) => fits[kind]());
};

/** How often `learn` is called until the loss that it returns is least, beginning with `first` for no call at all. */
const leastAfter = (most: number, first: number, learn: () => number): number => {
  const losses = [first, ...Array.from({ length: most }, learn)];
  return losses.indexOf(Math.min(...losses));
};

/** Early stopping: learns on the early rows for as long as that helps on the late ones. */
export const findEfforts = ({ early, late }: Parts, terms: Terms, wanted: readonly Kind[]): Efforts => {
  const { model } = fitLinear(early, terms);
  const [table, watched] = [residualTable(model, early), residualTable(model, late)];
  const lossOf = (outputs: Float64Array) =>
    meanOf(outputs.map((output, k) => (output - (watched.values[k] ?? 0)) ** 2));
  const none = lossOf(new Float64Array(late.length));

  const trees = (): number => {
    const boosting = boostingOf(table, terms.horizon);
    const sums = new Float64Array(late.length);
    return leastAfter(MOST_TREES, none, () => {
      const tree = boosting.grow();
      for (let row = 0; row < sums.length; row += 1) {
        sums[row] = (sums[row] ?? 0) + treeValue(tree, (lane) => watched.lanes[lane]?.[row] ?? 0);
      }
      return lossOf(sums);
    });
  };
  const rounds = (): number => {
    const training = createDenseTraining(table, SEED);
    const inputs = inputsOf(training.ramps, watched.lanes);
    return leastAfter(MOST_ROUNDS, none, () => {
      training.round();
      return lossOf(outputsOf(training.network, inputs));
    });
  };
  return { trees: wanted.includes("forest") ? trees() : 0, rounds: wanted.includes("dense") ? rounds() : 0 };
};

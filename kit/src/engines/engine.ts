// What every engine is: a model, ready to run. docs/formats.md defines the integers, models.ts is the reference.
import type { Model } from "../models.ts";

/**
 * Runs one model on rows of int16 lanes and writes one Q32 output a row. Every engine gives the integers of the
 * reference, or `selfTest` refuses it. `Result` is void for engines that answer at once.
 */
export type Engine<Result = void | Promise<void>> = {
  name: string;
  device: string; // what it runs on, in the words of its driver
  /** `lanes` holds the rows one after another, as many as `outputs`. */
  run: (lanes: Int16Array, outputs: BigInt64Array) => Result;
  /** Frees what the engine holds; it must not run any more. */
  close: () => void;
};

/** RangeError, a bug of the caller, unless `lanes` holds a row of `model` for every output. */
export const checkRows = (model: Model, lanes: Int16Array, outputs: BigInt64Array): void => {
  const inputs = model.weights.length;
  if (lanes.length === inputs * outputs.length) return;
  throw new RangeError(`${outputs.length} rows of ${inputs} lanes were expected and ${lanes.length} lanes given.`);
};

/** The output of one row. */
export const runOnce = (engine: Engine<void>, lanes: number[]): bigint => {
  const output = new BigInt64Array(1);
  engine.run(Int16Array.from(lanes), output);
  return output[0] ?? 0n;
};

// The reference as an engine: slow, and what the others are compared with.
import { evaluate, type Model } from "../models.ts";
import { checkRows, type Engine } from "./engine.ts";

export const createTypescriptEngine = (model: Model): Engine<void> => {
  const inputs = model.weights.length;
  return {
    name: "typescript",
    device: "CPU",
    run: (lanes, outputs) => {
      checkRows(model, lanes, outputs);
      for (let row = 0; row < outputs.length; row += 1) {
        outputs[row] = evaluate(model, Array.from(lanes.subarray(row * inputs, (row + 1) * inputs)));
      }
    },
    close: () => {},
  };
};

// `npm run train`: `ai-node train`, with the gas of the model measured by running it in an EVM.
import { run } from "@aibot/kit/node/shutdown";
import { createTrainCommand, type MeasureGas } from "../ai-node/src/train-command.ts";

// Compiler and EVM are loaded only when there is a model.
const measureGas: MeasureGas = async (blob, lanes) => (await import("./train/gas.ts")).measureModelGas(blob, lanes);

await run("train", async () => {
  await createTrainCommand(measureGas).name("npm run train --").parseAsync();
});

// ai-node: trains models, registers them, and recomputes every round that a chain publishes.
import { InputError } from "@aibot/kit/errors";
import { loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { Command } from "commander";
import { privateKeyToAccount } from "viem/accounts";
import { readSettings, registerSettings, runSettings, settingsHelp, verifySettings } from "./config.ts";
import { readModelFile } from "./model-file.ts";
import { register } from "./register.ts";
import { runAiNode } from "./service.ts";
import { verdictTable } from "./table.ts";
import { createTrainCommand } from "./train-command.ts";
import { verifyRounds } from "./verify.ts";

const runRegister = async ({ model }: { model: string }): Promise<void> => {
  const settings = readSettings(registerSettings);
  const blob = readModelFile(model);
  const log = createLog("ai-node", settings.LOG_LEVEL);
  const { signal } = createShutdown({ log });
  const account = privateKeyToAccount(settings.PRIVATE_KEY);
  for (const chain of await loadChains(settings.CHAINS)) {
    await register({ chain, account, blob, stateDir: settings.STATE_DIR, log, signal });
  }
  process.exit(0);
};

const runVerify = async (feed: string, roundText: string, { chain: chainText }: { chain?: string }): Promise<void> => {
  const settings = readSettings(verifySettings);
  const round = Number(roundText);
  if (!/^[1-9]\d{0,9}$/.test(roundText)) {
    throw new InputError(`The round ${roundText} is not one: give the number of a published round.`);
  }
  const chosen = settings.CHAINS.find(({ id }) => chainText === undefined || String(id) === chainText);
  if (chosen === undefined) throw new InputError(`--chain ${chainText} is not in CHAINS: name one that is.`);

  const [chain] = await loadChains([chosen]);
  if (chain === undefined) return;
  const [verdict] = await verifyRounds({ chain, feed, from: round, to: round });
  if (verdict === undefined) {
    throw new InputError(`Round ${round} of "${feed}" was never published on chain ${chain.id}: choose another round.`);
  }
  console.log(verdictTable(verdict));
  process.exitCode = verdict.equal ? 0 : 1;
};

const program = new Command("ai-node").description("Trains models, registers them and recomputes every round.");

program
  .command("run", { isDefault: true })
  .description("recompute every published round, test the engines, serve predictions")
  .addHelpText("after", settingsHelp(runSettings))
  .action(runAiNode);

program
  .command("verify")
  .description("rebuild one round from signed reports and seed events; exit 1 when the chain has another value")
  .argument("<feed>", 'name of the feed, "SPX/USD vol"')
  .argument("<round>", "number of the round")
  .option("--chain <id>", "one of CHAINS (default: the first)")
  .addHelpText("after", settingsHelp(verifySettings))
  .action(runVerify);

program.addCommand(createTrainCommand());

program
  .command("register")
  .description("put a model into the registry of every chain")
  .requiredOption("--model <file>", "a blob that train wrote")
  .addHelpText("after", settingsHelp(registerSettings))
  .action(runRegister);

await run("ai-node", async () => {
  await program.parseAsync();
});

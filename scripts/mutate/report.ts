// What a mutation run prints.

import type { Judged, Result, Verdict } from "./judge.ts";
import type { Mutant } from "./mutants.ts";

export const floor = 85; // percent

export type Score = { name: string; killed: number; judged: number; percent: number; isBelowFloor: boolean };

const count = (judged: Judged[], ...verdicts: Verdict[]) =>
  judged.filter(({ verdict }) => verdicts.includes(verdict)).length;

export const scoreOf = ({ target, judged }: Result): Score => {
  const killed = count(judged, "killed", "endless");
  const all = killed + count(judged, "survived");
  const percent = all === 0 ? 100 : (100 * killed) / all;
  return { name: target.name, killed, judged: all, percent, isBelowFloor: target.isGated && percent < floor };
};

export const survivorsOf = ({ judged }: Result): Mutant[] =>
  judged.filter(({ verdict }) => verdict === "survived").map(({ mutant }) => mutant);

/** In the form in which docs/assurance.md explains it. */
export const formatSurvivor = ({ file, line, within, before, after }: Mutant): string =>
  `\`${file}\` line ${line}${within && `, in \`${within}\``}\n\n\`\`\`diff\n- ${before}\n+ ${after}\n\`\`\`\n`;

export const formatResult = (result: Result, explained: number): string => {
  const { name, killed, judged, percent } = scoreOf(result);
  const { total, judged: all, seconds } = result;
  const sampled = all.length < total ? `, a sample of ${all.length} of ${total}` : "";
  return [
    `${name.padEnd(14)} ${percent.toFixed(1).padStart(5)} %  ${killed} of ${judged} mutants killed (${count(all, "endless")} of them endless)`,
    `${judged - killed} survived (${explained} explained)`,
    `${count(all, "invalid")} did not compile, ${count(all, "same")} changed nothing or nothing new${sampled}`,
    `${Math.round(seconds)} s`,
  ].join("; ");
};

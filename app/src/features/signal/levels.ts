import { level } from "@aibot/kit/signals";

export type LevelName = keyof typeof level;

/** Who computed a signal of this level; undefined for one that this page does not know. */
export const levelOf = (code: number): LevelName | undefined =>
  (Object.keys(level) as LevelName[]).find((name) => level[name] === code);

/** As the contract writes it. */
export const levelText = (code: number): string => levelOf(code)?.toUpperCase() ?? `LEVEL ${code}`;

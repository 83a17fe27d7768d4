// What becomes of a program that has ended. Pure.
export type Exit = { code: number | null; signal: NodeJS.Signals | null };
export type Fate = "stays down" | "gives up" | "starts again";

export const firstDelayMs = 200;
const maxDelayMs = 5_000;
const longMs = 60_000;
const doNotRestart = 1; // the program has said in a sentence what a person must do

export const fateOf = ({ code }: Exit, restart: boolean): Fate => {
  if (code === 0) return "stays down"; // somebody has asked it to
  return restart && code !== doNotRestart ? "starts again" : "gives up";
};

/** A shell that runs a program reports its death by a signal as 128 and the signal's number. */
export const describeExit = ({ code, signal }: Exit): string => {
  if (signal !== null) return `was killed by ${signal}`;
  return code !== null && code > 128 ? `was killed by signal ${code - 128}` : `ended with code ${code}`;
};

/** The pause before the next start: doubled every time, from the beginning again for one that had lasted. */
export const nextDelay = (delayMs: number, lastedMs: number): number =>
  lastedMs > longMs ? firstDelayMs : Math.min(delayMs * 2, maxDelayMs);

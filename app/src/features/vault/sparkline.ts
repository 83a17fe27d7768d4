// The path of a small line, in whole units of its own view box.

export type Box = { width: number; height: number };

/** Lowest value at the bottom, highest at the top, one step to the right each; a line that never moved lies in the middle. */
export const sparkPath = (values: readonly bigint[], { width, height }: Box): string => {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) return "";
  const lowest = values.reduce((a, b) => (b < a ? b : a));
  const span = values.reduce((a, b) => (b > a ? b : a)) - lowest;
  const points = values.map((value, index) => {
    const x = Math.floor((index * width) / others.length);
    const up = span === 0n ? BigInt(height) / 2n : ((value - lowest) * BigInt(height)) / span;
    return `${x} ${BigInt(height) - up}`;
  });
  return `M${points.join("L")}`;
};

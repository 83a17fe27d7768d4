// The same money without a forecast: one weight, brought back when it has drifted.

export type FixedWeightParams = {
  closes: number[];
  weight: number;
  band: number; // a weight further than this from its target is brought back
  cost: number; // of what is traded
};

export type FixedWeight = { values: number[]; turnover: number; trades: number };

/** Values after each close, from 1; `turnover` is what was traded, in units of the value. */
export const holdFixedWeight = ({ closes, weight, band, cost }: FixedWeightParams): FixedWeight => {
  const values: number[] = [];
  let cash = 1;
  let tokens = 0;
  let turnover = 0;
  let trades = 0;
  for (const close of closes) {
    const value = cash + tokens * close;
    const gap = weight * value - tokens * close;
    if (values.length === 0 || Math.abs(gap) > band * value) {
      tokens += gap / close;
      cash -= gap + Math.abs(gap) * cost;
      turnover += Math.abs(gap) / value;
      trades += 1;
    }
    values.push(cash + tokens * close);
  }
  return { values, turnover, trades };
};

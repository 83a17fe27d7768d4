// What a series of values earned and risked. Floats: read by people, never signed or stored.

export type Performance = {
  volatility: number; // of daily returns, annualised
  maxDrawdown: number; // from the highest value before, negative
  totalReturn: number;
  returnPerYear: number; // compounded
  sharpe: number; // mean return over its deviation, annualised; cash earns nothing
};

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation around the mean, of a sample. */
const deviation = (values: number[]): number => {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
};

export const returnsOf = (values: number[]): number[] =>
  values.slice(1).map((value, k) => value / (values[k] as number) - 1);

/** Below the highest value so far, at each point; 0 at a new height. */
export const drawdownsOf = (values: number[]): number[] => {
  let highest = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    highest = Math.max(highest, value);
    return value / highest - 1;
  });
};

/** Of the values of 1 invested, one a period; what entering cost is missing from the first of them. */
export const performanceOf = (values: number[], periodsPerYear: number): Performance => {
  const returns = returnsOf(values);
  const growth = values.at(-1) as number;
  return {
    volatility: deviation(returns) * Math.sqrt(periodsPerYear),
    maxDrawdown: Math.min(...drawdownsOf(values)),
    totalReturn: growth - 1,
    returnPerYear: growth ** (periodsPerYear / returns.length) - 1,
    sharpe: (mean(returns) / deviation(returns)) * Math.sqrt(periodsPerYear),
  };
};

/** Annualised volatility over the last `window` returns; undefined while there are fewer. */
export const rollingVolatility = (values: number[], window: number, periodsPerYear: number): (number | undefined)[] => {
  const returns = returnsOf(values);
  return values.map((_, k) =>
    k < window ? undefined : deviation(returns.slice(k - window, k)) * Math.sqrt(periodsPerYear),
  );
};

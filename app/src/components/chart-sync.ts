/** The one time that charts of the same page point at; undefined: their newest. */
export type ChartSync = {
  time: () => number | undefined;
  hover: (time: number | undefined) => void;
  subscribe: (listener: () => void) => () => void;
};

export const createChartSync = (): ChartSync => {
  let current: number | undefined;
  const listeners = new Set<() => void>();
  return {
    time: () => current,
    hover: (time) => {
      if (time === current) return;
      current = time;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

// A driver that hangs must not hold up the node.

/** What `work` gives, or an error when it takes longer than `milliseconds`; the work itself cannot be stopped. */
export const inTime = async <Value>(work: Promise<Value> | Value, milliseconds: number): Promise<Value> => {
  if (!(work instanceof Promise)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

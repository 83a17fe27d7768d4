import { useRef } from "react";

/** The last error until there is data: each new block tries again, and a sentence that comes and goes is not read. */
export const useSteadyError = (error: Error | null, hasData: boolean): Error | null => {
  const last = useRef<Error | null>(null);
  if (hasData) last.current = null;
  else if (error !== null) last.current = error;
  return last.current;
};

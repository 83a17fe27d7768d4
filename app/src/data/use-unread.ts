import { useRef } from "react";

type Read = { data: unknown; error: Error | null };

/** Why there is nothing to show yet. Stays while it is tried again with each block, until something was read. */
export const useUnread = ({ data, error }: Read): Error | null => {
  const last = useRef<Error | null>(null);
  if (data !== undefined) last.current = null;
  else if (error !== null) last.current = error;
  return last.current;
};

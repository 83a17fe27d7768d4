import { useCallback, useMemo, useSyncExternalStore } from "react";
import { decodePending, keyOf, type Pending, type Place } from "./pending.ts";

const CHANGED = "flow-changed"; // in this tab; other tabs get `storage`

export const announceChange = (): void => void window.dispatchEvent(new Event(CHANGED));

/** The flow that this account has begun at this vault, in whichever tab. */
export const usePending = (place: Place): Pending | undefined => {
  const key = keyOf(place);
  const subscribe = useCallback((listener: () => void) => {
    window.addEventListener("storage", listener);
    window.addEventListener(CHANGED, listener);
    return () => {
      window.removeEventListener("storage", listener);
      window.removeEventListener(CHANGED, listener);
    };
  }, []);
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(key));
  return useMemo(() => decodePending(text), [text]);
};

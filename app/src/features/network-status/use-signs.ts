import { notifyManager, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { LIVE } from "../../data/live.ts";

const watchNetwork = (changed: () => void) => {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
};

/** Whether this device says that it has a network. */
export const useOnline = (): boolean => useSyncExternalStore(watchNetwork, () => navigator.onLine);

/** Why something on screen could not be read again; what was known before it is still shown. */
export const useLiveFailure = (): Error | undefined => {
  const cache = useQueryClient().getQueryCache();
  const watch = useCallback((changed: () => void) => cache.subscribe(notifyManager.batchCalls(changed)), [cache]);
  const failure = () => {
    const shown = cache.findAll({ queryKey: [LIVE], type: "active" });
    const failed = shown.find(({ state: { status, data } }) => status === "error" && data !== undefined);
    return failed?.state.error ?? undefined;
  };
  return useSyncExternalStore(watch, failure);
};

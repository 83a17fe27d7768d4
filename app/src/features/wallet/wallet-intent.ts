export const STORAGE_PREFIX = "wallet";

/** Whether this visitor connected a wallet before: then its code is loaded without asking again. */
export const wasConnected = (): boolean => {
  const recent = localStorage.getItem(`${STORAGE_PREFIX}.recentConnectorId`);
  return recent !== null && recent !== "null";
};

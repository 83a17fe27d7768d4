export const STORAGE_PREFIX = "wallet";

/** The wallet that this visitor connected last and has not disconnected. */
export const recentWallet = (): string | undefined => {
  const recent = JSON.parse(localStorage.getItem(`${STORAGE_PREFIX}.recentConnectorId`) ?? "null") as unknown;
  return typeof recent === "string" ? recent : undefined;
};

/** Whether there is one: then its code is loaded without asking again. */
export const wasConnected = (): boolean => recentWallet() !== undefined;

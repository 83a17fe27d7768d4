/** First part of the key of every query whose answer changes with the chain. */
export const LIVE = "live";

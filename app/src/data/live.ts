/** First part of the key of every query whose answer changes with the chain. It is kept in the browser between visits. */
export const LIVE = "live";

/** Second part of the key of a live query about the visitor's own account: it is never kept. */
export const OWN = "own";

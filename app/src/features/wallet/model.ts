const BPS = 10_000n;

/** How much less than quoted a person accepts: room for one price while they read. */
export const TOLERANCE_BPS = 50;

/** The least amount to accept for a quote, rounded down. */
export const leastAccepted = (expected: bigint): bigint => (expected * (BPS - BigInt(TOLERANCE_BPS))) / BPS;

/** `whole` · `part` / `of`, down; all of it when there is nothing to measure by. */
export const partOf = (whole: bigint, part: bigint, of: bigint): bigint => (of === 0n ? whole : (whole * part) / of);

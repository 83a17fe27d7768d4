// How panels lie on a page: below each other on a phone, beside each other where there is room.

export const STACK = { display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" } as const;

export const HALVES = {
  ...STACK,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(2, minmax(0, 1fr))" },
  alignItems: "start",
} as const;

/** What the page is about, and what goes with it. */
export const TWO_TO_ONE = {
  ...STACK,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 2fr) minmax(0, 1fr)" },
  alignItems: "start",
} as const;

import Box from "@mui/material/Box";

// Drawn, not typed: fonts differ in which arrows and ticks they have.
const SHAPES = {
  up: "M5 1.5 9 8.5H1z",
  down: "M5 8.5 1 1.5h8z",
  flat: "M1 4.2h8v1.6H1z",
  tick: "M1 5.4 2.1 4.3l2 2L8 2.2l1.1 1.1-5 5.2z",
  cross: "M2.2 1.1 5 3.9l2.8-2.8 1.1 1.1L6.1 5l2.8 2.8-1.1 1.1L5 6.1 2.2 8.9 1.1 7.8 3.9 5 1.1 2.2z",
  dot: "M5 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z",
  square: "M1.5 1.5h7v7h-7z",
  ring: "M5 1a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 1.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z",
} as const;

export type Shape = keyof typeof SHAPES;

/** A small sign in the colour and size of the text beside it, which says the same in words. */
export const Sign = ({ shape }: { shape: Shape }) => (
  <Box
    component="svg"
    aria-hidden
    viewBox="0 0 10 10"
    sx={{ width: "0.75em", height: "0.75em", mr: 0.75, fill: "currentColor" }}
  >
    <path d={SHAPES[shape]} />
  </Box>
);

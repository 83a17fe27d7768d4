// The look, in one place: both themes, the charts and the type scale are built from these values.

export type Palette = {
  canvas: string;
  surface: string;
  border: string;
  text: string;
  textQuiet: string;
  accent: string;
  onAccent: string;
  gain: string;
  loss: string;
};

export const palettes: { light: Palette; dark: Palette } = {
  light: {
    canvas: "#f6f7f9",
    surface: "#ffffff",
    border: "#dde1e7",
    text: "#14181f",
    textQuiet: "#566070",
    accent: "#2456c7",
    onAccent: "#ffffff",
    gain: "#0f6b45",
    loss: "#b3261e",
  },
  dark: {
    canvas: "#0d1015",
    surface: "#14181f",
    border: "#2a313c",
    text: "#e9ecf1",
    textQuiet: "#99a3b3",
    accent: "#8aaeff",
    onAccent: "#0b1120",
    gain: "#4fc38d",
    loss: "#ff8f85",
  },
};

export const fontFamily =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Open Sans", Arial, sans-serif';

/** Three sizes a screen: labels, text, and the one number a screen is about. */
export const fontSize = { label: 13, text: 15, headline: 28 } as const;

/** Heights of what is pressed, in pixels: anything at all, and what a page is about. */
export const target = { least: 24, main: 44 } as const;

export const radius = 8;
export const grid = 8;
export const pageWidth = 1200;
/** Phones on which a line that just fits elsewhere takes two. */
export const narrow = "@media (max-width: 400px)";
export const narrowest = "@media (max-width: 364px)";

/** Read aloud, not seen. */
export const hidden = {
  position: "absolute",
  width: "1px",
  height: "1px",
  m: "-1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
} as const;

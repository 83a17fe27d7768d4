import { createTheme } from "@mui/material/styles";
import type {} from "@mui/material/themeCssVarsAugmentation"; // its variables are typed
import { fontFamily, fontSize, grid, palettes, radius, target } from "./tokens.ts";

const schemeOf = (scheme: keyof typeof palettes) => {
  const palette = palettes[scheme];
  return {
    palette: {
      background: { default: palette.canvas, paper: palette.surface },
      divider: palette.border,
      text: { primary: palette.text, secondary: palette.textQuiet },
      primary: { main: palette.accent, contrastText: palette.onAccent },
      success: { main: palette.gain, contrastText: palette.surface },
      error: { main: palette.loss, contrastText: palette.surface },
    },
  };
};

const focusRing = {
  outline: "2px solid var(--mui-palette-primary-main)",
  outlineOffset: 2,
};

const ROOT_PX = 16;
const rem = (px: number): string => `${px / ROOT_PX}rem`; // grows with the reader's own text size

/** Takes some milliseconds to make: the app does so while it waits for its data. */
export const createAppTheme = () =>
  createTheme({
    cssVariables: { colorSchemeSelector: "data-scheme" },
    colorSchemes: { light: schemeOf("light"), dark: schemeOf("dark") },
    spacing: grid,
    shape: { borderRadius: radius },
    typography: {
      fontFamily,
      htmlFontSize: ROOT_PX,
      fontSize: fontSize.text,
      h1: { fontSize: rem(fontSize.text), fontWeight: 650, lineHeight: 1.5 },
      h2: { fontSize: rem(fontSize.label), fontWeight: 600, lineHeight: 1.5 },
      h3: { fontSize: rem(fontSize.headline), fontWeight: 600, lineHeight: 1.2, letterSpacing: "-0.01em" },
      body1: { fontSize: rem(fontSize.text), lineHeight: 1.5 },
      body2: { fontSize: rem(fontSize.label), lineHeight: 1.5 },
      button: { fontSize: rem(fontSize.text), textTransform: "none", fontWeight: 600 },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          html: { overflowX: "hidden", overflowY: "scroll" }, // a page that grows past the window must not move aside
          body: { fontVariantNumeric: "tabular-nums" },
          ":focus-visible": focusRing,
          "@media (prefers-reduced-motion: reduce)": {
            // Not a very short transition: each level of an inherited colour would wait a frame for the one above it.
            "*, *::before, *::after": {
              animationDuration: "0.01ms !important",
              animationIterationCount: "1 !important",
              transition: "none !important",
            },
          },
        },
      },
      MuiButtonBase: {
        defaultProps: { disableRipple: true },
        styleOverrides: { root: { "&:focus-visible": focusRing } }, // it takes the outline away
      },
      MuiButton: {
        defaultProps: { disableElevation: true },
        styleOverrides: { root: { minHeight: target.main, "&:focus-visible": focusRing } },
      },
      MuiTableCell: {
        styleOverrides: {
          root: ({ theme: t }) => ({
            fontSize: rem(fontSize.label),
            padding: t.spacing(1),
            borderColor: "var(--mui-palette-divider)",
          }),
          head: { color: "var(--mui-palette-text-secondary)", fontWeight: 500 },
        },
      },
      MuiLink: { defaultProps: { underline: "hover" } },
    },
  });

/** The theme's variables for both schemes as the browser's own style sheet: Emotion would take far longer to parse them. */
export const adoptVariables = (theme: ReturnType<typeof createAppTheme>): void => {
  const rules = theme.generateStyleSheets().flatMap((sheet) =>
    Object.entries<Record<string, string>>(sheet).map(([selector, variables]) => {
      const lines = Object.entries(variables).map(
        ([name, value]) => `${name.startsWith("--") ? name : "color-scheme"}:${value}`,
      );
      return `${selector}{${lines.join(";")}}`;
    }),
  );
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules.join(""));
  document.adoptedStyleSheets.push(sheet);
};

import { createTheme } from "@mui/material/styles";
import { fontFamily, fontSize, grid, palettes, radius } from "./tokens.ts";

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

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "data-scheme" },
  colorSchemes: { light: schemeOf("light"), dark: schemeOf("dark") },
  spacing: grid,
  shape: { borderRadius: radius },
  typography: {
    fontFamily,
    htmlFontSize: 16,
    fontSize: fontSize.text,
    h1: { fontSize: fontSize.text, fontWeight: 650, lineHeight: 1.5 },
    h2: { fontSize: fontSize.label, fontWeight: 600, lineHeight: 1.5 },
    h3: { fontSize: fontSize.headline, fontWeight: 600, lineHeight: 1.2, letterSpacing: "-0.01em" },
    body1: { fontSize: fontSize.text, lineHeight: 1.5 },
    body2: { fontSize: fontSize.label, lineHeight: 1.5 },
    button: { fontSize: fontSize.text, textTransform: "none", fontWeight: 600 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        body: { fontVariantNumeric: "tabular-nums", overflowX: "hidden" },
        ":focus-visible": focusRing,
        "@media (prefers-reduced-motion: reduce)": {
          "*, *::before, *::after": { animationDuration: "0.01ms !important", transitionDuration: "0.01ms !important" },
        },
      },
    },
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiButton: {
      defaultProps: { disableElevation: true },
      styleOverrides: { root: { minHeight: 40, "&:focus-visible": focusRing } },
    },
    MuiTableCell: {
      styleOverrides: {
        root: ({ theme: t }) => ({
          fontSize: fontSize.label,
          padding: t.spacing(1),
          borderColor: "var(--mui-palette-divider)",
        }),
        head: { color: "var(--mui-palette-text-secondary)", fontWeight: 500 },
      },
    },
    MuiLink: { defaultProps: { underline: "hover" } },
  },
});

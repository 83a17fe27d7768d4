import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { useColorScheme } from "@mui/material/styles";
import { localeNames, locales } from "../messages/locale.ts";
import { useText } from "../messages/text.tsx";
import { target } from "../tokens.ts";

const NEXT = { system: "light", light: "dark", dark: "system" } as const;

const QUIET = {
  minWidth: target.main,
  minHeight: target.main,
  borderRadius: 1,
  typography: "body2",
  color: "text.secondary",
  "&:hover": { color: "text.primary" },
} as const;

const DISC = "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z";
const RAYS = "M8 0v2M8 14v2M0 8h2M14 8h2M2.3 2.3l1.5 1.5M12.2 12.2l1.5 1.5M2.3 13.7l1.5-1.5M12.2 3.8l1.5-1.5";
const SUN = "M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z";
const MOON = "M6 2a6 6 0 1 0 8 8 6.5 6.5 0 0 1-8-8z";

/** A half disc follows the system, a sun and a moon do not. */
const DRAWINGS = {
  system: (
    <>
      <path d={DISC} />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
  light: (
    <>
      <path d={SUN} fill="currentColor" />
      <path d={RAYS} />
    </>
  ),
  dark: <path d={MOON} fill="currentColor" />,
} as const;

export const ThemeButton = () => {
  const { mode = "system", setMode } = useColorScheme();
  const { m } = useText();
  const { themes, switchTheme } = m.shell;
  const label = switchTheme(themes[mode], themes[NEXT[mode]]);
  return (
    <ButtonBase onClick={() => setMode(NEXT[mode])} aria-label={label} title={label} sx={QUIET}>
      <Box
        component="svg"
        aria-hidden
        viewBox="0 0 16 16"
        sx={{ width: 16, height: 16, fill: "none", stroke: "currentColor", strokeWidth: 1.3 }}
      >
        {DRAWINGS[mode]}
      </Box>
    </ButtonBase>
  );
};

/** Names the other language in itself, so that whoever needs it can read it. */
export const LanguageButton = () => {
  const { locale, setLocale } = useText();
  const next = locales[(locales.indexOf(locale) + 1) % locales.length] ?? "en";
  return (
    <ButtonBase
      lang={next}
      aria-label={`${next.toUpperCase()}, ${localeNames[next]}`}
      title={localeNames[next]}
      onClick={() => setLocale(next)}
      sx={QUIET}
    >
      {next.toUpperCase()}
    </ButtonBase>
  );
};

export const locales = ["en", "de"] as const;
export type Locale = (typeof locales)[number];

export const localeNames: Record<Locale, string> = { en: "English", de: "Deutsch" };

const KEY = "locale";

const isLocale = (text: string | null): text is Locale => locales.some((locale) => locale === text);

/** What the visitor chose before, else the first language of the browser that there are messages for. */
export const preferredLocale = (stored: string | null, languages: readonly string[]): Locale => {
  if (isLocale(stored)) return stored;
  return languages.map((language) => language.slice(0, 2).toLowerCase()).find(isLocale) ?? "en";
};

export const readLocale = (): Locale => preferredLocale(localStorage.getItem(KEY), navigator.languages);

/** Calls `listen` when another tab of this browser has chosen a language; returns how to stop. */
export const onLocaleStored = (listen: (locale: Locale) => void): (() => void) => {
  const hear = ({ key }: StorageEvent) => key === KEY && listen(readLocale());
  window.addEventListener("storage", hear);
  return () => window.removeEventListener("storage", hear);
};

export const storeLocale = (locale: Locale): void => localStorage.setItem(KEY, locale);

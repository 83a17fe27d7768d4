import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { createFormat, type Format } from "../format.ts";
import type { en } from "./en.ts";
import { type Locale, onLocaleStored, readLocale, storeLocale } from "./locale.ts";

/** Every sentence of the pages; a language that lacks one does not compile. */
export type Messages = typeof en;

/** Parts that come with what they belong to, a page or the wallet, which stands inside PartText. */
export type Part = "signal" | "network" | "explorer" | "wallet";

const load: Record<Locale, () => Promise<Omit<Messages, Part>>> = {
  en: async () => (await import("./en/every-page.ts")).everyPage,
  de: async () => (await import("./de/every-page.ts")).everyPage,
};

/** `m` are the sentences, `f` writes numbers and spans. */
type Text = { m: Messages; f: Format; locale: Locale; setLocale: (locale: Locale) => void };

export const TextContext = createContext<Text | undefined>(undefined);

export const messagesQuery = (locale: Locale) =>
  queryOptions({
    queryKey: ["messages", locale],
    queryFn: async () => ({ locale, m: (await load[locale]()) as Messages }), // the rest by PartText
    meta: { isStored: false },
  });

/** Only the language that is shown is loaded; a change keeps the old one until the new one is there. */
export const TextProvider = ({ children }: { children: ReactNode }) => {
  const [wanted, setWanted] = useState<Locale>(readLocale);
  const { data } = useQuery({ ...messagesQuery(wanted), placeholderData: (before) => before });
  const text = useMemo((): Text | undefined => {
    const setLocale = (locale: Locale) => {
      storeLocale(locale);
      setWanted(locale);
    };
    return data && { ...data, f: createFormat(data.locale), setLocale };
  }, [data]);

  useEffect(() => onLocaleStored(setWanted), []);

  useEffect(() => {
    if (text !== undefined) document.documentElement.lang = text.locale;
  }, [text]);

  return text === undefined ? null : <TextContext value={text}>{children}</TextContext>;
};

export const useText = (): Text => {
  const text = useContext(TextContext);
  if (text === undefined) throw new Error("useText needs TextProvider above it");
  return text;
};

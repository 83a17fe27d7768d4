import { useSuspenseQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { Locale } from "./locale.ts";
import { type Messages, type PagePart, TextContext, useText } from "./text.tsx";

type Loaders = { [Part in PagePart]: () => Promise<Messages[Part]> };

const load: Record<Locale, Loaders> = {
  en: {
    signal: async () => (await import("./en/signal.ts")).signal,
    network: async () => (await import("./en/network.ts")).network,
    explorer: async () => (await import("./en/explorer.ts")).explorer,
  },
  de: {
    signal: async () => (await import("./de/signal.ts")).signal,
    network: async () => (await import("./de/network.ts")).network,
    explorer: async () => (await import("./de/explorer.ts")).explorer,
  },
};

/** Adds a page's own sentences to those of every page; suspends until they are loaded. */
export const PageText = ({ part, children }: { part: PagePart; children: ReactNode }) => {
  const text = useText();
  const { data } = useSuspenseQuery({
    queryKey: ["page-messages", text.locale, part],
    queryFn: async (): Promise<Partial<Messages>> => ({ [part]: await load[text.locale][part]() }),
    meta: { isStored: false },
  });
  const value = useMemo(() => ({ ...text, m: { ...text.m, ...data } }), [text, data]);
  return <TextContext value={value}>{children}</TextContext>;
};

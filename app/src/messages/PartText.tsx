import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { Locale } from "./locale.ts";
import { type Messages, type Part, TextContext, useText } from "./text.tsx";

type Loaders = { [P in Part]: () => Promise<Messages[P]> };

const load: Record<Locale, Loaders> = {
  en: {
    signal: async () => (await import("./en/signal.ts")).signal,
    network: async () => (await import("./en/network.ts")).network,
    explorer: async () => (await import("./en/explorer.ts")).explorer,
    wallet: async () => (await import("./en/wallet.ts")).wallet,
  },
  de: {
    signal: async () => (await import("./de/signal.ts")).signal,
    network: async () => (await import("./de/network.ts")).network,
    explorer: async () => (await import("./de/explorer.ts")).explorer,
    wallet: async () => (await import("./de/wallet.ts")).wallet,
  },
};

export const partQuery = (locale: Locale, part: Part) =>
  queryOptions({
    queryKey: ["part-messages", locale, part],
    queryFn: async (): Promise<Partial<Messages>> => ({ [part]: await load[locale][part]() }),
    meta: { isStored: false },
  });

/** Adds a part's own sentences to those of every page; suspends until they are loaded. */
export const PartText = ({ part, children }: { part: Part; children: ReactNode }) => {
  const text = useText();
  const { data } = useSuspenseQuery(partQuery(text.locale, part));
  const value = useMemo(() => ({ ...text, m: { ...text.m, ...data } }), [text, data]);
  return <TextContext value={value}>{children}</TextContext>;
};

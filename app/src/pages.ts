// The pages whose code comes when they are opened.
import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType } from "react";
import { readLocale } from "./messages/locale.ts";
import { partQuery } from "./messages/PartText.tsx";
import { routeOf } from "./routes.ts";

type Load = () => Promise<ComponentType>;

export const pages = {
  VaultPage: async () => (await import("./features/vault/VaultPage.tsx")).VaultPage,
  SignalPage: async () => (await import("./features/signal/SignalPage.tsx")).SignalPage,
  NetworkPage: async () => (await import("./features/network/NetworkPage.tsx")).NetworkPage,
  ExplorerPage: async () => (await import("./features/explorer/ExplorerPage.tsx")).ExplorerPage,
} satisfies Record<string, Load>;

/** Asks for the code and the sentences of the page at `pathname` before React does; who shows it hears of a failure. */
export const preloadPage = (queries: QueryClient, pathname: string): void => {
  const { code, part } = routeOf(pathname) ?? {};
  const loads: Record<string, Load> = pages;
  if (code !== undefined) loads[code]?.().catch(() => {});
  if (part !== undefined) void queries.prefetchQuery(partQuery(readLocale(), part));
};

// The pages whose code comes when they are opened, by the first word of their address.
import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType } from "react";
import { readLocale } from "./messages/locale.ts";
import { partQuery } from "./messages/PartText.tsx";
import type { Part } from "./messages/text.tsx";

type Page = { load: () => Promise<ComponentType>; part?: Part };

export const pages = {
  vault: { load: async () => (await import("./features/vault/VaultPage.tsx")).VaultPage },
  signal: { load: async () => (await import("./features/signal/SignalPage.tsx")).SignalPage, part: "signal" },
  network: { load: async () => (await import("./features/network/NetworkPage.tsx")).NetworkPage, part: "network" },
  chain: { load: async () => (await import("./features/explorer/ExplorerPage.tsx")).ExplorerPage, part: "explorer" },
} satisfies Record<string, Page>;

/** Asks for the code and the sentences of the page at `pathname` before React does; who shows it hears of a failure. */
export const preloadPage = (queries: QueryClient, pathname: string): void => {
  const word = pathname.split("/")[1] ?? "";
  const page: Page | undefined = Object.entries(pages).find(([first]) => first === word)?.[1];
  page?.load().catch(() => {});
  if (page?.part !== undefined) void queries.prefetchQuery(partQuery(readLocale(), page.part));
};

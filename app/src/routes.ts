// Where each page is and what it needs beside what every page does: for the router, for whoever asks early, for the server.
import type { Part } from "./messages/text.tsx";

/** `path` as the router reads it; `address` is what the server knows as a page; `code` and `part` come when it is opened. */
export type Route = { path: string; address: RegExp; code?: string; part?: Part };

export const routes = {
  vaults: { path: "/", address: /^\/$/ },
  vault: { path: "/vault/:address", address: /^\/vault\/[^/]+\/?$/, code: "VaultPage" },
  signal: {
    path: "/signal/:feed/:round?",
    address: /^\/signal\/[^/]+(\/[^/]+)?\/?$/,
    code: "SignalPage",
    part: "signal",
  },
  network: { path: "/network", address: /^\/network\/?$/, code: "NetworkPage", part: "network" },
  explorer: {
    path: "/chain/:chain/:kind/:value",
    address: /^\/chain\/\d+\/(tx|block|address)\/[^/]+\/?$/,
    code: "ExplorerPage",
    part: "explorer",
  },
} as const satisfies Record<string, Route>;

/** undefined: no page is there. */
export const routeOf = (pathname: string): Route | undefined =>
  Object.values<Route>(routes).find(({ address }) => address.test(pathname));

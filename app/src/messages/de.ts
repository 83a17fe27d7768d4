import { everyPage } from "./de/every-page.ts";
import { explorer } from "./de/explorer.ts";
import { network } from "./de/network.ts";
import { signal } from "./de/signal.ts";
import { wallet } from "./de/wallet.ts";
import type { Messages } from "./text.tsx";

export const de: Messages = { ...everyPage, signal, network, explorer, wallet };

import { everyPage } from "./en/every-page.ts";
import { explorer } from "./en/explorer.ts";
import { network } from "./en/network.ts";
import { signal } from "./en/signal.ts";
import { wallet } from "./en/wallet.ts";

/** English, the language the others are checked against. */
export const en = { ...everyPage, signal, network, explorer, wallet };

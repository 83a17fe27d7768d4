import { everyPage } from "./en/every-page.ts";
import { explorer } from "./en/explorer.ts";
import { network } from "./en/network.ts";
import { signal } from "./en/signal.ts";

/** English, the language the others are checked against. The wallet's sentences come with the wallet's code. */
export const en = { ...everyPage, signal, network, explorer };

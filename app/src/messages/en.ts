import { explorer } from "./en/explorer.ts";
import { network } from "./en/network.ts";
import { shell } from "./en/shell.ts";
import { signal } from "./en/signal.ts";
import { vault } from "./en/vault.ts";
import { walletPanel } from "./en/wallet-panel.ts";

/** English, the language the others are checked against. The wallet's sentences come with the wallet's code. */
export const en = { shell, vault, signal, network, explorer, walletPanel };

import { explorer } from "./de/explorer.ts";
import { network } from "./de/network.ts";
import { shell } from "./de/shell.ts";
import { signal } from "./de/signal.ts";
import { vault } from "./de/vault.ts";
import { walletPanel } from "./de/wallet-panel.ts";
import type { Messages } from "./text.tsx";

export const de: Messages = { shell, vault, signal, network, explorer, walletPanel };

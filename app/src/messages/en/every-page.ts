import { shell } from "./shell.ts";
import { vault } from "./vault.ts";
import { walletPanel } from "./wallet-panel.ts";

/** What the first view may need. */
export const everyPage = { shell, vault, walletPanel };

/** What the vault's page says before the wallet's code is loaded. */
export const walletPanel = {
  title: "You",
  invite: "Connect a wallet to see your position, to deposit and to leave.",
  connect: "Connect wallet",
};

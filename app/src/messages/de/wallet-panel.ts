import type { Messages } from "../text.tsx";

export const walletPanel: Messages["walletPanel"] = {
  title: "Du",
  invite: "Verbinde eine Wallet, um deinen Anteil zu sehen, einzuzahlen und auszusteigen.",
  connect: "Wallet verbinden",
};

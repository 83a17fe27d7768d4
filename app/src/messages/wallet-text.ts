import { type Messages, useText } from "./text.tsx";

/** Every sentence of wallets and of what they sign; they come with the wallet's code. */
export type WalletMessages = Messages["wallet"];

/** As useText, with `w` for the wallet's sentences; inside `<PartText part="wallet">`. */
export const useWalletText = () => {
  const { m, f, locale } = useText();
  return { w: m.wallet, m, f, locale };
};

// The wallet's sentences come with the wallet's code, in the language that is shown.
import { useSuspenseQuery } from "@tanstack/react-query";
import type { wallet } from "./en/wallet.ts";
import type { Locale } from "./locale.ts";
import { useText } from "./text.tsx";

/** Every sentence of wallets and of what they sign; a language that lacks one does not compile. */
export type WalletMessages = typeof wallet;

const load: Record<Locale, () => Promise<WalletMessages>> = {
  en: async () => (await import("./en/wallet.ts")).wallet,
  de: async () => (await import("./de/wallet.ts")).wallet,
};

/** As useText, with `w` for the wallet's sentences; suspends until they are loaded. */
export const useWalletText = () => {
  const { m, f, locale } = useText();
  const { data: w } = useSuspenseQuery({
    queryKey: ["wallet-messages", locale],
    queryFn: load[locale],
    meta: { isStored: false },
  });
  return { w, m, f, locale };
};

export type WalletText = ReturnType<typeof useWalletText>;

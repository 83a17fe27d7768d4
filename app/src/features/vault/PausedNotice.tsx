import { ChainTime } from "../../components/ChainTime.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { Vault } from "../../data/vaults.ts";

export const PausedNotice = ({ vault, now }: { vault: Vault; now: bigint | undefined }) => {
  const until = vault.mandate.entryPausedUntil;
  if (now === undefined || until <= now) return null;
  return (
    <Notice tone="attention">
      The guardian has paused deposits; the pause ends by itself <ChainTime at={until} now={now} />. Leaving works in
      every way.
    </Notice>
  );
};

import { ChainTime } from "../../components/ChainTime.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { Vault } from "../../data/vaults.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";

export const PausedNotice = ({ vault, now }: { vault: Vault; now: bigint | undefined }) => {
  const { m } = useText();
  const until = vault.mandate.entryPausedUntil;
  if (now === undefined || until <= now) return null;
  return (
    <Notice tone="attention">
      <Rich text={m.vault.paused} values={{ time: <ChainTime at={until} now={now} /> }} />
    </Notice>
  );
};

import { ChainTime } from "../../components/ChainTime.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { Vault } from "../../data/vaults.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { haltedMarket } from "./model.ts";

const isKnown = <T extends object>(reasons: T, code: string): code is keyof T & string => code in reasons;

/** Which market, since when, and what still works. */
export const HaltedNotice = ({ vault, now }: { vault: Vault; now: bigint | undefined }) => {
  const { notice, reasons, unknownReason } = useText().m.vault.halted;
  const halted = haltedMarket(vault);
  if (halted === undefined) return null;
  const code = halted.halted;
  return (
    <Notice tone="alarm">
      <Rich
        text={notice}
        values={{
          market: halted.market,
          reason: isKnown(reasons, code) ? reasons[code] : unknownReason(code),
          since: <ChainTime at={halted.haltedAt ?? halted.priceAt} now={now} />,
          time: <ChainTime at={halted.priceAt} now={now} />,
        }}
      />
    </Notice>
  );
};

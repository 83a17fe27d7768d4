import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import { Link as RouterLink } from "react-router";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { ChainConfig } from "../../config.ts";
import { abs, type Format, withUnit } from "../../format.ts";
import { vaultPath } from "../../links.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";
import { type Act, actsOf } from "./model.ts";
import { useAddressActivity } from "./use-facts.ts";

const LIMIT = 20;

export const actText = (act: Act, t: Messages["explorer"], f: Format): string => {
  const { acts } = t.address;
  const { vault } = act;
  const cash = (value: bigint) => f.money(abs(value), vault.baseDecimals, vault.baseSymbol);
  const shares = (value: bigint) => t.shares(f.quantity(value, vault.shareDecimals));
  switch (act.kind) {
    case "deposit":
    case "withdrawal":
      return acts[act.kind](cash(act.assets), shares(act.shares));
    case "exit":
    case "request":
      return acts[act.kind](shares(act.shares));
    case "fill": {
      const tokens = withUnit(f.quantity(abs(act.tokenDelta), act.position.decimals), act.position.symbol);
      return (act.tokenDelta > 0n ? acts.sold : acts.bought)(tokens, cash(act.baseDelta));
    }
  }
};

const ROW = {
  display: "flex",
  flexWrap: "wrap",
  columnGap: 2,
  alignItems: "baseline",
  px: 2,
  py: 1,
  borderTop: 1,
  borderColor: "divider",
  typography: "body2",
} as const;

const ActItem = ({ chain, act }: { chain: number; act: Act }) => {
  const { m, f } = useText();
  const now = useChainNow(chain);
  return (
    <Box component="li" sx={ROW}>
      <Box sx={{ flex: "1 1 240px", minWidth: 0 }}>
        <Link component={RouterLink} to={vaultPath(chain, act.vault.address)}>
          {act.vault.name}
        </Link>
        : {actText(act, m.explorer, f)}
      </Box>
      <ChainLink chain={chain} kind="transaction" value={act.tx} />
      <Box sx={{ color: "text.secondary", minWidth: 72, textAlign: "right" }}>
        <ChainTime at={act.timestamp} now={now} />
      </Box>
    </Box>
  );
};

/** What the indexer knows an address did. */
export const ActivityList = ({ chain, address }: { chain: ChainConfig; address: string }) => {
  const { m } = useText();
  const t = m.explorer.address;
  const { data: activity, error } = useAddressActivity(chain, address);
  const acts = activity && actsOf(activity, LIMIT);
  return (
    <Panel title={t.activity} flush>
      {acts === undefined ? (
        <Box sx={{ px: 2, pb: 2 }}>{error === null ? <Skeleton height={48} /> : t.notIndexed}</Box>
      ) : acts.length === 0 ? (
        <Box sx={{ px: 2, pb: 2, color: "text.secondary" }}>{t.noActivity}</Box>
      ) : (
        <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {acts.map((act) => (
            <ActItem key={`${act.kind}${act.id}`} chain={chain.id} act={act} />
          ))}
        </Box>
      )}
    </Panel>
  );
};

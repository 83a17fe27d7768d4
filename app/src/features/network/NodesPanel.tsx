import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useApp } from "../../app-context.tsx";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Panel } from "../../components/Panel.tsx";
import { StackTable } from "../../components/StackTable.tsx";
import type { ChainConfig } from "../../config.ts";
import type { SignerSet } from "../../data/network.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { signerRows } from "./keeper-model.ts";
import { useReports } from "./use-network.ts";

const NOTE = { m: 0, px: 2, py: 1, color: "text.secondary", typography: "body2" } as const;

type SignersProps = { chain: ChainConfig; set: SignerSet; now: bigint | undefined; isAmongMany: boolean };

const Signers = ({ chain, set, now, isAmongMany }: SignersProps) => {
  const { m } = useText();
  const t = m.network.nodes;
  const { data: reports, error } = useReports(chain, set);
  const share = (signed: number) => {
    if (reports === undefined) return error === null ? <Skeleton width={72} sx={{ ml: "auto" }} /> : t.unknown;
    return reports.length === 0 ? t.unknown : t.share(signed, reports.length);
  };
  const why = error !== null && reports === undefined ? t.unreadable : reports?.length === 0 ? t.noReports : t.how;
  const link = <ChainLink chain={chain.id} kind="transaction" value={set.tx} />;
  return (
    <>
      <Box component="p" sx={{ ...NOTE, pt: 0 }}>
        {isAmongMany && `${m.network.chains.name(chain.id)}: `}
        {t.quorum(set.quorum, set.signers.length)} ·{" "}
        <Rich text={t.changed} values={{ time: <ChainTime at={set.timestamp} now={now} />, tx: link }} />
      </Box>
      <StackTable
        label={`${t.title} ${m.network.chains.name(chain.id)}`}
        columns={(["node", "signed"] as const).map((id) => ({ id, label: t[id] }))}
        rows={signerRows(set.signers, reports ?? []).map(({ address, number, signed }) => ({
          key: address,
          cells: {
            node: (
              <>
                {t.node} {number} · <ChainLink chain={chain.id} kind="address" value={address} />
              </>
            ),
            signed: share(signed),
          },
        }))}
      />
      <Box component="p" sx={NOTE}>
        {why}
      </Box>
    </>
  );
};

type NodesPanelProps = { sets: readonly SignerSet[] | undefined; nowOf: (chain: number) => bigint | undefined };

/** Who signs prices and candles, and who has lately. */
export const NodesPanel = ({ sets, nowOf }: NodesPanelProps) => {
  const { config } = useApp();
  const { m } = useText();
  const known = sets?.flatMap((set) => {
    const chain = config.chains.find(({ id }) => id === set.chain);
    return chain === undefined ? [] : [{ set, chain }];
  });
  return (
    <Panel title={m.network.nodes.title} flush>
      {known === undefined && <Skeleton variant="rectangular" height={176} sx={{ mx: 2, mb: 2 }} />}
      {known?.length === 0 && (
        <Box component="p" sx={NOTE}>
          {m.network.nodes.empty}
        </Box>
      )}
      {known?.map(({ set, chain }) => (
        <Signers key={set.id} chain={chain} set={set} now={nowOf(chain.id)} isAmongMany={known.length > 1} />
      ))}
    </Panel>
  );
};

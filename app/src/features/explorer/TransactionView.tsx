import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { HALVES } from "../../components/layout.ts";
import { Notice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import { type Shape, Sign } from "../../components/Sign.tsx";
import type { ChainConfig } from "../../config.ts";
import type { TransactionFact } from "../../data/facts.ts";
import { exact, withUnit } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";
import { CallView } from "./CallView.tsx";
import { EventList } from "./EventList.tsx";
import { NamedAddress } from "./NamedAddress.tsx";
import { NodeFault } from "./NodeFault.tsx";
import { RefusalText } from "./RefusalText.tsx";
import { useTransaction } from "./use-facts.ts";

export const COIN = { decimals: 18, symbol: "ETH" };

type State = "succeeded" | "reverted" | "pending";
type Known = Exclude<TransactionFact, { kind: "unknown" }>;

const LOOK: Record<State, { shape: Shape; color: string }> = {
  succeeded: { shape: "tick", color: "success.main" },
  reverted: { shape: "cross", color: "error.main" },
  pending: { shape: "ring", color: "text.secondary" },
};

const StateText = ({ state }: { state: State }) => {
  const { m } = useText();
  return (
    <Box component="span" sx={{ color: LOOK[state].color }}>
      <Sign shape={LOOK[state].shape} />
      {m.explorer.transaction.states[state]}
    </Box>
  );
};

const TransactionFacts = ({ chain, fact }: { chain: ChainConfig; fact: Known }) => {
  const { m, f } = useText();
  const now = useChainNow(chain.id);
  const t = m.explorer.transaction;
  const { transaction } = fact;
  const { from, to, value, gas } = transaction;
  const coin = (wei: bigint) => withUnit(f.quantity(wei, COIN.decimals), COIN.symbol);
  const plain = (amount: bigint) => f.fixed(amount, 0, 0);
  const mined = fact.kind === "mined" ? fact : undefined;
  const receipt = mined?.receipt;
  const state = receipt === undefined ? "pending" : receipt.status ? "succeeded" : "reverted";
  const fee = receipt && receipt.gasUsed * receipt.effectiveGasPrice;
  const created = receipt?.contractAddress;
  const facts: (Fact | undefined)[] = [
    { label: t.status, value: <StateText state={state} /> },
    state === "reverted"
      ? { label: t.refusal, value: <RefusalText chain={chain} transaction={transaction} /> }
      : undefined,
    mined && { label: t.block, value: <ChainLink chain={chain.id} kind="block" value={String(mined.block)} /> },
    mined && { label: t.time, value: <ChainTime at={mined.timestamp} now={now} /> },
    { label: t.from, value: <NamedAddress chain={chain.id} address={from} /> },
    to == null ? undefined : { label: t.to, value: <NamedAddress chain={chain.id} address={to} /> },
    created == null ? undefined : { label: t.created, value: <NamedAddress chain={chain.id} address={created} /> },
    value === 0n ? undefined : { label: t.value, value: coin(value), exact: exact(value, COIN.decimals) },
    receipt && { label: t.gas, value: t.gasOf(plain(receipt.gasUsed), plain(gas)) },
    fee === undefined ? undefined : { label: t.fee, value: coin(fee), exact: exact(fee, COIN.decimals) },
  ];
  return <Facts facts={facts.filter((one) => one !== undefined)} />;
};

/** What happened, who asked for it, and what it changed. */
export const TransactionView = ({ chain, hash }: { chain: ChainConfig; hash: string }) => {
  const { m } = useText();
  const { data: fact, error, refetch } = useTransaction(chain, hash);
  const t = m.explorer.transaction;
  if (fact === undefined)
    return error === null ? (
      <Skeleton variant="rectangular" height={240} />
    ) : (
      <NodeFault chain={chain.id} error={error} retry={() => void refetch()} />
    );
  if (fact.kind === "unknown") return <Notice tone="attention">{t.unknown}</Notice>;
  return (
    <>
      {fact.kind === "pending" && <Notice tone="quiet">{t.pending}</Notice>}
      <Box sx={HALVES}>
        <Panel title={m.explorer.kinds.transaction}>
          <TransactionFacts chain={chain} fact={fact} />
        </Panel>
        <Panel title={t.call}>
          <CallView chain={chain.id} transaction={fact.transaction} />
        </Panel>
      </Box>
      {fact.kind === "mined" && (
        <Panel title={t.events} flush>
          <EventList chain={chain} logs={fact.receipt.logs} />
        </Panel>
      )}
    </>
  );
};

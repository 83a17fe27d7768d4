import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import { Link as RouterLink } from "react-router";
import { ChainLink } from "../../components/ChainLink.tsx";
import { FactGrid, type GridFact } from "../../components/FactGrid.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Notice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import { StackTable } from "../../components/StackTable.tsx";
import type { ChainConfig } from "../../config.ts";
import type { Block, BlockFact, Transaction } from "../../data/facts.ts";
import { isoTime, utcTime } from "../../format.ts";
import { factPath } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { callName } from "./call-name.ts";
import { NamedAddress } from "./NamedAddress.tsx";
import { NodeFault } from "./NodeFault.tsx";
import { useBlock, useDecoder } from "./use-facts.ts";

const COLUMNS = ["what", "from", "to", "transaction"] as const;

const BlockFacts = ({ block }: { block: Block }) => {
  const { m, f } = useText();
  const t = m.explorer.block;
  const plain = (amount: bigint) => f.fixed(amount, 0, 0);
  const facts: GridFact[] = [
    { label: t.number, value: f.count(block.number) },
    { label: t.hash, value: <Hash value={block.hash} noun={t.hash} /> },
    { label: t.time, value: <time dateTime={isoTime(block.timestamp)}>{utcTime(block.timestamp)}</time> },
    { label: t.transactions, value: f.count(block.transactions.length) },
    { label: t.gas, value: m.explorer.transaction.gasOf(plain(block.gasUsed), plain(block.gasLimit)) },
  ];
  return <FactGrid facts={facts} />;
};

const Neighbours = ({ chain, fact: { block, isNewest } }: { chain: number; fact: BlockFact }) => {
  const { m, f } = useText();
  const t = m.explorer.block;
  const link = (label: string, height: number) => (
    <Link component={RouterLink} to={factPath(chain, { kind: "block", value: String(height) })}>
      {label} {f.count(height)}
    </Link>
  );
  return (
    <Box component="nav" aria-label={m.explorer.kinds.block} sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
      {block.number > 0 && link(t.parent, block.number - 1)}
      {isNewest ? <Box sx={{ color: "text.secondary" }}>{t.newest}</Box> : link(t.next, block.number + 1)}
    </Box>
  );
};

const Transactions = ({ chain, transactions }: { chain: ChainConfig; transactions: readonly Transaction[] }) => {
  const { m } = useText();
  const decoder = useDecoder();
  const t = m.explorer.block;
  if (transactions.length === 0) return <Box sx={{ px: 2, pb: 2, color: "text.secondary" }}>{t.none}</Box>;
  return (
    <StackTable
      label={t.transactions}
      columns={COLUMNS.map((id) => ({ id, label: t[id] }))}
      rows={transactions.map((transaction) => ({
        key: transaction.hash,
        cells: {
          what: decoder && callName(transaction, decoder.decodeCall(transaction.input), m.explorer.call),
          from: <NamedAddress chain={chain.id} address={transaction.from} />,
          to: transaction.to == null ? "–" : <NamedAddress chain={chain.id} address={transaction.to} />,
          transaction: <ChainLink chain={chain.id} kind="transaction" value={transaction.hash} />,
        },
      }))}
    />
  );
};

/** A block and what was asked for in it. */
export const BlockView = ({ chain, block: id }: { chain: ChainConfig; block: string }) => {
  const { m } = useText();
  const { data: fact, error, refetch } = useBlock(chain, id);
  if (fact === undefined)
    return error === null ? (
      <Skeleton variant="rectangular" height={240} />
    ) : (
      <NodeFault chain={chain.id} error={error} retry={() => void refetch()} />
    );
  if (fact === null) return <Notice tone="attention">{m.explorer.block.unknown}</Notice>;
  return (
    <>
      <Neighbours chain={chain.id} fact={fact} />
      <Panel title={m.explorer.kinds.block}>
        <BlockFacts block={fact.block} />
      </Panel>
      <Panel title={m.explorer.block.transactions} flush>
        <Transactions chain={chain} transactions={fact.block.transactions} />
      </Panel>
    </>
  );
};

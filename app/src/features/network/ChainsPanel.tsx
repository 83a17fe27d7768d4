import { useApp } from "../../app-context.tsx";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Panel } from "../../components/Panel.tsx";
import { StackTable } from "../../components/StackTable.tsx";
import type { ChainConfig } from "../../config.ts";
import type { ChainLook } from "../../data/chain-look.ts";
import type { Head } from "../../data/heads.ts";
import { isoTime, utcTime } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import { attentionId } from "./attention.ts";
import { chainState, lagOf, newestOf } from "./chain-model.ts";
import { StateMark } from "./StateMark.tsx";

const COLUMNS = ["chain", "node", "head", "indexed", "lag", "finality", "time"] as const;

type ChainsPanelProps = { looks: readonly (ChainLook | undefined)[]; heads: readonly Head[] | undefined };

/** Each chain: where it is, where the index is, and what cannot change any more. */
export const ChainsPanel = ({ looks, heads }: ChainsPanelProps) => {
  const { config } = useApp();
  const { m, f } = useText();
  const t = m.network.chains;

  const lagText = (head: { height: number; timestamp: bigint }, indexed: Head): string => {
    const { blocks, seconds } = lagOf(head, indexed);
    return blocks === 0 ? t.noLag : t.lagBlocks(f.count(blocks), f.duration(seconds));
  };

  const rowOf = ({ id }: ChainConfig, look: ChainLook | undefined) => {
    const indexed = heads?.find((known) => known.chain === id);
    const block = (height: number) => <ChainLink chain={id} kind="block" value={String(height)} />;
    const head = look?.kind === "answering" ? newestOf(look.head, indexed) : undefined;
    const finalized = look?.kind === "answering" ? look.finalized : undefined;
    const state = chainState(id, look, heads);
    const isWell = state === "well";
    const time = head?.timestamp ?? indexed?.timestamp;
    return {
      key: String(id),
      cells: {
        chain: t.name(id),
        node: state && (
          <StateMark
            tone={isWell ? "well" : "bad"}
            {...(!isWell && { todo: { id: attentionId("chain", id), what: t.name(id) } })}
          >
            {t.states[state]}
          </StateMark>
        ),
        head: head ? block(head.height) : "–",
        indexed: indexed ? block(indexed.height) : "–",
        lag: head && indexed ? lagText(head, indexed) : t.unknown,
        finality: finalized === undefined ? (head ? t.notFinal : "–") : block(finalized),
        time: time === undefined ? "–" : <time dateTime={isoTime(time)}>{utcTime(time)}</time>,
      },
    };
  };

  return (
    <Panel title={t.title} flush>
      <StackTable
        label={t.title}
        columns={COLUMNS.map((id) => ({ id, label: t[id] }))}
        rows={config.chains.map((chain, index) => rowOf(chain, looks[index]))}
      />
    </Panel>
  );
};

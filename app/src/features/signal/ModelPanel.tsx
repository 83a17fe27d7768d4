import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import type { Hex } from "viem";
import { hexToBytes } from "viem/utils";
import { ChainLink } from "../../components/ChainLink.tsx";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Sign } from "../../components/Sign.tsx";
import type { Feed, ModelRun, Round } from "../../data/signals.ts";
import { type FoundFeed, signalPath } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { kindText } from "./text.ts";
import type { Proving } from "./use-proof.ts";
import { useModelRuns } from "./use-signal.ts";

type ModelPanelProps = { found: FoundFeed; feed: Feed | undefined; round: Round | undefined; proving: Proving };

const download = (blob: Hex, name: string): void => {
  const url = URL.createObjectURL(new Blob([hexToBytes(blob) as BlobPart]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
};

const Download = ({ blob, modelId }: { blob: Hex; modelId: string }) => {
  const { m, f } = useText();
  return (
    <Link
      component="button"
      type="button"
      sx={{ font: "inherit", verticalAlign: "baseline" }}
      onClick={() => download(blob, `${modelId}.bin`)}
    >
      {m.signal.model.download(f.count(blob.length / 2 - 1))}
    </Link>
  );
};

/** What only the code itself says; where it could not be read, that is said instead. */
const useCodeFacts = ({ proof, blob, failure }: Proving, round: Round | undefined): Fact[] => {
  const { m, f } = useText();
  const text = m.signal.model;
  const unread = failure === undefined ? undefined : text.unread;
  const model = proof?.open.model;
  const isGenuine = proof !== undefined && proof.verdict !== "wrong-model";
  return [
    {
      label: text.hash,
      value: proof ? (
        <>
          <Sign shape={isGenuine ? "tick" : "cross"} />
          {isGenuine ? text.hashEqual : text.hashDiffers}
        </>
      ) : (
        unread
      ),
    },
    { label: text.kind, value: model ? kindText(m, f, model) : unread },
    {
      label: text.horizon,
      value: model ? text.horizonOf(f.count(model.horizon), f.duration(BigInt(model.period))) : unread,
    },
    { label: text.warm, value: model ? text.candles(f.count(model.minCandles)) : unread },
    { label: text.code, value: blob && round ? <Download blob={blob} modelId={round.model.modelId} /> : unread },
  ];
};

const Runs = ({ found, runs, next }: { found: FoundFeed; runs: readonly ModelRun[]; next: string | undefined }) => {
  const { m } = useText();
  const isNextNew = next !== undefined && next !== runs.at(-1)?.model.modelId;
  return (
    <Box sx={{ typography: "body2", mt: 2 }}>
      <Box sx={{ color: "text.secondary" }}>{m.signal.model.others}</Box>
      <Box component="ul" sx={{ m: 0, pl: 2 }}>
        {runs.map(({ round, model }) => (
          <li key={round}>
            <Hash value={model.modelId} noun={m.shell.nouns.model} /> {model.kind},{" "}
            <Rich
              text={m.signal.model.since}
              values={{
                round: (
                  <Link component={RouterLink} to={signalPath(found.chain.id, found.market.feed, round)}>
                    {m.signal.roundName(round)}
                  </Link>
                ),
              }}
            />
          </li>
        ))}
        {isNextNew && (
          <li>
            <Hash value={next} noun={m.shell.nouns.model} /> {m.signal.model.next}
          </li>
        )}
      </Box>
    </Box>
  );
};

/** Which model it was, by its hash; its code comes from the chain. */
export const ModelPanel = ({ found, feed, round, proving }: ModelPanelProps) => {
  const { m } = useText();
  const chain = found.chain.id;
  const { data: runs = [] } = useModelRuns(found, feed?.model.modelId);
  const codeFacts = useCodeFacts(proving, round);
  const model = round?.model;
  const text = m.signal.model;
  const isSwitched = runs.length > 1 || (runs[0] !== undefined && feed?.model.modelId !== runs[0].model.modelId);
  return (
    <Panel title={text.title}>
      <Facts
        facts={[
          { label: text.id, value: model && <Hash value={model.modelId} noun={m.shell.nouns.model} /> },
          ...codeFacts,
          { label: text.contract, value: model && <ChainLink chain={chain} kind="address" value={model.blob} /> },
          { label: text.author, value: model && <ChainLink chain={chain} kind="address" value={model.author} /> },
          { label: text.registered, value: model && <ChainLink chain={chain} kind="transaction" value={model.tx} /> },
        ]}
      />
      {isSwitched && <Runs found={found} runs={runs} next={feed?.model.modelId} />}
    </Panel>
  );
};

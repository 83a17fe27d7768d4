import Link from "@mui/material/Link";
import type { Hex } from "viem";
import { hexToBytes } from "viem/utils";
import { Facts } from "../../components/Facts.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Sign } from "../../components/Sign.tsx";
import type { Round } from "../../data/signals.ts";
import { duration } from "../../format.ts";
import { describeModel, type Proof } from "./model.ts";

type ModelPanelProps = { proof: Proof | undefined; blob: Hex | undefined; round: Round | undefined };

const download = (blob: Hex, name: string): void => {
  const url = URL.createObjectURL(new Blob([hexToBytes(blob) as BlobPart]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
};

/** Which model it was, by its hash; its code comes from the chain. */
export const ModelPanel = ({ proof, blob, round }: ModelPanelProps) => (
  <Panel title="Model">
    <Facts
      facts={[
        { label: "Id", value: round && <Hash value={round.model.modelId} noun="model id" /> },
        {
          label: "Hash of its code",
          value: proof && (
            <>
              <Sign shape={proof.isModelGenuine ? "tick" : "cross"} />
              {proof.isModelGenuine ? "equals the id" : "differs from the id"}
            </>
          ),
        },
        { label: "Kind", value: proof && describeModel(proof.model) },
        {
          label: "Horizon",
          value: proof && `${proof.model.horizon} candles of ${duration(BigInt(proof.model.period))}`,
        },
        { label: "Warm after", value: proof && `${proof.model.minCandles} candles` },
        {
          label: "Code",
          value: blob && round && (
            <Link
              component="button"
              type="button"
              sx={{ font: "inherit" }}
              onClick={() => download(blob, `${round.model.modelId}.bin`)}
            >
              download {blob.length / 2 - 1} bytes
            </Link>
          ),
        },
      ]}
    />
  </Panel>
);

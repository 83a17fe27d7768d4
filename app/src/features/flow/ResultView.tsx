import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { Hex } from "viem";
import { Facts } from "../../components/Facts.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Notice } from "../../components/Notice.tsx";
import { Sign } from "../../components/Sign.tsx";
import { useHead } from "../network-status/network-status.tsx";
import type { Included } from "./flow-state.ts";

type ResultViewProps = { included: Included; chain: number; onClose: () => void };

export const ResultView = ({ included, chain, onClose }: ResultViewProps) => {
  const head = useHead(chain);
  const isIndexed = head !== undefined && BigInt(head.height) >= included.block;
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box role="status" sx={{ fontWeight: 600 }}>
        <Sign shape="tick" />
        {included.outcome}
      </Box>
      <Facts
        facts={[
          { label: "Transaction", value: <Hash value={included.hash} noun="transaction" /> },
          { label: "Block", value: included.block.toString() },
          { label: "Shown below", value: isIndexed ? "indexed" : "waiting for the indexer…" },
        ]}
      />
      <Button variant="contained" onClick={onClose}>
        Done
      </Button>
    </Box>
  );
};

type FailedViewProps = { reason: string; hash: Hex | undefined; onBack: () => void };

export const FailedView = ({ reason, hash, onBack }: FailedViewProps) => (
  <Box sx={{ display: "grid", gap: 2 }}>
    <Notice tone="alarm">{reason}</Notice>
    {hash !== undefined && (
      <span>
        Transaction <Hash value={hash} noun="transaction" />
      </span>
    )}
    <Button variant="outlined" onClick={onBack}>
      Back to the amount
    </Button>
  </Box>
);

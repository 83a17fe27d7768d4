import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useRef } from "react";
import type { Hex } from "viem";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Notice } from "../../components/Notice.tsx";
import { Sign } from "../../components/Sign.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import { useHead } from "../network-status/network-status.tsx";
import type { Included } from "./flow-state.ts";

type ResultViewProps = { included: Included; chain: number; onClose: () => void };

export const ResultView = ({ included, chain, onClose }: ResultViewProps) => {
  const { w } = useWalletText();
  const head = useHead(chain);
  const isIndexed = head !== undefined && BigInt(head.height) >= included.block;
  const done = useRef<HTMLButtonElement>(null);
  useEffect(() => done.current?.focus(), []);
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box role="status" sx={{ fontWeight: 600 }}>
        <Sign shape="tick" />
        {included.outcome}
      </Box>
      <Facts
        facts={[
          { label: w.flow.transaction, value: <ChainLink chain={chain} kind="transaction" value={included.hash} /> },
          { label: w.flow.block, value: <ChainLink chain={chain} kind="block" value={included.block.toString()} /> },
          { label: w.flow.shownBelow, value: isIndexed ? w.flow.indexed : w.flow.indexing },
        ]}
      />
      <Button ref={done} variant="contained" onClick={onClose}>
        {w.flow.done}
      </Button>
    </Box>
  );
};

type FailedViewProps = { reason: string; hash: Hex | undefined; chain: number; onBack: () => void };

export const FailedView = ({ reason, hash, chain, onBack }: FailedViewProps) => {
  const { w } = useWalletText();
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Notice tone="alarm">{reason}</Notice>
      {hash !== undefined && (
        <span>
          {w.flow.transaction} <ChainLink chain={chain} kind="transaction" value={hash} />
        </span>
      )}
      <Button variant="outlined" onClick={onBack}>
        {w.flow.backToForm}
      </Button>
    </Box>
  );
};

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useRef, useState } from "react";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Notice } from "../../components/Notice.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import type { Action, Fact, Review } from "./flow.ts";
import { StepList } from "./StepList.tsx";

type ReviewViewProps = {
  words: Action["words"];
  review: Review;
  steps: readonly string[];
  chain: number;
  notice: string | undefined;
  secondsLeft: number | undefined;
  onConfirm: () => void;
  onBack: () => void;
};

/** Label and value keep their share of the width: amounts must not break where a panel is narrow. */
const ReviewFacts = ({ facts, chain }: { facts: readonly Fact[]; chain: number }) => (
  <Box
    component="dl"
    sx={{
      m: 0,
      display: "grid",
      gridTemplateColumns: "minmax(0, 2fr) minmax(0, 3fr)",
      columnGap: 2,
      rowGap: 0.75,
      overflowWrap: "break-word",
    }}
  >
    {facts.map(({ label, value, exact, address }) => (
      <Box key={label} sx={{ display: "contents" }}>
        <Box component="dt" sx={{ color: "text.secondary" }}>
          {label}
        </Box>
        <Box component="dd" title={exact} sx={{ m: 0, textAlign: "right" }}>
          {value} {address !== undefined && <ChainLink chain={chain} kind="address" value={address} />}
        </Box>
      </Box>
    ))}
  </Box>
);

/** Everything that will happen, before the wallet is asked. */
export const ReviewView = (props: ReviewViewProps) => {
  const { words, review, steps, chain, notice, secondsLeft, onConfirm, onBack } = props;
  const { w } = useWalletText();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isConfirmed, setConfirmed] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box
        component="h3"
        ref={heading}
        tabIndex={-1}
        sx={{ m: 0, fontSize: "inherit", fontWeight: 600, outline: "none" }}
      >
        {words.review}
      </Box>
      {notice !== undefined && <Notice tone="quiet">{notice}</Notice>}
      <ReviewFacts facts={review.facts} chain={chain} />
      {review.note !== undefined && <Box sx={{ typography: "body2", color: "text.secondary" }}>{review.note}</Box>}
      <StepList labels={steps} chain={chain} />
      {secondsLeft !== undefined && (
        <Box role="note" sx={{ typography: "body2", color: "text.secondary" }}>
          {w.flow.held(secondsLeft)}
        </Box>
      )}
      <Box sx={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: 1 }}>
        <Button color="inherit" onClick={onBack}>
          {w.flow.back}
        </Button>
        <Button
          variant="contained"
          disabled={isConfirmed}
          onClick={() => {
            setConfirmed(true); // until the first step begins, a second click would do nothing good
            onConfirm();
          }}
        >
          {words.confirm}
        </Button>
      </Box>
    </Box>
  );
};

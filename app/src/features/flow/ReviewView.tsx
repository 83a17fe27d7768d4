import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useRef } from "react";
import { Facts } from "../../components/Facts.tsx";
import type { Review } from "./flow.ts";
import { StepList } from "./StepList.tsx";

type ReviewViewProps = {
  verb: string;
  review: Review;
  secondsLeft: number | undefined;
  onConfirm: () => void;
  onBack: () => void;
};

/** Everything that will happen, before the wallet is asked. */
export const ReviewView = ({ verb, review, secondsLeft, onConfirm, onBack }: ReviewViewProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box
        component="h3"
        ref={heading}
        tabIndex={-1}
        sx={{ m: 0, fontSize: "inherit", fontWeight: 600, outline: "none" }}
      >
        Review: {verb.toLowerCase()}
      </Box>
      <Facts facts={review.facts} />
      <StepList steps={review.steps} current={undefined} phase={undefined} />
      {secondsLeft !== undefined && (
        <Box role="note" sx={{ typography: "body2", color: "text.secondary" }}>
          Market time is held while you read: {secondsLeft} s left.
        </Box>
      )}
      <Box sx={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: 1 }}>
        <Button color="inherit" onClick={onBack}>
          Back
        </Button>
        <Button variant="contained" onClick={onConfirm}>
          {`Confirm ${verb.toLowerCase()}`}
        </Button>
      </Box>
    </Box>
  );
};

import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { Hash } from "../../components/Hash.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Sign } from "../../components/Sign.tsx";
import type { Round } from "../../data/signals.ts";
import type { Proof } from "./model.ts";

type ProofPanelProps = { proof: Proof | undefined; error: Error | null; retry: () => void; round: Round | undefined };

const Integer = ({ label, value }: { label: string; value: bigint }) => (
  <Box sx={{ minWidth: 0 }}>
    <Box sx={{ color: "text.secondary", typography: "body2" }}>{label}</Box>
    <Box sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{value.toString()}</Box>
  </Box>
);

const Verdict = ({ proof }: { proof: Proof }) =>
  proof.isEqual ? (
    <Box sx={{ fontWeight: 600 }}>
      <Sign shape="tick" />
      Equal, bit for bit
    </Box>
  ) : (
    <Box sx={{ fontWeight: 600 }}>
      <Sign shape="cross" />
      {proof.isModelGenuine ? "NOT EQUAL" : "NOT THE MODEL THE CHAIN NAMED"}
    </Box>
  );

/** The chain's integer beside the one this browser computes from the same features with the same model. */
export const ProofPanel = ({ proof, error, retry, round }: ProofPanelProps) => {
  if (error !== null) {
    return (
      <Panel title="Proof">
        <ErrorNotice
          error={new Error("The model could not be read from the chain, so nothing is proved here.")}
          retry={retry}
        />
      </Panel>
    );
  }
  const isUnequal = proof !== undefined && !proof.isEqual;
  return (
    <Panel
      title="Proof"
      aside={
        round && (
          <Box sx={{ typography: "body2", color: "text.secondary" }}>
            published in <Hash value={round.tx} noun="transaction" />
          </Box>
        )
      }
    >
      {proof === undefined ? (
        <Skeleton variant="rectangular" height={72} />
      ) : (
        <Box
          role={isUnequal ? "alert" : undefined}
          sx={
            isUnequal
              ? {
                  bgcolor: "error.main",
                  color: "error.contrastText",
                  p: 2,
                  borderRadius: 1,
                  "& *": { color: "inherit !important" },
                }
              : {}
          }
        >
          <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, rowGap: 1, alignItems: "end" }}>
            <Integer label="the chain computed" value={proof.chain} />
            <Integer label="your browser computed" value={proof.computed} />
            <Verdict proof={proof} />
          </Box>
          <Box sx={{ typography: "body2", mt: 1, color: "text.secondary" }}>
            {isUnequal
              ? "Do not use this round. Run “ai-node verify” for it and report the transaction to the operators of this deployment."
              : "Read from the chain and run here just now: the features of this round's event, the model's code, integers only. The value is log2 of the yearly volatility, 32 fraction bits."}
          </Box>
        </Box>
      )}
    </Panel>
  );
};

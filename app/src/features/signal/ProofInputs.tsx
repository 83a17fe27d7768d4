import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import { ChainLink } from "../../components/ChainLink.tsx";
import type { Round } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import type { Proof } from "./proof.ts";

type ProofInputsProps = { found: FoundFeed; round: Round; proof: Proof; periodsPerYear: number };

const Input = ({ label, children }: { label: string; children: ReactNode }) => (
  <Box sx={{ display: "contents" }}>
    <Box component="dt" sx={{ color: "text.secondary" }}>
      {label}
    </Box>
    <Box component="dd" sx={{ m: 0, mb: { xs: 1, sm: 0 } }}>
      {children}
    </Box>
  </Box>
);

/** Whom each input of the proof was taken from: a proof is worth what its inputs are. */
export const ProofInputs = ({ found, round, proof, periodsPerYear }: ProofInputsProps) => {
  const { m, f } = useText();
  const { id, deployment } = found.chain;
  const { signalFeed, modelRegistry } = deployment.contracts;
  const transaction = <ChainLink chain={id} kind="transaction" value={round.tx} />;
  const contract = (value: string) => <ChainLink chain={id} kind="address" value={value} />;
  const text = m.signal.proof;
  return (
    <Box component="details" sx={{ typography: "body2" }}>
      <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
        {text.inputs}
      </Box>
      <Box
        component="dl"
        sx={{
          m: 0,
          mt: 1,
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "auto minmax(0, 1fr)" },
          columnGap: 2,
          rowGap: 0.5,
        }}
      >
        <Input label={text.features}>
          {proof.source === "event" ? (
            <Rich text={text.featuresFrom} values={{ contract: contract(signalFeed), transaction }} />
          ) : (
            <Rich text={text.featuresFromIndexer} values={{ transaction }} />
          )}
        </Input>
        <Input label={text.code}>
          <Rich text={text.codeFrom} values={{ contract: contract(modelRegistry) }} />
        </Input>
        <Input label={text.periods}>{text.periodsFrom(f.count(periodsPerYear))}</Input>
        <Input label={text.engine}>{text.engineName}</Input>
      </Box>
    </Box>
  );
};

import Box from "@mui/material/Box";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Facts } from "../../components/Facts.tsx";
import type { Round } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import type { Proof } from "./proof.ts";

type ProofInputsProps = { found: FoundFeed; round: Round; proof: Proof; periodsPerYear: number };

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
      <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content", mb: 1 }}>
        {text.inputs}
      </Box>
      <Facts
        facts={[
          {
            label: text.features,
            value:
              proof.source === "event" ? (
                <Rich text={text.featuresFrom} values={{ contract: contract(signalFeed), transaction }} />
              ) : (
                <Rich text={text.featuresFromIndexer} values={{ transaction }} />
              ),
          },
          {
            label: text.code,
            value: <Rich text={text.codeFrom} values={{ contract: contract(modelRegistry) }} />,
          },
          { label: text.periods, value: text.periodsFrom(f.count(periodsPerYear)) },
          { label: text.engine, value: text.engineName },
        ]}
      />
    </Box>
  );
};

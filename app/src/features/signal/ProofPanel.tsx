import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Sign } from "../../components/Sign.tsx";
import type { FoundFeed } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { narrowest } from "../../tokens.ts";
import { Integer } from "./Integer.tsx";
import { ProofInputs } from "./ProofInputs.tsx";
import type { Proof } from "./proof.ts";
import { TrialPanel } from "./TrialPanel.tsx";
import type { Proving } from "./use-proof.ts";

type ProofPanelProps = {
  found: FoundFeed;
  proving: Proving;
  periodsPerYear: number | undefined;
};

const ALARM = {
  bgcolor: "error.main",
  color: "error.contrastText",
  p: 2,
  borderRadius: 1,
  "& *": { color: "inherit !important" },
} as const;

const Verdict = ({ verdict }: Pick<Proof, "verdict">) => {
  const { m } = useText();
  const words = {
    equal: m.signal.proof.equal,
    unequal: m.signal.proof.unequal,
    "wrong-model": m.signal.proof.wrongModel,
    "wrong-indexer": m.signal.proof.wrongIndexer,
  };
  return (
    <Box sx={{ fontWeight: 600, color: verdict === "equal" ? "success.main" : undefined }}>
      <Sign shape={verdict === "equal" ? "tick" : "cross"} />
      {words[verdict]}
    </Box>
  );
};

const Comparison = ({ proof, command }: { proof: Proof; command: string }) => {
  const { m } = useText();
  const { verdict } = proof;
  const instruction =
    verdict === "wrong-indexer" ? m.signal.proof.indexerInstruction : m.signal.proof.instruction(command);
  return (
    <Box role={verdict === "equal" ? undefined : "alert"} sx={verdict === "equal" ? {} : ALARM}>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, rowGap: 1, alignItems: "end" }}>
        <Integer label={m.signal.proof.chain} value={proof.chain} />
        <Integer label={m.signal.proof.browser} value={proof.computed} />
        <Verdict verdict={verdict} />
      </Box>
      <Box sx={{ typography: "body2", mt: 1, color: "text.secondary" }}>
        {verdict === "equal" ? m.signal.proof.explained : instruction}
      </Box>
    </Box>
  );
};

const Unproved = ({ found, proving }: Pick<ProofPanelProps, "found" | "proving">) => {
  const { m } = useText();
  const { failure, retry } = proving;
  if (failure === undefined)
    return <Skeleton variant="rectangular" sx={{ height: { xs: 278, sm: 177 }, [narrowest]: { height: 328 } }} />;
  const sentence =
    failure.kind === "unreachable"
      ? m.signal.proof.unreachable(found.chain.rpc)
      : m.signal.proof.noModel(failure.error.message);
  return <ErrorNotice error={new Error(sentence)} retry={retry} />;
};

/** The chain's integer beside the one this browser computes from the same features with the same model. */
export const ProofPanel = ({ found, proving, periodsPerYear }: ProofPanelProps) => {
  const { m } = useText();
  const { proof, proved: round, isWorking } = proving;
  const published = round && {
    transaction: <ChainLink chain={found.chain.id} kind="transaction" value={round.tx} />,
    block: <ChainLink chain={found.chain.id} kind="block" value={String(round.block)} />,
  };
  return (
    <Panel
      title={m.signal.proof.title}
      aside={
        published && (
          <Box sx={{ typography: "body2", color: "text.secondary" }}>
            <Rich text={m.signal.proof.published} values={published} />
          </Box>
        )
      }
    >
      {proof === undefined || round === undefined || periodsPerYear === undefined ? (
        <Unproved found={found} proving={proving} />
      ) : (
        <Box aria-busy={isWorking} sx={{ display: "grid", gap: 1.5 }}>
          <Comparison proof={proof} command={`ai-node verify "${found.market.feed}" ${round.round}`} />
          <TrialPanel proof={proof} periodsPerYear={periodsPerYear} />
          <ProofInputs found={found} round={round} proof={proof} periodsPerYear={periodsPerYear} />
        </Box>
      )}
    </Panel>
  );
};

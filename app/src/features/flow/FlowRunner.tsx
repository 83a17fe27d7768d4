import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { useWalletText } from "../../messages/wallet-text.ts";
import { AmountForm, type Draft } from "./AmountForm.tsx";
import type { Action, Request } from "./flow.ts";
import type { Place } from "./pending.ts";
import { FailedView, ResultView } from "./ResultView.tsx";
import { ReviewView } from "./ReviewView.tsx";
import { StepList } from "./StepList.tsx";
import { useFlow } from "./use-flow.ts";

type FlowRunnerProps = { action: Action; place: Place; onClose: () => void };

/** The life of every user action: form, review, steps, result. Nothing else sends what a person has to review. */
export const FlowRunner = ({ action, place, onClose }: FlowRunnerProps) => {
  const { f, w } = useWalletText();
  const { state, pending, secondsLeft, submit, confirm, cancel, finish, startAgain } = useFlow({
    action,
    place,
    onClose,
  });
  const typedAs = ({ amount, field }: Request): Draft => {
    const found = action.fields.find(({ name }) => name === field);
    return { field, text: found === undefined ? "" : f.typed(amount, found.decimals) };
  };
  const [draft, setDraft] = useState<Draft>(() =>
    pending?.action === action.kind ? typedAs(pending.request) : { field: action.fields[0]?.name ?? "", text: "" },
  );
  const labelsOf = (steps: readonly string[], request: Request) => steps.map((step) => action.label(step, request));

  switch (state.kind) {
    case "form":
    case "preparing": {
      const isBusy = state.kind === "preparing";
      return (
        <AmountForm
          action={action}
          draft={draft}
          onDraft={setDraft}
          notice={state.kind === "form" ? state.notice : undefined}
          isBusy={isBusy}
          onSubmit={(request) => void submit(request)}
          onClose={isBusy ? cancel : finishUnlessPending(pending?.action === action.kind, finish, onClose)}
        />
      );
    }
    case "review": {
      const { review, request, notice } = state;
      const steps = labelsOf(
        review.steps.map(({ name }) => name),
        request,
      );
      return (
        <ReviewView
          words={action.words}
          review={review}
          steps={steps}
          chain={place.chain}
          notice={notice}
          secondsLeft={secondsLeft}
          onConfirm={() => void confirm(review, request)}
          onBack={cancel}
        />
      );
    }
    case "running": {
      const { steps, request, step, phase, hash } = state.run;
      return (
        <Box sx={{ display: "grid", gap: 2 }}>
          <StepList labels={labelsOf(steps, request)} current={step} phase={phase} hash={hash} chain={place.chain} />
          {phase === "asked" && (
            <Button variant="outlined" onClick={startAgain}>
              {w.flow.startAgain}
            </Button>
          )}
        </Box>
      );
    }
    case "done":
      return <ResultView included={state.included} chain={place.chain} onClose={finish} />;
    case "failed":
      return <FailedView reason={state.reason} hash={state.hash} chain={place.chain} onBack={startAgain} />;
  }
};

/** Leaving the form of a flow that has begun gives it up; else there is nothing to give up. */
const finishUnlessPending = (isPending: boolean, finish: () => void, onClose: () => void) =>
  isPending ? finish : onClose;
